/**
 * The customer's answer to a replacement the shopper proposes. Connect: "Handle order item replacement". An
 * approved replacement takes the place of the item. A rejected one is refunded, unless the customer names an
 * alternative, which the shopper then handles.
 */

import { limits, orderItemId, type ReplacementAnswer } from '@aislechat/contract';
import type {
  Alternative,
  ItemDetails,
  OrderItemRow,
  OrderReference,
  OrderRow,
  Writer,
} from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { enqueueItemCallback } from '../callbacks/record.ts';
import { sendWords } from '../chat/send.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { InvalidParameters, Refusal } from '../errors.ts';
import { OrderChange } from './change.ts';
import { labelOf, noteProposal } from './items.ts';
import { reachedByChat } from './reach.ts';

export interface Answer {
  status: ReplacementAnswer;
  alternative: Alternative | undefined;
  /** What the customer would prefer, in words. */
  words: string | undefined;
}

/** An item of a locked order, as a request names it. */
interface Found {
  tx: Writer;
  order: OrderRow;
  row: OrderItemRow;
  /** All items of the order. */
  items: OrderItemRow[];
}

/**
 * @param read parses the answer; called once the caller is known to reach the item
 * @throws Refusal
 * @throws InvalidParameters unless the item is awaiting an answer and the order is being picked
 */
export function answerReplacement(
  context: Context,
  caller: Caller,
  reference: OrderReference,
  itemId: string,
  read: () => Answer,
): Promise<void> {
  return withItem(context, caller, reference, itemId, async ({ tx, order: found, row }) => {
    const { status, alternative, words } = read();
    if (alternative) assertAlternative(status, alternative);
    if (words !== undefined && (status === 'APPROVED' || alternative)) {
      throw new InvalidParameters({ key: 'alternative_text', problem: 'invalid' });
    }
    assertPicking(found);
    if (row.status !== 'REPLACED' || row.item.replacement_status !== 'PENDING') {
      throw new InvalidParameters({ key: 'status', problem: 'invalid' });
    }
    const order = words === undefined ? found : await sendWords(context, caller, tx, found, words);
    const isRefunded = status === 'REJECTED' && !alternative && words === undefined;
    const item: ItemDetails = { ...row.item, replacement_status: status };
    if (alternative) item.alternative_item = alternative;
    const answeredRow: OrderItemRow = { ...row, status: isRefunded ? 'TO_REFUND' : 'REPLACED', item };
    await tx.orderItems.update(answeredRow);

    const change = new OrderChange(tx, order, retailerNow(context.clock, caller.retailer));
    const answered = { order_item_id: itemId, line_num: row.lineNum, status };
    await change.record('replacement_answered', { ...answered, ...alternative });
    if (isRefunded) {
      const name = labelOf(row.item.item);
      const seq = await change.notify('order_item_refund', `Item refunded: ${name}.`);
      await enqueueItemCallback(change, seq, 'fulfillment.order_item_refund', answeredRow);
    }
    await change.saveLog();
  });
}

/**
 * Takes an answer back: the replacement is pending again. Once the shopper has recorded something else for the item,
 * there is no answer left. Words that were sent stay in the chat. How often is limited, so that answering and taking back
 * cannot fill the order's log.
 * @throws Refusal @throws InvalidParameters unless the item has an answer and the order is being picked
 */
export function undoAnswer(
  context: Context,
  caller: Caller,
  reference: OrderReference,
  itemId: string,
): Promise<void> {
  return withItem(context, caller, reference, itemId, async ({ tx, order, row, items }) => {
    assertPicking(order);
    const { alternative_item: _, ...item } = row.item;
    const { replacement, replacement_status: answer } = item;
    if (!replacement || (answer !== 'APPROVED' && answer !== 'REJECTED')) {
      throw new InvalidParameters({ key: 'status', problem: 'invalid' });
    }
    const { withdrawals = 0 } = item;
    if (items.reduce((sum, other) => sum + (other.item.withdrawals ?? 0), 0) >= limits.withdrawalsPerOrder) {
      throw new Refusal('limit_reached', 'withdrawals of answers in this order');
    }
    const reopened: OrderItemRow = {
      ...row,
      status: 'REPLACED',
      item: { ...item, replacement_status: 'PENDING', withdrawals: withdrawals + 1 },
    };
    await tx.orderItems.update(reopened);
    const change = new OrderChange(tx, order, retailerNow(context.clock, caller.retailer));
    await change.record('replacement_reopened', { order_item_id: itemId, line_num: row.lineNum });
    // The retailer's systems have heard of a refund.
    if (row.status === 'TO_REFUND') await noteProposal(change, reopened);
    await change.saveLog();
  });
}

function withItem(
  { store }: Context,
  caller: Caller,
  reference: OrderReference,
  itemId: string,
  act: (found: Found) => Promise<void>,
): Promise<void> {
  return store.write(async (tx) => {
    const order = reachedByChat(await tx.orders.lock(caller.retailer.id, reference), caller);
    const items = await tx.orderItems.list(order.retailerId, order.id);
    const row = items.find((item) => orderItemId(item.orderId, item.position) === itemId);
    if (!row) throw new Refusal('order_item_not_found', itemId);
    await act({ tx, order, row, items });
  });
}

function assertPicking({ workflowState }: OrderRow): void {
  if (workflowState !== 'picking') throw new InvalidParameters({ key: 'workflow_state', problem: 'invalid' });
}

/** @throws InvalidParameters */
function assertAlternative(status: ReplacementAnswer, { upc, rrc, count, weight }: Alternative): void {
  const key = 'alternative_item';
  if (status === 'APPROVED') throw new InvalidParameters({ key, problem: 'invalid' });
  if ((upc === undefined) === (rrc === undefined)) throw new InvalidParameters({ key, problem: 'one_code' });
  if ((count === undefined) === (weight === undefined)) {
    throw new InvalidParameters({ key, problem: 'one_amount' });
  }
  if (count !== undefined && count <= 0) throw new InvalidParameters({ key, problem: 'count_not_positive' });
  if (weight !== undefined && weight <= 0) {
    throw new InvalidParameters({ key, problem: 'weight_not_positive' });
  }
}
