/** Settings, applications, audit log, receipts and figures of a retailer. These operations are ours. */
import { type Static, Type } from '../json-schema.ts';
import { limits } from '../limits.ts';
import { byOperator, bySupport, define } from '../route.ts';
import {
  choice,
  described,
  Flag,
  Id,
  Identifier,
  Integer,
  object,
  optional,
  Text,
  Timestamp,
} from '../schema-kinds.ts';
import { visibleCharacter } from '../text.ts';
import { scopes } from '../workflow.ts';
import { NextPage, pageQuery } from './answers.ts';
import { ApplicationScope, AuditAction, AuditSubjectType } from './enumerations.ts';
import { ErasureReceipt } from './orders.ts';
import { RevokedTokens } from './people.ts';
import { Retailer, RetailerSettings } from './settings.ts';

export const AuditSubject = object(
  { type: AuditSubjectType, id: Id('Its internal ID') },
  'The record that an action affected',
);

export const AuditEntry = object(
  {
    id: Id('ID of the entry'),
    at: Timestamp('When it was done'),
    client_id: optional(Text('The application that did it; missing if it was done on the command line')),
    action: AuditAction,
    subject: AuditSubject,
    agent: optional(Text('The support agent who did it or was affected')),
    reason: optional(Text('The reason that was given')),
    detail: optional(Text('The changed values; changes of an order are in its timeline instead')),
  },
  'An entry of the audit log',
);

export const AuditEntries = object(
  { entries: Type.Array(AuditEntry, { description: 'Newest first' }), next: NextPage },
  'A page of the audit log',
);
export type AuditEntries = Static<typeof AuditEntries>;

const ApplicationName = Type.String({
  description: 'A display name',
  maxLength: limits.nameCharacters,
  pattern: visibleCharacter,
});

export const ApplicationState = choice(
  ['enabled', 'disabled'],
  'Whether it gets tokens; disabling it revokes its tokens',
);

const application = {
  client_id: Text('Client ID of the application'),
  name: Text('A display name'),
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
    revoke_tokens: optional(Flag('Whether to revoke the tokens issued so far, too; `false` by default')),
  },
  'How to rotate a client secret',
);

export const ChangeApplicationRequest = object(
  { name: optional(ApplicationName), state: optional(ApplicationState) },
  'Changes to an application; omitted members stay unchanged',
);

export const ErasureReceipts = object(
  { receipts: Type.Array(ErasureReceipt, { description: 'Newest first' }), next: NextPage },
  'A page of erasure receipts',
);

export const SendLatency = object(
  {
    p50: Type.Number({ description: 'Median, in milliseconds' }),
    p95: Type.Number({ description: '95th percentile, in milliseconds' }),
    p99: Type.Number({ description: '99th percentile, in milliseconds' }),
  },
  'The time of the latest sends from the request to the commit; missing if there were none',
);

export type SendLatency = Static<typeof SendLatency>;

export const MinuteOfSends = object(
  { sends: Integer('Messages that this server process accepted'), latency_ms: optional(SendLatency) },
  'One minute of messages',
);

export const SendFigures = object(
  {
    per_second: Type.Array(Type.Integer(), {
      description: `Messages that this server process accepted in each of the last ${limits.figuresSeconds} seconds, oldest first`,
    }),
    latency_ms: optional(SendLatency),
    per_minute: Type.Array(MinuteOfSends, {
      description: `The same for each of the last ${limits.figuresMinutes} minutes, oldest first`,
    }),
  },
  'Messages of the last minute and of the last hour',
);

export const CallbackFigures = object(
  {
    pending: Integer('Deliveries that are waiting'),
    dead: Integer('Dead deliveries'),
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
    at: Timestamp('The current time on the retailer’s clock'),
    sends: SendFigures,
    streams: Integer('Streams and long polls that are open at this server process'),
    callbacks: CallbackFigures,
    erasures: ErasureFigures,
  },
  'Figures of a retailer’s chats',
);
export type Figures = Static<typeof Figures>;

export const Console = object(
  {
    environment: choice(['development', 'production'], 'The environment of the server'),
    demo: Flag('Whether the credentials of the demo work'),
  },
  'The data about the server that the console needs',
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
      'Returns who read or changed which records, newest first, in pages. A support agent sees only the entries about one order, and must name the order.',
    internalIds: true,
    query: object({
      order_id: optional(Identifier('Only entries about this order; required with a support agent’s token')),
      action: optional(described(AuditAction, 'Only entries of this action')),
      ...pageQuery('Entries'),
    }),
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
      'Changes the given settings. Every server process applies them within a second, and the audit log records the change.',
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
    description: `Returns the new application with its secret, which is shown only once. It can get only scopes that the calling application has. A retailer has up to ${limits.applications} applications.`,
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
      'Disabling an application revokes every token that it obtained, including those of users and shoppers. An application cannot disable itself, or one with a scope that it does not have.',
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
      'Returns a new client secret, which is shown only once; the old one stops working at once. Issued tokens stay valid unless `revoke_tokens` is true.',
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
      'Revokes every access token that the application obtained, including those of users, shoppers and support agents. They stop working within a second; the client secret stays valid.',
    answer: RevokedTokens,
    errors: ['resource_not_found'],
  },
  listErasureReceipts: {
    ...operate,
    method: 'GET',
    path: '/v1/erasure-receipts',
    summary: 'List erasure receipts',
    description:
      'Returns which chats were erased, when and why, newest first, in pages. Receipts contain counts, but neither texts nor names.',
    query: object(pageQuery('Receipts')),
    answer: ErasureReceipts,
    errors: ['invalid_parameters'],
  },
  getFigures: {
    ...operate,
    method: 'GET',
    path: '/v1/figures',
    summary: 'Get figures of the retailer’s chats',
    description:
      'Returns the sends of the last minute by second and of the last hour by minute, and the open streams of the server process that answers, and the pending callbacks and erasures of all processes.',
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
      'Returns the environment of the server, and whether the demo’s credentials work. If the console is switched off, the answer is 404.',
    answer: Console,
    errors: ['resource_not_found'],
  },
});
