/** Routes of the shop's own systems: people, orders, support, audit. */
import { Readable } from 'node:stream';
import { schemas } from '@aislechat/contract';
import { listAudit } from '../../domain/operate/audit.ts';
import { readForSupport } from '../../domain/operate/conversation.ts';
import { erasePerson } from '../../domain/operate/erase-person.ts';
import { type Exported, exportPerson } from '../../domain/operate/export.ts';
import { assignShopper, listOrders, overviewOf, setOrderState } from '../../domain/operate/orders.ts';
import { putShopper } from '../../domain/operate/shoppers.ts';
import { readTimeline } from '../../domain/operate/timeline.ts';
import type { ShopperInput } from '../../domain/shoppers.ts';
import { createUser, type UserInput } from '../../domain/users.ts';
import { type Handlers, orderReference } from '../exchange.ts';
import { cursorOf, pageOf } from '../paging.ts';
import { parse } from '../parse.ts';
import { wireOrderMessages } from '../wire.ts';
import {
  wireAuditEntry,
  wireExported,
  wireNativeShopper,
  wireNativeUser,
  wireOverview,
  wirePersonErasure,
  wireSummary,
  wireTimelineEvent,
} from '../wire-operate.ts';
import { tellLocation } from './order-status.ts';

type Names =
  | 'putShopper'
  | 'putUser'
  | 'eraseUser'
  | 'exportUser'
  | 'listOrders'
  | 'getOrderOverview'
  | 'getOrderTimeline'
  | 'assignShopper'
  | 'setOrderState'
  | 'setOrderLocation'
  | 'getSupportConversation'
  | 'listAudit';

export const operateHandlers: Handlers<Names> = {
  async putShopper({ context, caller, request, params }) {
    const { external_id } = parse(schemas.PathOfShopper, params);
    const body = parse(schemas.PutShopperRequest, request.body);
    const input: ShopperInput = {};
    if (body.display_name !== undefined) input.displayName = body.display_name;
    if (body.avatar_url !== undefined) input.avatarUrl = body.avatar_url;
    if (body.email !== undefined) input.email = body.email;
    if (body.phone !== undefined) input.phone = body.phone;
    return wireNativeShopper(await putShopper(context, caller, external_id, input));
  },

  async putUser({ context, caller, request, params }) {
    const { user_id } = parse(schemas.PathOfUser, params);
    const body = parse(schemas.PutUserRequest, request.body);
    const input: UserInput = {
      externalId: user_id,
      firstName: body.first_name,
      lastName: body.last_name ?? null,
      phoneNumber: body.phone_number ?? null,
      locale: body.locale ?? null,
    };
    if (body.avatar_url !== undefined) input.avatarUrl = body.avatar_url;
    return wireNativeUser(await createUser(context, caller, input));
  },

  async eraseUser({ context, caller, request, params }) {
    const reference = orderReference(request, params.user_id!);
    return wirePersonErasure(await erasePerson(context, caller, reference));
  },

  async exportUser({ context, caller, request, reply, params }) {
    const pieces = await exportPerson(context, caller, orderReference(request, params.user_id!));
    return reply
      .header('content-type', 'application/x-ndjson; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(Readable.from(linesOf(pieces)));
  },

  async listOrders({ context, caller, request }) {
    const query = parse(schemas.OrdersQuery, request.query);
    const filter: Parameters<typeof listOrders>[3] = {};
    if (query.workflow_state !== undefined) filter.workflowState = query.workflow_state;
    if (query.active !== undefined) filter.active = query.active === 'true';
    const people = { shopper: query.shopper_id, user: query.user_id };
    const { rows, next } = await listOrders(context, caller, people, filter, pageOf(query));
    return { orders: rows.map(wireSummary), next: cursorOf(next) };
  },

  async getOrderOverview({ context, caller, request, params }) {
    return wireOverview(await overviewOf(context, caller, orderReference(request, params.order_id!)));
  },

  async getOrderTimeline({ context, caller, request, params }) {
    const { after = '0' } = parse(schemas.TimelineQuery, request.query);
    const reference = orderReference(request, params.order_id!);
    const events = await readTimeline(context, caller, reference, Number(after));
    return { events: events.map(wireTimelineEvent), next_after: events.at(-1)?.seq ?? Number(after) };
  },

  async assignShopper({ context, caller, request, params }) {
    const { shopper_id } = parse(schemas.AssignShopperRequest, request.body);
    const shopper = typeof shopper_id === 'number' ? { id: shopper_id } : { externalId: shopper_id };
    const reference = orderReference(request, params.order_id!);
    return wireSummary(await assignShopper(context, caller, reference, shopper));
  },

  async setOrderState({ context, caller, request, params }) {
    const body = parse(schemas.SetOrderStateRequest, request.body);
    const reference = orderReference(request, params.order_id!);
    const { workflow_state, cancellation_reason } = body;
    return wireSummary(await setOrderState(context, caller, reference, workflow_state, cancellation_reason));
  },

  setOrderLocation: tellLocation,

  async getSupportConversation({ context, caller, request, reply, params }) {
    const { reason, agent } = parse(schemas.SupportQuery, request.query);
    const reference = orderReference(request, params.order_id!);
    const found = await readForSupport(context, caller, reference, { reason, agent });
    reply.header('cache-control', 'no-store');
    return {
      order: wireSummary(found.summary),
      ...wireOrderMessages(found.conversation, caller.retailer),
    };
  },

  async listAudit({ context, caller, request }) {
    const query = parse(schemas.AuditQuery, request.query);
    const reference = query.order_id === undefined ? undefined : orderReference(request, query.order_id);
    const { rows, next } = await listAudit(context, caller, reference, pageOf(query));
    return { entries: rows.map(wireAuditEntry), next: cursorOf(next) };
  },
};

/** The last line tells that nothing was cut off. */
async function* linesOf(pieces: AsyncIterable<Exported>): AsyncGenerator<string> {
  for await (const piece of pieces) yield `${JSON.stringify(wireExported(piece))}\n`;
  yield `${JSON.stringify({ type: 'end' })}\n`;
}
