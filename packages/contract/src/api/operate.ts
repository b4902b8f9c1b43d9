/** Settings, applications, audit, receipts and figures of a retailer. Ours. */
import { type Static, Type } from 'typebox';
import { limits } from '../limits.ts';
import { byOperator, bySupport, define } from '../route.ts';
import { choice, Identifier, Integer, object, optional, Timestamp } from '../schema-kinds.ts';
import { visibleCharacter } from '../text.ts';
import { auditActions, auditSubjects, scopes } from '../workflow.ts';
import { rowsQuery } from './answers.ts';
import { RevokedTokens } from './people.ts';

export const AuditQuery = object({ order_id: optional(Identifier('Order')), ...rowsQuery });

const AuditEntry = object({
  id: Type.Integer(),
  at: Timestamp('When'),
  client_id: optional(
    Type.String({ description: 'The application that did it; missing where the command line did' }),
  ),
  action: choice(auditActions, 'What was done'),
  subject: object({
    type: choice(auditSubjects, 'To what'),
    id: Integer('Its internal ID'),
  }),
  agent: optional(Type.String()),
  reason: optional(Type.String()),
  detail: optional(
    Type.String({ description: 'What was changed, and to what; an order’s own log has it otherwise' }),
  ),
});

export const AuditEntries = object({
  entries: Type.Array(AuditEntry),
  next: Type.Union([Type.String(), Type.Null()], { description: 'For `after`; null on the last page' }),
});
export type AuditEntries = Static<typeof AuditEntries>;

const ApplicationName = Type.String({
  description: 'For people',
  maxLength: limits.nameCharacters,
  pattern: visibleCharacter,
});

const ApplicationState = choice(
  ['enabled', 'disabled'],
  'A disabled application gets no tokens, and its earlier tokens are revoked',
);

const application = {
  client_id: Type.String(),
  name: Type.String(),
  scopes: Type.Array(choice(scopes, 'Scope')),
  state: ApplicationState,
  created_at: Timestamp('When it was made'),
  is_own: Type.Boolean({ description: 'Whether the token is one of its own' }),
};

export const Application = object(application);
export type Application = Static<typeof Application>;

export const Applications = object({ applications: Type.Array(Application) });

export const NewApplication = object({
  ...application,
  client_secret: Type.String({ description: 'Shown once' }),
});

export const CreateApplicationRequest = object({
  name: ApplicationName,
  scopes: Type.Array(choice(scopes, 'Scope'), { minItems: 1, maxItems: scopes.length, uniqueItems: true }),
});

export const RotateSecretRequest = object({
  revoke_tokens: optional(
    Type.Boolean({ description: 'Whether tokens that were issued so far stop too; default `false`' }),
  ),
});

export const ChangeApplicationRequest = object({
  name: optional(ApplicationName),
  state: optional(ApplicationState),
});

export const ErasureReceipts = object({
  receipts: Type.Array(
    object({
      id: Integer('The internal ID of the order'),
      order_id: Type.String({ description: 'The retailer’s own ID of the order' }),
      erased_at: Timestamp('When'),
      reason: choice(['expired', 'requested'], 'Why'),
      messages: Type.Integer(),
      images: Type.Integer(),
      verified_at: optional(Timestamp('When nothing held the texts any more')),
    }),
  ),
  next: Type.Union([Type.String(), Type.Null()], { description: 'For `after`; null on the last page' }),
});

export const Figures = object({
  at: Timestamp('On the retailer’s clock'),
  sends: object({
    per_second: Type.Array(Type.Integer(), {
      description: `Messages taken by the process that answers, second by second, the last ${limits.figuresSeconds} s, oldest first`,
    }),
    latency_ms: optional(
      object(
        { p50: Type.Number(), p95: Type.Number(), p99: Type.Number() },
        'Of the latest of them, from the request to the commit; missing where there were none',
      ),
    ),
  }),
  streams: Integer('Streams and long polls open at the process that answers'),
  callbacks: object({
    pending: Type.Integer(),
    dead: Type.Integer(),
    oldest_pending_seconds: optional(Integer('Age of the oldest that is not delivered')),
  }),
  erasures: object({
    unverified: Integer('Receipts that wait for the files to be clean'),
    oldest_due_seconds: optional(Integer('How long the oldest expired chat has waited for its erasure')),
  }),
});
export type Figures = Static<typeof Figures>;

export const Console = object({
  environment: choice(['development', 'production'], 'As `AISLECHAT_ENV` says'),
  demo: Type.Boolean({ description: 'Whether the demo’s credentials work' }),
});

const QuickReplies = Type.Array(
  Type.String({ minLength: 1, maxLength: limits.quickReplyCharacters, pattern: visibleCharacter }),
  {
    maxItems: limits.quickReplies,
    description:
      'What shoppers have ready to tap; `{customer}`, `{shopper}` and `{order}` are filled in. Empty: what their page brings',
  },
);

const retailerSettings = {
  name: optional(Type.String({ minLength: 1, maxLength: limits.nameCharacters })),
  timezone: optional(Type.String({ description: 'IANA name', maxLength: 64 })),
  shopper_information_removal: optional(Type.Boolean()),
  chat_enabled: optional(Type.Boolean()),
  chat_opens_at: optional(choice(['picking', 'acknowledged'], 'First state in which messages may be sent')),
  last_mile_chat: optional(Type.Boolean({ description: 'Whether last-mile orders have a chat' })),
  absent_shopper: optional(
    choice(['null', 'omit'], 'How `current_shopper` reads when no shopper was ever assigned'),
  ),
  privacy_masks: optional(
    Type.Boolean({ description: 'Whether phone numbers and the like are taken out of messages' }),
  ),
  signed_assertions: optional(
    choice(['accepted', 'required'], 'Whether assertions of users and shoppers must be signed'),
  ),
  chat_callbacks: optional(
    choice(['all', 'customer'], 'Whose messages the callback `chat_message_created` tells of'),
  ),
  quick_replies: optional(QuickReplies),
};

export const RetailerSettings = object(retailerSettings);
export type RetailerSettings = Static<typeof RetailerSettings>;

export const Retailer = object({
  retailer_id: Type.Integer(),
  name: Type.String(),
  timezone: Type.String(),
  shopper_information_removal: Type.Boolean(),
  chat_enabled: Type.Boolean(),
  chat_opens_at: choice(['picking', 'acknowledged'], 'First state in which messages may be sent'),
  last_mile_chat: Type.Boolean(),
  absent_shopper: choice(['null', 'omit'], 'How an absent shopper reads'),
  privacy_masks: Type.Boolean(),
  signed_assertions: choice(['accepted', 'required'], 'Whether assertions must be signed'),
  chat_callbacks: choice(['all', 'customer'], 'Whose messages `chat_message_created` tells of'),
  quick_replies: QuickReplies,
});
export type Retailer = Static<typeof Retailer>;

const operate = { ...byOperator, tag: 'Operate' } as const;
/** A support agent reads what concerns one order. */
const audit = { ...bySupport, tag: 'Operate' } as const;
const applicationPath = '/v1/applications/{client_id}';

export const operateRoutes = define({
  listAudit: {
    ...audit,
    method: 'GET',
    path: '/v1/audit',
    summary: 'The audit log, newest first',
    internalIds: true,
    query: {
      order_id: 'Only entries about this order; a support agent must name one',
      limit: `Entries in the answer, 1 to ${limits.rowsPerPage}; default ${limits.rowsPerPage}`,
      after: 'Cursor: `next` of the page before',
    },
    answer: AuditEntries,
    errors: ['invalid_parameters', 'resource_not_found'],
  },
  getRetailerSettings: {
    ...operate,
    method: 'GET',
    path: '/v1/retailer',
    summary: 'Settings of the token’s retailer',
    answer: Retailer,
    errors: [],
  },
  changeRetailerSettings: {
    ...operate,
    method: 'PATCH',
    path: '/v1/retailer',
    summary: 'Change settings of the token’s retailer',
    body: RetailerSettings,
    answer: Retailer,
    errors: ['invalid_parameters'],
  },
  listApplications: {
    ...operate,
    method: 'GET',
    path: '/v1/applications',
    summary: 'The applications of the token’s retailer, oldest first',
    answer: Applications,
    errors: [],
  },
  createApplication: {
    ...operate,
    method: 'POST',
    path: '/v1/applications',
    summary: 'Make an application; it gets no scope that the token’s application lacks',
    body: CreateApplicationRequest,
    answer: NewApplication,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  changeApplication: {
    ...operate,
    method: 'PATCH',
    path: applicationPath,
    summary:
      'Rename, disable or enable an application; disabling revokes its tokens, and nobody disables their own',
    body: ChangeApplicationRequest,
    answer: Application,
    errors: ['invalid_parameters', 'resource_not_found'],
  },
  rotateApplicationSecret: {
    ...operate,
    method: 'POST',
    path: `${applicationPath}/secret`,
    summary: 'Make a new client secret; the old one stops at once, and issued tokens too if the body says so',
    body: RotateSecretRequest,
    answer: NewApplication,
    errors: ['invalid_parameters', 'resource_not_found'],
  },
  revokeTokensOfApplication: {
    ...operate,
    method: 'POST',
    path: `${applicationPath}/revoke-tokens`,
    summary:
      'Revoke every access token that an application obtained, those of users, shoppers and agents included',
    answer: RevokedTokens,
    errors: ['resource_not_found'],
  },
  listErasureReceipts: {
    ...operate,
    method: 'GET',
    path: '/v1/erasure-receipts',
    summary: 'Receipts of erasures, newest first',
    query: {
      limit: `Receipts in the answer, 1 to ${limits.rowsPerPage}; default ${limits.rowsPerPage}`,
      after: 'Cursor: `next` of the page before',
    },
    answer: ErasureReceipts,
    errors: ['invalid_parameters'],
  },
  getFigures: {
    ...operate,
    method: 'GET',
    path: '/v1/figures',
    summary:
      'How the retailer’s chats fare: sends and open streams of the process that answers, what waits in all',
    answer: Figures,
    errors: [],
  },
  getConsole: {
    tag: 'Operate',
    surface: 'native',
    identity: 'anyone',
    method: 'GET',
    path: '/v1/console',
    summary: 'What the console finds on this server; where there is none, nothing',
    answer: Console,
    errors: ['resource_not_found'],
  },
});
