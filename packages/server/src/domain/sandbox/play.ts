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
import { type Action, actionOf, answerTo, type ScenarioStep, textOf } from './script.ts';

const eventsPerLook = 100;

type Played = Omit<Done, 'step' | 'at'>;

/** What an action works with. */
interface Stage {
  readonly context: Context;
  readonly caller: Caller;
  readonly scenario: Scenario;
  readonly step: ScenarioStep;
  readonly reference: { readonly id: number };
  /** The order's shopper now. */
  readonly shopperId: number | undefined;
}

/** @returns what was done, in order @throws Refusal @throws InvalidParameters */
export async function play(
  context: Context,
  caller: Caller,
  scenario: Scenario,
  step: ScenarioStep,
): Promise<Played[]> {
  const { retailerId, orderId } = scenario;
  const reference = { id: orderId };
  const order = (await context.store.read.orders.find(retailerId, reference))!;
  const shopperId = order.currentShopperId ?? undefined;
  const action = actionOf(step);
  const said = await actions[action]({ context, caller, scenario, step, reference, shopperId });
  return said ? said.map((what) => ({ action, ...what })) : [{ action }];
}

/** Each action returns what is recorded of it; nothing if its name says all. */
const actions: Record<Action, (stage: Stage) => Promise<Omit<Played, 'action'>[] | undefined>> = {
  async wait() {
    return undefined;
  },

  async shopper({ context, caller, scenario, step }) {
    await takeOrder(context, caller, scenario, step.shopper!);
    return [{ body: step.shopper! }];
  },

  async state({ context, caller, scenario, step }) {
    await changeOrder(context, caller, scenario.orderId, async (change) => {
      if (change.order.workflowState !== step.state) await moveOrder(change, step.state!);
    });
    return [{ body: step.state! }];
  },

  async shopper_says(stage) {
    const { shopper_says: said, image } = stage.step;
    return [await sayAsShopper(stage, said!, { image })];
  },

  async customer_says(stage) {
    return [await sayAsCustomer(stage, stage.step.customer_says!)];
  },

  async await_customer(stage) {
    const { otherwise } = stage.step.await_customer!;
    if (otherwise === undefined || (await hasCustomerWritten(stage.context, stage.scenario)))
      return undefined;
    return [await sayAsCustomer(stage, otherwise)];
  },

  async shopper_answers(stage) {
    const { context, caller, scenario, step, reference, shopperId } = stage;
    const unseen = await unseenOf(context, scenario);
    await markReadByShopper(context, caller, shopperId, reference);
    scenario.seenSeq = unseen.at(-1)?.seq ?? scenario.seenSeq;
    const said = [];
    for (const message of unseen) {
      const answer = answerTo(step.shopper_answers!, message.body);
      if (answer !== undefined) said.push(await sayAsShopper(stage, answer, { to: message }));
    }
    return said;
  },

  async read_by({ context, caller, step, reference, shopperId }) {
    if (step.read_by === 'customer') await markReadByCustomer(context, caller, reference);
    else await markReadByShopper(context, caller, shopperId, reference);
    return undefined;
  },

  async replace({ context, caller, step, reference, shopperId }) {
    const { line: lineNum, ...replacement } = step.replace!;
    const update = { lineNum, status: 'replaced', replacement, delivered: {} } as const;
    await updateItem(context, caller, shopperId, reference, update);
    return undefined;
  },

  async refund({ context, caller, step, reference, shopperId }) {
    const { line: lineNum } = step.refund!;
    const update = { lineNum, status: 'to_refund', replacement: undefined, delivered: {} } as const;
    await updateItem(context, caller, shopperId, reference, update);
    return undefined;
  },

  async decide({ context, caller, scenario, step, reference }) {
    const { line, status } = step.decide!;
    const items = await context.store.read.orderItems.list(scenario.retailerId, reference.id);
    const item = items.find(({ lineNum }) => lineNum === line);
    // The customer's client may have answered first.
    if (item?.item.replacement_status !== 'PENDING') return [];
    const answer = { status, alternative: undefined, words: undefined };
    const id = orderItemId(item.orderId, item.position);
    await answerReplacement(context, caller, reference, id, () => answer);
    return undefined;
  },
};

async function sayAsCustomer(
  { context, caller, scenario, reference, shopperId }: Stage,
  said: string | string[],
): Promise<Omit<Played, 'action'>> {
  const body = chosenText(scenario, shopperId, said);
  await sendAsCustomer(context, caller, reference, { body, idempotencyKey: undefined });
  return { senderType: 'user', body };
}

async function sayAsShopper(
  { context, caller, scenario, reference, shopperId }: Stage,
  said: string | string[],
  { image, to }: { image?: string | undefined; to?: MessageOfOrder },
): Promise<Omit<Played, 'action'>> {
  const body = chosenText(scenario, shopperId, said, to);
  // When several servers play the demo on one database, the key prevents duplicate answers.
  const idempotencyKey = to && `${scenario.name}-answers-${to.seq}`;
  const sent = await sendAsShopper(context, caller, shopperId, reference, { body, idempotencyKey, image });
  scenario.seenSeq = sent.seq;
  return { senderType: 'driver', body };
}

function chosenText(
  { shoppers, customer, seed, position }: Scenario,
  shopperId: number | undefined,
  said: string | string[],
  to?: MessageOfOrder,
): string {
  const shopper = [...shoppers].find(([, id]) => id === shopperId)?.[0] ?? 'your shopper';
  // The answer's wording depends on the message it answers, so a repeated question gets a different one.
  return textOf(said, { customer, shopper }, seed, position * 100 + (to?.seq ?? 0));
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
