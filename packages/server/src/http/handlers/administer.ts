/** What a retailer's operator administers: settings, applications, receipts of erasures, figures. */
import { limits, schemas } from '@aislechat/contract';
import { InvalidParameters } from '../../domain/errors.ts';
import {
  changeApplication,
  createApplication,
  revokeTokensOfApplication,
  rotateApplicationSecret,
} from '../../domain/operate/applications.ts';
import { listReceipts } from '../../domain/operate/receipts.ts';
import {
  revokeTokensOfAgent,
  revokeTokensOfShopper,
  revokeTokensOfUser,
} from '../../domain/operate/revoke-tokens.ts';
import { changeSettings } from '../../domain/operate/settings.ts';
import { waitingOf } from '../../domain/operate/waiting.ts';
import type { ReceiptPosition } from '../../storage/store.ts';
import type { OrderFeed } from '../../stream/feed.ts';
import { type Handlers, integerId, orderReference } from '../exchange.ts';
import { parse } from '../parse.ts';
import type { SendFigures } from '../send-figures.ts';
import { wireRetailer } from '../wire.ts';
import { wireApplication, wireFigures, wireNewApplication, wireReceipt } from '../wire-administer.ts';
import { retailerSettings } from './sandbox.ts';

type Names =
  | 'getRetailerSettings'
  | 'changeRetailerSettings'
  | 'listApplications'
  | 'createApplication'
  | 'changeApplication'
  | 'rotateApplicationSecret'
  | 'revokeTokensOfApplication'
  | 'revokeTokensOfUser'
  | 'revokeTokensOfShopper'
  | 'revokeTokensOfAgent'
  | 'listErasureReceipts'
  | 'getFigures';

export const administerHandlers = (feed: OrderFeed, sends: SendFigures): Handlers<Names> => ({
  getRetailerSettings: ({ caller }) => wireRetailer(caller.retailer),

  async changeRetailerSettings({ context, caller, request }) {
    const body = parse(schemas.RetailerSettings, request.body);
    return wireRetailer(await changeSettings(context, caller, retailerSettings(body), body));
  },

  async listApplications({ context, caller }) {
    const rows = await context.store.read.applications.list(caller.retailer.id);
    return { applications: rows.map((row) => wireApplication(row, caller)) };
  },

  async createApplication({ context, caller, request, reply }) {
    const { name, scopes } = parse(schemas.CreateApplicationRequest, request.body);
    reply.header('cache-control', 'no-store');
    return wireNewApplication(await createApplication(context, caller, name, scopes), caller);
  },

  async changeApplication({ context, caller, request, params }) {
    const changes = parse(schemas.ChangeApplicationRequest, request.body);
    return wireApplication(await changeApplication(context, caller, params.client_id!, changes), caller);
  },

  async rotateApplicationSecret({ context, caller, request, reply, params }) {
    const { revoke_tokens: revokesTokens } = parse(schemas.RotateSecretRequest, request.body);
    reply.header('cache-control', 'no-store');
    const rotated = await rotateApplicationSecret(context, caller, params.client_id!, {
      ...(revokesTokens !== undefined && { revokesTokens }),
    });
    return wireNewApplication(rotated, caller);
  },

  async revokeTokensOfApplication({ context, caller, params }) {
    return { revoked: await revokeTokensOfApplication(context, caller, params.client_id!) };
  },

  async revokeTokensOfUser({ context, caller, request, params }) {
    const reference = orderReference(request, params.user_id!);
    return { revoked: await revokeTokensOfUser(context, caller, reference) };
  },

  async revokeTokensOfShopper({ context, caller, request, params }) {
    const reference = orderReference(request, params.external_id!);
    return { revoked: await revokeTokensOfShopper(context, caller, reference) };
  },

  async revokeTokensOfAgent({ context, caller, params }) {
    const { agent } = parse(schemas.PathOfAgent, params);
    return { revoked: await revokeTokensOfAgent(context, caller, agent) };
  },

  async listErasureReceipts({ context, caller, request }) {
    const { after, limit } = parse(schemas.RowsQuery, request.query);
    const position = after === undefined ? undefined : positionOf(after);
    const count = limit === undefined ? limits.rowsPerPage : Number(limit);
    const { rows, next } = await listReceipts(context, caller, position, count);
    return { receipts: rows.map(wireReceipt), next: next ? cursorOf(next) : null };
  },

  async getFigures({ context, caller }) {
    const { id } = caller.retailer;
    const waiting = await waitingOf(context, caller);
    return wireFigures(waiting, sends.read(id, performance.now()), feed.countOf(id));
  },
});

const cursorOf = ({ erasedAt, orderId }: ReceiptPosition): string =>
  Buffer.from(`${erasedAt}.${orderId}`).toString('base64url');

/** @throws InvalidParameters */
function positionOf(cursor: string): ReceiptPosition {
  const [erasedAt, orderId, ...rest] = Buffer.from(cursor, 'base64url').toString().split('.').map(integerId);
  if (erasedAt === undefined || orderId === undefined || rest.length > 0) {
    throw new InvalidParameters({ key: 'after', problem: 'invalid' });
  }
  return { erasedAt, orderId };
}
