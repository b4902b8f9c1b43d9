/**
 * Asks for the order before the page's script is there, so that neither waits for the other. It is in the page itself, so it
 * is short.
 */
import { deviceKey, orderOfLink, storageName } from '../order-status/storage-names.ts';
import { linkInAddress } from './link.ts';

declare global {
  /** The answer to the first request for the order. */
  var begunOrder: Promise<Response> | undefined;
}

const patienceMs = 30_000;

/** That of this device, if one is kept; see link-device.ts. */
function secretFor(link: string): string | undefined {
  try {
    const kept = localStorage.getItem(deviceKey(storageName(location.origin, orderOfLink(link))));
    return JSON.parse(kept ?? '{}').secret;
  } catch {
    return undefined;
  }
}

const link = linkInAddress();
const secret = secretFor(link);
globalThis.begunOrder = fetch('/v1/order-page', {
  headers: { accept: 'application/json', authorization: `Bearer ${link}${secret ? `.${secret}` : ''}` },
  cache: 'no-store',
  credentials: 'omit',
  signal: AbortSignal.timeout?.(patienceMs) ?? null,
});
// Whoever takes the answer handles the error.
globalThis.begunOrder.catch(() => {});
