/**
 * The customer's answer to a replacement the shopper proposes. Connect: "Handle order item replacement". An
 * approved replacement takes the place of the item. A rejected one is refunded, unless the customer names an
 * alternative, which the shopper then handles.
 */

import { orderItemId, type ReplacementAnswer } from '@aislechat/contract';
import type { Alternative, ItemDetails, OrderItemRow, OrderReference } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { enqueueItemCallback } from '../callbacks/record.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { InvalidParameters, Refusal } from '../errors.ts';
import { OrderChange } from './change.ts';
import { labelOf } from './items.ts';
import { reachedByChat } from './reach.ts';

export interface Answer {
  status: ReplacementAnswer;
  alternative: Alternative | undefined;
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
  return context.store.write(async (tx) => {
    const order = reachedByChat(await tx.orders.lock(caller.retailer.id, reference), caller);
    const items = await tx.orderItems.list(order.retailerId, order.id);
    const row = items.find((item) => orderItemId(item.orderId, item.position) === itemId);
    if (!row) throw new Refusal('order_item_not_found', itemId);
    const { status, alternative } = read();
    if (alternative) assertAlternative(status, alternative);
    if (order.workflowState !== 'picking') {
      throw new InvalidParameters({ key: 'workflow_state', problem: 'invalid' });
    }
    if (row.status !== 'REPLACED' || row.item.replacement_status !== 'PENDING') {
      throw new InvalidParameters({ key: 'status', problem: 'invalid' });
    }
    const isRefunded = status === 'REJECTED' && !alternative;
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
