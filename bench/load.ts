/**
 * A closed loop: every connection has one request in flight and sends the next when the response is complete. A
 * response with an unexpected status fails the load, because refusing is always fast.
 */
import { performance } from 'node:perf_hooks';
import { Connection } from './connection.ts';

const connections = 32;
const stallMs = 10_000;

export interface Load {
  /** Port of one server, or of several that share the connections. */
  port: number | readonly number[];
  /** The bytes of the n-th request. */
  request: (n: number) => Buffer;
  /** Expected of every response. */
  status: number;
  until: { seconds: number } | { requests: number };
  /**
   * Polls without ever sleeping. A server that answers a sleeping process pays for waking it, and pays less when
   * several responses leave together; this removes that effect from the comparison.
   */
  awake: boolean;
}

export interface LoadResult {
  requests: number;
  perSecond: number;
  /** Share of the time this process was busy: near 1 it measures itself, not the server. */
  busy: number;
}

export async function drive({ port, request, status, until, awake }: Load): Promise<LoadResult> {
  const ports = [port].flat();
  const opened = await Promise.all(
    Array.from({ length: connections }, (_, n) => Connection.open(ports[n % ports.length]!, status)),
  );
  const ended = Promise.withResolvers<void>();
  const limit = 'requests' in until ? until.requests : Number.POSITIVE_INFINITY;
  const lengthMs = 'seconds' in until ? until.seconds * 1000 : Number.POSITIVE_INFINITY;
  const startedAt = performance.now();
  const loopAtStart = performance.eventLoopUtilization();
  let sent = 0;
  let answered = 0;

  function sendNext(connection: Connection): void {
    if (sent < limit && performance.now() - startedAt < lengthMs) connection.send(request(sent++));
    else if (answered === sent) ended.resolve();
  }
  for (const connection of opened) {
    connection.onFailure = ended.reject;
    connection.onAnswer = () => {
      answered += 1;
      sendNext(connection);
    };
  }

  let poll: NodeJS.Immediate | undefined;
  const stayAwake = () => {
    poll = setImmediate(stayAwake);
  };
  if (awake) stayAwake();

  let answeredBefore = 0;
  const watchdog = setInterval(() => {
    if (answered === answeredBefore) ended.reject(new Error(`No answer within ${stallMs} ms`));
    answeredBefore = answered;
  }, stallMs);
  try {
    for (const connection of opened) sendNext(connection);
    await ended.promise;
    const seconds = (performance.now() - startedAt) / 1000;
    const busy = performance.eventLoopUtilization(loopAtStart).utilization;
    return { requests: answered, perSecond: answered / seconds, busy };
  } finally {
    clearInterval(watchdog);
    clearImmediate(poll);
    for (const connection of opened) connection.close();
  }
}
