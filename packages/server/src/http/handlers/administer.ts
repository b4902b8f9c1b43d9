/** What a retailer's operator administers: settings, applications, receipts of erasures, figures. */
import { limits, schemas } from '@aislechat/contract';
import { InvalidParameters } from '../../domain/errors.ts';
import {
  changeApplication,
  createApplication,
  rotateApplicationSecret,
} from '../../domain/operate/applications.ts';
import { listReceipts } from '../../domain/operate/receipts.ts';
import { changeSettings } from '../../domain/operate/settings.ts';
import { waitingOf } from '../../domain/operate/waiting.ts';
import type { ReceiptPosition } from '../../storage/store.ts';
import type { OrderFeed } from '../../stream/feed.ts';
import { type Handlers, integerId } from '../exchange.ts';
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

  async rotateApplicationSecret({ context, caller, reply, params }) {
    reply.header('cache-control', 'no-store');
    return wireNewApplication(await rotateApplicationSecret(context, caller, params.client_id!), caller);
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
