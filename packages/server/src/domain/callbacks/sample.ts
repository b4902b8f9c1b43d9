/** Sends a sample callback once, without storing it, to check that a receiver is reachable and accepts it. */
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

/** @param name defaults to an event the endpoint subscribes to @throws Refusal */
export async function sendSample(
  context: Pick<Context, 'store' | 'clock' | 'callbacks'>,
  retailer: RetailerRow,
  endpointId: number,
  name?: CallbackEventName,
): Promise<{ name: CallbackEventName; result: AttemptResult }> {
  if (!context.callbacks.box) throw new Refusal('callbacks_not_configured');
  const endpoint = await findEndpoint(context, retailer.id, endpointId);
  const eventName = name ?? endpoint.events[0]!;
  // This ID belongs to no order, so no receiver mistakes the sample for a real event.
  const orderId = await context.store.write((tx) => nextId(tx, retailer.id));
  const at = retailerNow(context.clock, retailer);
  const callback = { orderId, seq: 1, eventName, metadata: JSON.stringify(sample), at };
  return { name: eventName, result: await context.callbacks.attempt(endpoint, callback) };
}
