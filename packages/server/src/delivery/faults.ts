/**
 * Callbacks that come twice or in another order, as the retailer's rules of the sandbox say. Of an order the worker sends
 * one at a time, so one that shall come late is taken off its hands: it counts as delivered, and is sent after the next
 * one of its order, or a moment later where none comes. It is not tried again.
 */
import type { AttemptResult, Callbacks, SentCallback } from '../domain/callbacks/callbacks.ts';
import type { Faults } from '../domain/sandbox/faults.ts';
import type { CallbackEndpointRow } from '../storage/store.ts';
import type { Log } from '../wiring/log.ts';

const heldForMs = 2000;
/** Of one retailer. Beyond that a callback comes in its order. */
const maxHeld = 100;

interface Held {
  timer: NodeJS.Timeout;
  send(): Promise<unknown>;
}

export function withFaults(callbacks: Callbacks, faults: Faults, log: Log): Callbacks {
  const held = new Map<string, Held>();

  const heldOf = (retailerId: number): number =>
    held
      .keys()
      .filter((key) => key.startsWith(`${retailerId}/`))
      .reduce((count) => count + 1, 0);

  const sendOnce = (endpoint: CallbackEndpointRow, callback: SentCallback) =>
    callbacks.attempt(endpoint, callback).catch((error) => log.fault(error));

  function hold(key: string, endpoint: CallbackEndpointRow, callback: SentCallback): void {
    const send = () => {
      clearTimeout(timer);
      held.delete(key);
      return sendOnce(endpoint, callback);
    };
    const timer = setTimeout(send, heldForMs).unref();
    held.set(key, { timer, send });
  }

  return {
    box: callbacks.box,
    accepts: (url) => callbacks.accepts(url),
    async attempt(endpoint, callback): Promise<AttemptResult> {
      const key = `${endpoint.retailerId}/${endpoint.id}/${callback.orderId}`;
      const before = held.get(key);
      const effect = faults.ofCallback(endpoint.retailerId, callback.eventName)?.effect;
      if (effect === 'callback_reorder' && !before && heldOf(endpoint.retailerId) < maxHeld) {
        hold(key, endpoint, callback);
        return { durationMs: 0, status: 200 };
      }
      const result = await callbacks.attempt(endpoint, callback);
      if (effect === 'callback_duplicate') await sendOnce(endpoint, callback);
      await before?.send();
      return result;
    },
  };
}
