/**
 * Entry point of the page in Chromium: a test hands over the work once the page has loaded; storage is the
 * browser's.
 */
import {
  Connection,
  Outbox,
  type StreamOptions,
  streamOrderEvents,
  wakeOnReturn,
  webStorage,
} from '@aislechat/client';
import { openPage, type SendingPage, type Work } from './sending-page.ts';

/** What a test calls in the page. */
export interface TestPage {
  localStorage: Parameters<typeof webStorage>[0];
  sending?: SendingPage;
  open(work: Work): void;
  /**
   * Follows an order until this many messages have arrived.
   * @returns the numbers of all events
   */
  follow(work: Work, orderId: string, messages: number, options: StreamOptions): Promise<number[]>;
  /** Sends with backoffs that only a wake ends. */
  sendPatiently(work: Work, orderId: string, text: string): Promise<void>;
  left(): number;
}
declare const window: TestPage;

window.open = (work) => {
  window.sending = openPage(work, webStorage(window.localStorage));
};

window.follow = async ({ url, token }, orderId, messages, options) => {
  const connection = new Connection({ url, token: () => token });
  const numbers: number[] = [];
  let texts = 0;
  for await (const item of streamOrderEvents(connection, orderId, options)) {
    if ('seq' in item) numbers.push(item.seq);
    if (item.type === 'message') texts += 1;
    if (texts === messages) break;
  }
  return numbers;
};

window.sendPatiently = async ({ url, token }, orderId, text) => {
  const connection = new Connection({ url, token: () => token });
  const outbox = new Outbox(connection, {
    storage: webStorage(window.localStorage),
    name: 'patient',
    backoff: { leastMs: 600_000, mostMs: 600_000 },
  });
  wakeOnReturn(outbox);
  window.left = () => outbox.messages().length;
  outbox.add(orderId, text);
};
