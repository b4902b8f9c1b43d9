/**
 * An open loop: requests are sent on schedule, independently of the responses, as many unrelated people would send
 * them. Each connection has one request in flight; a request that is due while its connection is busy counts as not
 * sent.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Outcome {
  seconds: number;
  /** Milliseconds from a request's scheduled time to its response, by status. Status 0: the connection broke. */
  times: Map<number, number[]>;
  notSent: number;
}

export interface Arrivals {
  port: number;
  request: (n: number) => Buffer;
  perSecond: number;
  seconds: number;
  connections: number;
}

class Line {
  readonly underWay: number[] = [];
  readonly #socket: Socket;
  #text = '';
  isOpen = true;
  readonly connected: Promise<unknown>;

  constructor(port: number, onAnswer: (status: number, dueAt: number) => void) {
    this.#socket = connect(port, '127.0.0.1').setNoDelay().setEncoding('latin1');
    this.connected = once(this.#socket, 'connect').catch(() => {});
    this.#socket
      .on('error', () => {})
      .on('close', () => {
        this.isOpen = false;
        for (const dueAt of this.underWay.splice(0)) onAnswer(0, dueAt);
      });
    this.#socket.on('data', (piece: string) => {
      this.#text += piece;
      for (;;) {
        const headEnd = this.#text.indexOf('\r\n\r\n');
        if (headEnd < 0) return;
        const length = Number(/content-length: (\d+)/i.exec(this.#text.slice(0, headEnd))?.[1] ?? 0);
        const end = headEnd + 4 + length;
        if (this.#text.length < end) return;
        const status = Number(this.#text.slice(9, 12));
        this.#text = this.#text.slice(end);
        const dueAt = this.underWay.shift();
        if (dueAt !== undefined) onAnswer(status, dueAt);
      }
    });
  }

  send(request: Buffer, dueAt: number): void {
    this.underWay.push(dueAt);
    this.#socket.write(request);
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Waits for outstanding responses, for at most 10 seconds. */
export async function arrive({ port, request, perSecond, seconds, connections }: Arrivals): Promise<Outcome> {
  const times = new Map<number, number[]>();
  let answered = 0;
  const onAnswer = (status: number, dueAt: number) => {
    answered += 1;
    const known = times.get(status) ?? [];
    known.push(performance.now() - dueAt);
    times.set(status, known);
  };
  const lines = Array.from({ length: connections }, () => new Line(port, onAnswer));
  await Promise.all(lines.map(({ connected }) => connected));
  const total = Math.round(perSecond * seconds);
  const startedAt = performance.now();
  let sent = 0;
  let notSent = 0;
  for (let n = 0; n < total; ) {
    const due = Math.min(total, 1 + Math.floor(((performance.now() - startedAt) / 1000) * perSecond));
    for (; n < due; n++) {
      const at = n % connections;
      if (!lines[at]!.isOpen) lines[at] = new Line(port, onAnswer);
      if (lines[at]!.underWay.length > 0) notSent += 1;
      else {
        sent += 1;
        lines[at]!.send(request(n), startedAt + (n * 1000) / perSecond);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const took = (performance.now() - startedAt) / 1000;
  const giveUp = performance.now() + 10_000;
  while (answered < sent && performance.now() < giveUp)
    await new Promise((resolve) => setTimeout(resolve, 20));
  for (const line of lines) line.close();
  return { seconds: took, times, notSent };
}
