/**
 * Reads a stream of server-sent events, as a client without a browser does, and checks them against the
 * contract.
 */
import assert from 'node:assert/strict';
import { schemas } from '@aislechat/contract';
import { Compile } from 'typebox/compile';
import { patienceMs } from './patience.ts';
import type { Cleanup } from './server.ts';

export interface ServerEvent {
  id: string | undefined;
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: judged by the test that reads it
  data: any;
}

const orderEvent = Compile(schemas.OrderEvent);
const chatState = Compile(schemas.ChatState);
const notOfTheLog = ['cursor', 'chat', 'reload', 'typing', 'end'];

export class EventSource {
  readonly events: ServerEvent[] = [];
  readonly status: number;
  /** Resolves when the stream has ended. */
  readonly over: Promise<void>;
  readonly #abort: AbortController;
  #wakers: (() => void)[] = [];

  private constructor(response: Response, abort: AbortController) {
    this.status = response.status;
    this.#abort = abort;
    this.over = this.#read(response).catch(() => {});
  }

  static async open(
    t: Cleanup | undefined,
    url: string,
    {
      token,
      lastEventId,
      banner,
    }: { token?: string; lastEventId?: string | undefined; banner?: string } = {},
  ): Promise<EventSource> {
    const abort = new AbortController();
    t?.after(() => abort.abort());
    const response = await fetch(url, {
      signal: abort.signal,
      headers: {
        accept: 'text/event-stream',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
        ...(banner !== undefined && { 'x-retailer-id': banner }),
      },
    });
    return new EventSource(response, abort);
  }

  close(): void {
    this.#abort.abort();
    for (const wake of this.#wakers.splice(0)) wake();
  }

  /** The number from which to continue. */
  get lastEventId(): string | undefined {
    return this.events.findLast(({ id }) => id !== undefined)?.id;
  }

  /** The numbers of the log's events, in order of arrival. */
  get numbers(): number[] {
    return this.events.filter(({ event }) => !notOfTheLog.includes(event)).map(({ data }) => data.seq);
  }

  /** Waits for an event that fulfills the condition. */
  async until(isWanted: (event: ServerEvent) => boolean, withinMs = patienceMs): Promise<ServerEvent> {
    const giveUp = performance.now() + withinMs;
    for (;;) {
      const found = this.events.find(isWanted);
      if (found) return found;
      assert.ok(!this.#abort.signal.aborted, 'closed meanwhile');
      const left = giveUp - performance.now();
      assert.ok(left > 0, `not among ${JSON.stringify(this.events)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wakers.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  async #read(response: Response): Promise<void> {
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        this.#take(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  }

  #take(block: string): void {
    const field = (name: string) =>
      block
        .split('\n')
        .find((line) => line.startsWith(`${name}: `))
        ?.slice(name.length + 2);
    const event = field('event');
    if (event === undefined) return;
    const data = JSON.parse(field('data')!);
    if (event === 'chat') assert.ok(chatState.Check(data), JSON.stringify(data));
    if (!notOfTheLog.includes(event)) {
      assert.ok(orderEvent.Check(data), `${event} ${JSON.stringify(data)}`);
      assert.equal(field('id'), String(data.seq));
    }
    this.events.push({ id: field('id'), event, data });
    for (const wake of this.#wakers.splice(0)) wake();
  }
}
