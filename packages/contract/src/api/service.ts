/** The process itself: health, metrics, this API’s document. Ours. */
import { Type } from 'typebox';
import { define } from '../route.ts';
import { Integer, object, optional } from '../schema-kinds.ts';
import { Empty } from './answers.ts';

export const Health = object({ status: Type.String() });

export const Readiness = object({
  status: Type.String(),
  erasure_late_seconds: optional(
    Integer(
      'How long an expired chat has waited for its erasure, where that is longer than 15 minutes; the server is ready all the same',
    ),
  ),
});

export const MetricsText = Type.String({ description: 'Prometheus text format' });

const service = { tag: 'Service', surface: 'native', identity: 'anyone', errors: [] } as const;

export const serviceRoutes = define({
  health: {
    ...service,
    method: 'GET',
    path: '/healthz',
    summary: 'The process is up',
    answer: Health,
  },
  ready: {
    ...service,
    method: 'GET',
    path: '/readyz',
    summary: 'Whether storage answers, and takes writes',
    answer: Readiness,
    errors: ['unavailable'],
  },
  metrics: {
    ...service,
    method: 'GET',
    path: '/metrics',
    summary: 'Figures for Prometheus; with the bearer token of AISLECHAT_METRICS_TOKEN where that is set',
    answer: MetricsText,
    answerType: 'text/plain',
    errors: ['token_invalid', 'resource_not_found', 'unavailable'],
  },
  openapi: {
    ...service,
    method: 'GET',
    path: '/openapi.json',
    summary: 'This document',
    answer: Empty,
  },
});
