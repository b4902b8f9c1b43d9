import { type RouteNameOf, routes, schemas } from '@aislechat/contract';
import { pickItem } from '../../domain/orders/items.ts';
import { setLocation } from '../../domain/orders/location.ts';
import { assignShopper, listOrders, overviewOf, setOrderState } from '../../domain/orders/overview.ts';
import { searchOrders } from '../../domain/orders/search.ts';
import { readTimeline } from '../../domain/orders/timeline.ts';
import { type Handlers, orderReference } from '../pipeline/exchange.ts';
import { idCursors } from '../pipeline/paging.ts';
import { parse } from '../pipeline/parse.ts';
import { pickedItem } from './picked.ts';
import { wireFound, wireOverview, wireSummary, wireTimelineEvent } from './wire.ts';

export const orderHandlers: Handlers<RouteNameOf<'orders'>> = {
  async listOrders({ context, caller, request }) {
    const query = parse(routes.listOrders.query, request.query);
    const filter: Parameters<typeof listOrders>[3] = {};
    if (query.workflow_state !== undefined) filter.workflowState = query.workflow_state;
    if (query.active !== undefined) filter.active = query.active;
    const people = { shopper: query.shopper_id, user: query.user_id };
    const { rows, next } = await listOrders(context, caller, people, filter, idCursors.pageOf(query));
    return { orders: rows.map(wireSummary), next: idCursors.cursorOf(next) };
  },

  async searchOrders({ context, caller, request, reply }) {
    const { text } = parse(schemas.SearchOrdersRequest, request.body);
    reply.header('cache-control', 'no-store');
    return { orders: (await searchOrders(context, caller, text)).map(wireFound) };
  },

  async getOrderOverview({ context, caller, request, params }) {
    return wireOverview(await overviewOf(context, caller, orderReference(request, params.order_id!)));
  },

  async getOrderTimeline({ context, caller, request, params }) {
    const { after = 0 } = parse(routes.getOrderTimeline.query, request.query);
    const reference = orderReference(request, params.order_id!);
    const events = await readTimeline(context, caller, reference, after);
    return { events: events.map(wireTimelineEvent), next_after: events.at(-1)?.seq ?? after };
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

  async pickItem({ context, caller, request, params }) {
    const update = pickedItem(params.line_num!, parse(schemas.PickItemRequest, request.body));
    await pickItem(context, caller, orderReference(request, params.order_id!), update);
    return { success: true };
  },

  async setOrderLocation({ context, caller, request, params }) {
    const { coordinates } = parse(schemas.SetLocationRequest, request.body);
    await setLocation(context, caller, orderReference(request, params.order_id!), coordinates);
    return { success: true };
  },
};
