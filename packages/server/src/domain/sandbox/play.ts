/** Plays one step of a scenario, through the same use cases as clients. */
import { orderItemId } from '@aislechat/contract';
import type { MessageOfOrder, Writer } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { markReadByCustomer, markReadByShopper } from '../chat/mark-read.ts';
import { sendAsCustomer, sendAsShopper } from '../chat/send.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { InvalidParameters } from '../errors.ts';
import { assign } from '../orders/assign.ts';
import { OrderChange } from '../orders/change.ts';
import { updateItem } from '../orders/items.ts';
import { answerReplacement } from '../orders/replacements.ts';
import { isOver } from '../orders/states.ts';
import { moveOrder } from '../orders/workflow.ts';
import { createShopper } from '../people/shoppers.ts';
import type { Done, Scenario } from './scenario.ts';
import { actionOf, answerTo, type ScenarioStep, textOf } from './script.ts';

const eventsPerLook = 100;

type Played = Omit<Done, 'step' | 'at'>;

/** @returns what was done, in order @throws Refusal @throws InvalidParameters */
export async function play(
  context: Context,
  caller: Caller,
  scenario: Scenario,
  step: ScenarioStep,
): Promise<Played[]> {
  const { retailerId, orderId } = scenario;
  const reference = { id: orderId };
  const action = actionOf(step);
  const order = (await context.store.read.orders.find(retailerId, reference))!;
  const shopperId = order.currentShopperId ?? undefined;
  const shopper = [...scenario.shoppers].find(([, id]) => id === shopperId)?.[0] ?? 'your shopper';
  const names = { customer: scenario.customer, shopper };
  const place = scenario.position * 100;

  async function say(
    senderType: 'user' | 'driver',
    said: string | string[],
    { image, to }: { image?: string | undefined; to?: MessageOfOrder } = {},
  ): Promise<Played> {
    // The answer's wording depends on the message it answers, so a repeated question gets a different one.
    const body = textOf(said, names, scenario.seed, place + (to?.seq ?? 0));
    // When several servers play the demo on one database, the key prevents duplicate answers.
    const message = { body, idempotencyKey: to && `${scenario.name}-answers-${to.seq}` };
    if (senderType === 'user') await sendAsCustomer(context, caller, reference, message);
    else {
      const sent = await sendAsShopper(context, caller, shopperId, reference, { ...message, image });
      scenario.seenSeq = sent.seq;
    }
    return { action, senderType, body };
  }

  switch (action) {
    case 'wait':
      break;
    case 'shopper':
      await takeOrder(context, caller, scenario, step.shopper!);
      return [{ action, body: step.shopper! }];
    case 'state':
      await changeOrder(context, caller, orderId, async (change) => {
        if (change.order.workflowState !== step.state) await moveOrder(change, step.state!);
      });
      return [{ action, body: step.state! }];
    case 'shopper_says':
      return [await say('driver', step.shopper_says!, { image: step.image })];
    case 'customer_says':
      return [await say('user', step.customer_says!)];
    case 'await_customer': {
      const { otherwise } = step.await_customer!;
      if (otherwise === undefined || (await hasCustomerWritten(context, scenario))) break;
      return [await say('user', otherwise)];
    }
    case 'shopper_answers': {
      const unseen = await unseenOf(context, scenario);
      await markReadByShopper(context, caller, shopperId, reference);
      scenario.seenSeq = unseen.at(-1)?.seq ?? scenario.seenSeq;
      const played: Played[] = [];
      for (const message of unseen) {
        const answer = answerTo(step.shopper_answers!, message.body);
        if (answer !== undefined) played.push(await say('driver', answer, { to: message }));
      }
      return played;
    }
    case 'read_by':
      if (step.read_by === 'customer') await markReadByCustomer(context, caller, reference);
      else await markReadByShopper(context, caller, shopperId, reference);
      break;
    case 'replace': {
      const { line: lineNum, ...replacement } = step.replace!;
      const update = { lineNum, status: 'replaced', replacement, delivered: {} } as const;
      await updateItem(context, caller, shopperId, reference, update);
      break;
    }
    case 'refund': {
      const { line: lineNum } = step.refund!;
      const update = { lineNum, status: 'to_refund', replacement: undefined, delivered: {} } as const;
      await updateItem(context, caller, shopperId, reference, update);
      break;
    }
    case 'decide': {
      const { line, status } = step.decide!;
      const items = await context.store.read.orderItems.list(retailerId, orderId);
      const item = items.find(({ lineNum }) => lineNum === line);
      // The customer's client may have answered first.
      if (item?.item.replacement_status !== 'PENDING') return [];
      const answer = { status, alternative: undefined, words: undefined };
      await answerReplacement(
        context,
        caller,
        reference,
        orderItemId(item.orderId, item.position),
        () => answer,
      );
      break;
    }
    default:
      action satisfies never;
  }
  return [{ action }];
}

/** Reads the log, which is cheap, because a script may wait for hours. */
export async function hasCustomerWritten(
  { store }: Context,
  { retailerId, orderId, seenSeq }: Scenario,
): Promise<boolean> {
  let seq = seenSeq;
  for (;;) {
    const events = await store.read.orderEvents.after(retailerId, orderId, seq, eventsPerLook);
    if (events.some(({ type, data }) => type === 'message' && data.sender_type === 'user')) return true;
    if (events.length < eventsPerLook) return false;
    seq = events.at(-1)!.seq;
  }
}

/** Treats everything written so far as seen. */
export async function seeAll({ store }: Context, scenario: Scenario): Promise<void> {
  const order = await store.read.orders.find(scenario.retailerId, { id: scenario.orderId });
  scenario.seenSeq = order!.seq;
}

/** What the customer has written since the shopper last looked or wrote. */
async function unseenOf({ store }: Context, scenario: Scenario): Promise<MessageOfOrder[]> {
  const { retailerId, orderId, seenSeq } = scenario;
  const parts = { messages: true, lifecycleMessages: false };
  const { messages } = await store.read.conversation(retailerId, orderId, parts);
  return messages.filter(({ seq, senderType }) => senderType === 'user' && seq > seenSeq);
}

async function takeOrder(context: Context, caller: Caller, scenario: Scenario, name: string): Promise<void> {
  const id = scenario.shoppers.get(name) ?? (await createShopper(context, caller, { displayName: name }));
  scenario.shoppers.set(name, id);
  await changeOrder(context, caller, scenario.orderId, async (change) => {
    if (isOver(change.order.workflowState))
      throw new InvalidParameters({ key: 'shopper', problem: 'invalid' });
    await assign(change, id);
  });
}

function changeOrder(
  { store, clock }: Context,
  { retailer }: Caller,
  orderId: number,
  apply: (change: OrderChange) => Promise<void>,
): Promise<void> {
  return store.write(async (tx: Writer) => {
    const order = (await tx.orders.lock(retailer.id, { id: orderId }))!;
    const change = new OrderChange(tx, order, retailerNow(clock, retailer));
    await apply(change);
    await change.save();
  });
}
