import { openapiDocument } from '@aislechat/contract';
import { sameText } from '../../domain/access/secrets.ts';
import { Refusal } from '../../domain/errors.ts';
import type { Handlers } from '../pipeline/exchange.ts';

/** Whether writing works is tried so often at most, however often somebody asks. */
const probeEveryMs = 5000;

export interface Metrics {
  /** What whoever asks must bear; undefined: in production there are none. */
  token: string | undefined;
  /** In the text format of Prometheus. */
  text(): Promise<string>;
  /** How long an expired chat has waited for its erasure, where that is too long. */
  erasureLateSeconds(): Promise<number | undefined>;
}

/** @param document the parts of the contract that this server has */
export function serviceHandlers(options: {
  development: boolean;
  version: string;
  metrics: Metrics;
  /** Whether there is a console, and a demo for it to show. */
  pages: { console: boolean; demo: boolean };
}): Handlers<'health' | 'ready' | 'openapi' | 'metrics' | 'getConsole'> {
  const document = JSON.stringify(openapiDocument(options));
  const { development, pages } = options;
  let probe = { at: Number.NEGATIVE_INFINITY, outcome: Promise.resolve() };
  return {
    health: () => ({ status: 'ok' }),
    async ready({ context }) {
      await context.store.ping();
      const now = performance.now();
      if (now - probe.at >= probeEveryMs) probe = { at: now, outcome: context.store.probe() };
      await probe.outcome;
      // A server that is late with erasing answers all the same.
      const late = await options.metrics.erasureLateSeconds();
      return { status: 'ok', ...(late !== undefined && { erasure_late_seconds: late }) };
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
    openapi: ({ reply }) => reply.header('content-type', 'application/json; charset=utf-8').send(document),
  };
}
