/** The server process: health, metrics, the OpenAPI document. These operations are ours. */
import { Type } from '../json-schema.ts';
import { define } from '../route.ts';
import { Integer, object, optional, Text } from '../schema-kinds.ts';

export const Health = object({ status: Text('`ok`') }, 'The process is running');

export const Readiness = object(
  {
    status: Text('`ok`'),
    erasure_late_seconds: optional(
      Integer(
        'Seconds that an expired chat has waited to be erased, if more than 15 minutes; the server is ready nevertheless',
      ),
    ),
    clock_lead_seconds: optional(
      Integer(
        'Seconds that the server’s clock is ahead of the system’s, if more than a minute: the system’s clock has gone back',
      ),
    ),
    clock_doubt_seconds: optional(
      Integer(
        'Seconds that the clock has jumped forward, if it has. What seems expired is hidden, and destroyed once the jump is certain',
      ),
    ),
  },
  'The server can take requests',
);

export const MetricsText = Type.String({ description: 'Prometheus text format' });

export const OpenApiDocument = Type.Object(
  {},
  { description: 'An OpenAPI 3.1 document', additionalProperties: true },
);

const service = { tag: 'Service', surface: 'native', identity: 'anyone', errors: [] } as const;

export const serviceRoutes = define({
  health: {
    ...service,
    method: 'GET',
    path: '/healthz',
    summary: 'Check that the process is running',
    description:
      'Answers as long as the process can answer at all, without using storage. For liveness probes.',
    answer: Health,
  },
  ready: {
    ...service,
    method: 'GET',
    path: '/readyz',
    summary: 'Check that the server is ready',
    description:
      'Answers 200 when storage can be read and written, 503 otherwise. For readiness probes and load balancers.',
    answer: Readiness,
    errors: ['unavailable'],
  },
  metrics: {
    ...service,
    method: 'GET',
    path: '/metrics',
    summary: 'Get metrics for Prometheus',
    description:
      'Returns the figures of this server process. If `AISLECHAT_METRICS_TOKEN` is set, send it as the bearer token. If it is not set, a production server answers 404.',
    answer: MetricsText,
    answerType: 'text/plain',
    errors: ['token_invalid', 'resource_not_found', 'unavailable'],
  },
  openapi: {
    ...service,
    method: 'GET',
    path: '/openapi.json',
    summary: 'Get this document',
    description: 'Returns the OpenAPI document of this server.',
    answer: OpenApiDocument,
  },
});
