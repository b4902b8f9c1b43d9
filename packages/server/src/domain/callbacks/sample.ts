/** A sample of a callback, sent once and kept nowhere: to see whether a receiver is there and understands. */
import type { CallbackEventName } from '@aislechat/contract';
import type { RetailerRow } from '../../storage/store.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { nextId } from '../ids.ts';
import type { AttemptResult } from './callbacks.ts';
import { findEndpoint } from './endpoints.ts';
import type { CallbackDetails } from './record.ts';

const sample: CallbackDetails = { order: 'SAMPLE' };

/** @param name an event it wants, where none is given @throws Refusal */
export async function sendSample(
  context: Pick<Context, 'store' | 'clock' | 'callbacks'>,
  retailer: RetailerRow,
  endpointId: number,
  name?: CallbackEventName,
): Promise<{ name: CallbackEventName; result: AttemptResult }> {
  if (!context.callbacks.box) throw new Refusal('callbacks_not_configured');
  const endpoint = await findEndpoint(context, retailer.id, endpointId);
  const eventName = name ?? endpoint.events[0]!;
  // A number of no order, so that no receiver takes it for something that happened.
  const orderId = await context.store.write((tx) => nextId(tx, retailer.id));
  const at = retailerNow(context.clock, retailer);
  const callback = { orderId, seq: 1, eventName, metadata: JSON.stringify(sample), at };
  return { name: eventName, result: await context.callbacks.attempt(endpoint, callback) };
}
