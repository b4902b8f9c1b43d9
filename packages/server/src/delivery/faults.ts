/**
 * Duplicates or reorders callbacks, as the retailer's sandbox rules say. The worker sends one callback of an order
 * at a time, so one that should arrive late is held here and reported as delivered. It is sent after the order's
 * next callback, or a moment later if there is none, and is not retried.
 */
import type { AttemptResult, Callbacks, SentCallback } from '../domain/callbacks/callbacks.ts';
import type { Faults } from '../domain/sandbox/faults.ts';
import type { CallbackEndpointRow } from '../storage/store.ts';
import type { Log } from '../wiring/log.ts';

const heldForMs = 2000;
/** Per retailer. Beyond this, callbacks are sent in order. */
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
