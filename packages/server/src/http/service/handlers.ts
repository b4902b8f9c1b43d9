import { openapiDocument } from '@aislechat/contract';
import { sameText } from '../../domain/access/secrets.ts';
import { Refusal } from '../../domain/errors.ts';
import type { ClockState } from '../../domain/steady-clock.ts';
import type { Handlers } from '../pipeline/exchange.ts';

/** The minimum time between two test writes to the database, however often it is asked. */
const probeEveryMs = 5000;

export interface Metrics {
  /** The bearer token for the metrics; if undefined, a production server has no metrics. */
  token: string | undefined;
  /** The metrics in Prometheus text format. */
  text(): Promise<string>;
  /** How long the oldest expired chat has waited for its erasure, if that is too long. */
  erasureLateSeconds(): Promise<number | undefined>;
  /** Whether the clock can be relied on. */
  clock(): ClockState;
}

/** @param document the parts of the contract that this server offers */
export function serviceHandlers(options: {
  development: boolean;
  version: string;
  metrics: Metrics;
  /** Whether there is a console, and whether there is a demo for it to show. */
  pages: { console: boolean; demo: boolean };
}): Handlers<'health' | 'ready' | 'openapi' | 'metrics' | 'getConsole'> {
  let document: string | undefined;
  const { development, pages } = options;
  let probe = { at: Number.NEGATIVE_INFINITY, outcome: Promise.resolve() };
  return {
    health: () => ({ status: 'ok' }),
    async ready({ context }) {
      await context.store.ping();
      const now = performance.now();
      if (now - probe.at >= probeEveryMs) probe = { at: now, outcome: context.store.probe() };
      await probe.outcome;
      // A server with late erasures or a doubtful clock still answers as ready.
      const late = await options.metrics.erasureLateSeconds();
      const { leadMs, doubtMs } = options.metrics.clock();
      return {
        status: 'ok',
        ...(late !== undefined && { erasure_late_seconds: late }),
        ...(leadMs > 0 && { clock_lead_seconds: Math.round(leadMs / 1000) }),
        ...(doubtMs > 0 && { clock_doubt_seconds: Math.round(doubtMs / 1000) }),
      };
    },
    async metrics({ request, reply }) {
      const { token, text } = options.metrics;
      if (token === undefined && !development) throw new Refusal('resource_not_found');
      if (token !== undefined && !sameText(request.headers.authorization ?? '', `Bearer ${token}`)) {
        throw new Refusal('token_invalid');
      }
      return reply.header('content-type', 'text/plain; version=0.0.4; charset=utf-8').send(await text());
    },
    getConsole() {
      if (!pages.console) throw new Refusal('resource_not_found');
      return { environment: development ? 'development' : 'production', demo: pages.demo };
    },
    openapi({ reply }) {
      document ??= JSON.stringify(openapiDocument(options));
      return reply.header('content-type', 'application/json; charset=utf-8').send(document);
    },
  };
}
