/** Settings, applications, audit log, receipts and figures of a retailer. These operations are ours. */
import { type Static, Type } from 'typebox';
import { limits } from '../limits.ts';
import { byOperator, bySupport, define } from '../route.ts';
import { choice, Flag, Id, Identifier, Integer, object, optional, Text, Timestamp } from '../schema-kinds.ts';
import { visibleCharacter } from '../text.ts';
import { scopes } from '../workflow.ts';
import { NextPage, rowsQuery } from './answers.ts';
import { ApplicationScope, AuditAction, AuditSubjectType } from './enumerations.ts';
import { ErasureReceipt } from './orders.ts';
import { RevokedTokens } from './people.ts';
import { Retailer, RetailerSettings } from './settings.ts';

export const AuditQuery = object({ order_id: optional(Identifier('Order')), ...rowsQuery });

export const AuditSubject = object(
  { type: AuditSubjectType, id: Id('Its internal ID') },
  'What an action concerned',
);

export const AuditEntry = object(
  {
    id: Id('ID of the entry'),
    at: Timestamp('When it was done'),
    client_id: optional(Text('The application that did it; missing where the command line did')),
    action: AuditAction,
    subject: AuditSubject,
    agent: optional(Text('The support agent who did it, or whom it concerned')),
    reason: optional(Text('The reason that was given')),
    detail: optional(Text('What was changed, and to what; changes of an order are in its timeline instead')),
  },
  'An entry of the audit log',
);

export const AuditEntries = object(
  { entries: Type.Array(AuditEntry, { description: 'Newest first' }), next: NextPage },
  'A page of the audit log',
);
export type AuditEntries = Static<typeof AuditEntries>;

const ApplicationName = Type.String({
  description: 'A name for people to recognize it by',
  maxLength: limits.nameCharacters,
  pattern: visibleCharacter,
});

export const ApplicationState = choice(
  ['enabled', 'disabled'],
  'Whether it gets tokens; disabling it revokes those that it has',
);

const application = {
  client_id: Text('Client ID of the application'),
  name: Text('A name for people to recognize it by'),
  scopes: Type.Array(ApplicationScope, { description: 'The scopes that its tokens may have' }),
  state: ApplicationState,
  created_at: Timestamp('When the application was created'),
  is_own: Flag('Whether the request’s token was issued to it'),
};

export const Application = object(application, 'A system of the retailer that gets access tokens');
export type Application = Static<typeof Application>;

export const Applications = object(
  { applications: Type.Array(Application, { description: 'Oldest first' }) },
  'The applications of a retailer',
);

export const NewApplication = object(
  { ...application, client_secret: Text('Client secret; shown only once') },
  'An application, with its secret',
);

export const CreateApplicationRequest = object(
  {
    name: ApplicationName,
    scopes: Type.Array(ApplicationScope, {
      minItems: 1,
      maxItems: scopes.length,
      uniqueItems: true,
      description: 'The scopes that its tokens may have',
    }),
  },
  'A new application',
);

export const RotateSecretRequest = object(
  {
    revoke_tokens: optional(
      Flag('Whether the tokens that were issued so far are revoked as well; `false` by default'),
    ),
  },
  'How to rotate a client secret',
);

export const ChangeApplicationRequest = object(
  { name: optional(ApplicationName), state: optional(ApplicationState) },
  'What to change about an application; what is left out stays',
);

export const ErasureReceipts = object(
  { receipts: Type.Array(ErasureReceipt, { description: 'Newest first' }), next: NextPage },
  'A page of receipts of erasures',
);

export const SendLatency = object(
  {
    p50: Type.Number({ description: 'Median, in milliseconds' }),
    p95: Type.Number({ description: '95th percentile, in milliseconds' }),
    p99: Type.Number({ description: '99th percentile, in milliseconds' }),
  },
  'How long the latest sends took from the request to the commit; missing where there were none',
);

export const SendFigures = object(
  {
    per_second: Type.Array(Type.Integer(), {
      description: `Messages that this server process accepted in each of the last ${limits.figuresSeconds} seconds, oldest first`,
    }),
    latency_ms: optional(SendLatency),
  },
  'Messages of the last minute',
);

export const CallbackFigures = object(
  {
    pending: Integer('Deliveries that are waiting'),
    dead: Integer('Deliveries that were given up'),
    oldest_pending_seconds: optional(Integer('Age in seconds of the oldest one that is waiting')),
  },
  'Callbacks that have not been delivered',
);

export const ErasureFigures = object(
  {
    unverified: Integer('Receipts whose erasure is not verified yet'),
    oldest_due_seconds: optional(Integer('Seconds that the oldest expired chat has waited to be erased')),
  },
  'Erasures that are not finished',
);

export const Figures = object(
  {
    at: Timestamp('The present on the retailer’s clock'),
    sends: SendFigures,
    streams: Integer('Streams and long polls that are open at this server process'),
    callbacks: CallbackFigures,
    erasures: ErasureFigures,
  },
  'How a retailer’s chats are doing',
);
export type Figures = Static<typeof Figures>;

export const Console = object(
  {
    environment: choice(['development', 'production'], 'The environment of the server'),
    demo: Flag('Whether the credentials of the demo work'),
  },
  'What the console needs to know about the server',
);

const operate = { ...byOperator, tag: 'Operate' } as const;
/** Support agents may read the audit entries of one order. */
const audit = { ...bySupport, tag: 'Operate' } as const;
const applicationPath = '/v1/applications/{client_id}';

export const operateRoutes = define({
  listAudit: {
    ...audit,
    method: 'GET',
    path: '/v1/audit',
    summary: 'List the audit log',
    description:
      'Returns who looked at or changed what, newest first, in pages. A support agent sees the entries about one order only and has to name it.',
    internalIds: true,
    query: {
      order_id: 'Only entries about this order; required with a support agent’s token',
      limit: `Entries per page, 1 to ${limits.rowsPerPage}; ${limits.rowsPerPage} by default`,
      after: 'Cursor: `next` of the previous page',
    },
    answer: AuditEntries,
    errors: ['invalid_parameters', 'resource_not_found'],
  },
  getRetailerSettings: {
    ...operate,
    method: 'GET',
    path: '/v1/retailer',
    summary: 'Get the settings of the retailer',
    description: 'Returns all settings of the retailer whose token the request carries.',
    answer: Retailer,
    errors: [],
  },
  changeRetailerSettings: {
    ...operate,
    method: 'PATCH',
    path: '/v1/retailer',
    summary: 'Change settings of the retailer',
    description:
      'Changes the settings that the body names and leaves the rest. Every server process follows within a second, and the audit log keeps what was changed.',
    body: RetailerSettings,
    answer: Retailer,
    errors: ['invalid_parameters'],
  },
  listApplications: {
    ...operate,
    method: 'GET',
    path: '/v1/applications',
    summary: 'List applications',
    description: 'Returns the applications of the retailer, oldest first. Secrets are not shown.',
    answer: Applications,
    errors: [],
  },
  createApplication: {
    ...operate,
    method: 'POST',
    path: '/v1/applications',
    summary: 'Create an application',
    description: `Returns the new application with its secret, which is shown only this once. It can get no scope that the calling application lacks. A retailer has up to ${limits.applications} applications.`,
    body: CreateApplicationRequest,
    answer: NewApplication,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  changeApplication: {
    ...operate,
    method: 'PATCH',
    path: applicationPath,
    summary: 'Rename, disable or enable an application',
    description:
      'Disabling an application revokes every token that it obtained, those of users and shoppers included. No application can disable itself or one with a scope that it lacks.',
    body: ChangeApplicationRequest,
    answer: Application,
    errors: ['invalid_parameters', 'resource_not_found'],
  },
  rotateApplicationSecret: {
    ...operate,
    method: 'POST',
    path: `${applicationPath}/secret`,
    summary: 'Rotate the secret of an application',
    description:
      'Returns a new client secret, shown only this once; the old one stops working at once. Tokens that were issued so far live on unless `revoke_tokens` is true.',
    body: RotateSecretRequest,
    answer: NewApplication,
    errors: ['invalid_parameters', 'resource_not_found'],
  },
  revokeTokensOfApplication: {
    ...operate,
    method: 'POST',
    path: `${applicationPath}/revoke-tokens`,
    summary: 'Revoke the tokens of an application',
    description:
      'Revokes every access token that the application obtained, those of users, shoppers and support agents included. They stop working within a second; the client secret stays valid.',
    answer: RevokedTokens,
    errors: ['resource_not_found'],
  },
  listErasureReceipts: {
    ...operate,
    method: 'GET',
    path: '/v1/erasure-receipts',
    summary: 'List receipts of erasures',
    description:
      'Returns which chats were erased, when and why, newest first, in pages. Receipts hold counts, and neither texts nor names.',
    query: {
      limit: `Receipts per page, 1 to ${limits.rowsPerPage}; ${limits.rowsPerPage} by default`,
      after: 'Cursor: `next` of the previous page',
    },
    answer: ErasureReceipts,
    errors: ['invalid_parameters'],
  },
  getFigures: {
    ...operate,
    method: 'GET',
    path: '/v1/figures',
    summary: 'Get figures of the retailer’s chats',
    description:
      'Returns the sends of the last minute and the open streams of the server process that answers, and the callbacks and erasures that are waiting anywhere.',
    answer: Figures,
    errors: [],
  },
  getConsole: {
    tag: 'Operate',
    surface: 'native',
    identity: 'anyone',
    method: 'GET',
    path: '/v1/console',
    summary: 'Get the data that the console needs',
    description:
      'Returns the environment of the server, and whether the demo’s credentials work. Where the console is switched off, the answer is 404.',
    answer: Console,
    errors: ['resource_not_found'],
  },
});
