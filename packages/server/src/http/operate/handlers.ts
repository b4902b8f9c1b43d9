import { type RouteNameOf, routes, schemas } from '@aislechat/contract';
import { listReceipts } from '../../domain/erasure/receipts.ts';
import { listAudit } from '../../domain/operate/audit.ts';
import { waitingOf } from '../../domain/operate/waiting.ts';
import {
  changeApplication,
  createApplication,
  listApplications,
  revokeTokensOfApplication,
  rotateApplicationSecret,
} from '../../domain/retailers/applications.ts';
import { changeSettings } from '../../domain/retailers/settings.ts';
import type { OrderFeed } from '../../stream/feed.ts';
import { type Handlers, orderReference } from '../pipeline/exchange.ts';
import { cursors, idCursors } from '../pipeline/paging.ts';
import { parse } from '../pipeline/parse.ts';
import type { SendFigures } from './send-figures.ts';
import {
  settingsOf,
  wireApplication,
  wireAuditEntry,
  wireFigures,
  wireNewApplication,
  wireReceipt,
  wireRetailer,
} from './wire.ts';

const receiptCursors = cursors('erasedAt', 'orderId');

export const operateHandlers = (
  feed: OrderFeed,
  sends: SendFigures,
): Handlers<Exclude<RouteNameOf<'operate'>, 'getConsole'>> => ({
  async listAudit({ context, caller, request }) {
    const query = parse(routes.listAudit.query, request.query);
    const reference = query.order_id === undefined ? undefined : orderReference(request, query.order_id);
    const { rows, next } = await listAudit(
      context,
      caller,
      { reference, action: query.action },
      idCursors.pageOf(query),
    );
    return { entries: rows.map(wireAuditEntry), next: idCursors.cursorOf(next) };
  },
  getRetailerSettings: ({ caller }) => wireRetailer(caller.retailer),

  async changeRetailerSettings({ context, caller, request }) {
    const body = parse(schemas.RetailerSettings, request.body);
    return wireRetailer(await changeSettings(context, caller, settingsOf(body), body));
  },

  async listApplications({ context, caller }) {
    const rows = await listApplications(context, caller.retailer.id);
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

  async listErasureReceipts({ context, caller, request }) {
    const page = receiptCursors.pageOf(parse(routes.listErasureReceipts.query, request.query));
    const { rows, next } = await listReceipts(context, caller, page);
    return { receipts: rows.map(wireReceipt), next: receiptCursors.cursorOf(next) };
  },

  async getFigures({ context, caller }) {
    const { id } = caller.retailer;
    const waiting = await waitingOf(context, caller);
    return wireFigures(waiting, sends.read(id, performance.now()), feed.countOf(id));
  },
});
