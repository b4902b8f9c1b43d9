/**
 * What a newcomer finds on an empty data folder in development: a retailer with a well-known secret, an
 * order being picked, a short conversation, and a shopper who answers in that order and in no other.
 */
import { type Background, runInBackground } from '../background.ts';
import type { Caller } from '../domain/access.ts';
import { generateBatch } from '../domain/batches.ts';
import { markReadByCustomer, markReadByShopper } from '../domain/chat/mark-read.ts';
import { sendAsCustomer, sendAsShopper } from '../domain/chat/send.ts';
import type { Context } from '../domain/context.ts';
import { Refusal } from '../domain/errors.ts';
import { createOrder } from '../domain/orders/fulfillment.ts';
import { createRetailer } from '../domain/retailers.ts';
import { createShopper } from '../domain/shoppers.ts';
import { createUser } from '../domain/users.ts';
import type { Log } from '../log.ts';
import type { OrderRow, RetailerRow } from '../storage/store.ts';
import { answers, opening, readAfterMs, replyAfterMs } from './script.ts';

export const demoCredentials = { clientId: 'demo-client', clientSecret: 'demo-secret' } as const;
export const demoUser = 'demo-customer';
export const demoOrder = 'DEMO-1';

const lookEveryMs = 300;
const eventsPerLook = 100;

export interface Demo {
  stop(): Promise<void>;
}

/** Makes the demo on a data folder without retailers; returns undefined where there is none to play. */
export async function startDemo(context: Context, log: Log): Promise<Demo | undefined> {
  const { read } = context.store;
  if ((await read.retailers.list()).length === 0) await createDemo(context);
  const application = await read.applications.findByClientId(demoCredentials.clientId);
  if (!application) return undefined;
  const order = await read.orders.find(application.retailerId, { externalId: demoOrder });
  if (!order) return undefined;
  return playShopper(context, log, order);
}

async function createDemo(context: Context): Promise<void> {
  const { retailer, application } = await createRetailer(
    context.store,
    context.clock,
    { name: 'Demo Grocer', timezone: 'America/Denver' },
    demoCredentials,
  );
  const caller = playedBy(retailer, application.id);
  await createUser(context, caller, {
    externalId: demoUser,
    firstName: 'Noor',
    lastName: null,
    phoneNumber: null,
    locale: 'en-US',
  });
  await createOrder(context, caller, demoUser, {
    externalId: demoOrder,
    fulfillmentType: 'delivery',
    fulfillmentVersion: 3,
    storeLocation: '12',
    items: [{ line_num: '1', count: 2, item: { upc: '000111222333' }, replacement_policy: 'users_choice' }],
    request: {},
  });
  const shopperId = await createShopper(context, caller, { displayName: 'Ilse' });
  const reference = { externalId: demoOrder };
  await generateBatch(context, caller, {
    shopperId,
    batchType: 'delivery',
    workflowState: 'picking',
    orders: [{ reference, userExternalId: undefined }],
  });
  for (const { from, text } of opening) {
    const message = { body: text, idempotencyKey: undefined };
    if (from === 'shopper') {
      await sendAsShopper(context, caller, shopperId, reference, message);
    } else {
      await markReadByCustomer(context, caller, reference);
      await sendAsCustomer(context, caller, reference, message);
      await markReadByShopper(context, caller, shopperId, reference);
    }
  }
}

const playedBy = (retailer: RetailerRow, applicationId: number): Caller => ({
  retailer,
  applicationId,
  userId: null,
  shopperId: null,
  agent: null,
  scopes: [],
  tokenHash: '',
  expiresAt: Number.POSITIVE_INFINITY,
});

/** Reads the order's log and answers what the customer wrote since the server started. */
function playShopper(context: Context, log: Log, order: OrderRow): Background {
  const { read } = context.store;
  const reference = { id: order.id };
  let seq = order.seq;
  let waiting: { messageSeq: number; dueReadAt: number; dueReplyAt: number } | undefined;

  return runInBackground(log, lookEveryMs, async () => {
    const events = await read.orderEvents.after(order.retailerId, order.id, seq, eventsPerLook);
    seq = events.at(-1)?.seq ?? seq;
    const asked = events.findLast((event) => event.type === 'message' && event.data.sender_type === 'user');
    if (asked) {
      const now = performance.now();
      waiting = { messageSeq: asked.seq, dueReadAt: now + readAfterMs, dueReplyAt: now + replyAfterMs };
    }
    if (!waiting) return;
    const current = await read.orders.find(order.retailerId, reference);
    const retailer = await read.retailers.find(order.retailerId);
    if (!retailer || current?.currentShopperId == null) return;
    const caller = playedBy(retailer, 0);
    const shopperId = current.currentShopperId;
    try {
      if (performance.now() >= waiting.dueReadAt) {
        await markReadByShopper(context, caller, shopperId, reference);
        waiting.dueReadAt = Number.POSITIVE_INFINITY;
      }
      if (performance.now() >= waiting.dueReplyAt) {
        // Where several servers play on one database, the key makes of their answers one.
        const { messageSeq } = waiting;
        const body = answers[messageSeq % answers.length];
        waiting = undefined;
        await sendAsShopper(context, caller, shopperId, reference, {
          body,
          idempotencyKey: `demo-answer-${messageSeq}`,
        });
      }
    } catch (error) {
      // The chat has closed or is switched off: there is nothing to say.
      if (!(error instanceof Refusal)) throw error;
      waiting = undefined;
    }
  });
}
