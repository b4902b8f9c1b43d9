import { instantOf, type RouteNameOf, routes, schemas } from '@aislechat/contract';
import { markReadByShopper } from '../../domain/chat/mark-read.ts';
import { sendAsShopper } from '../../domain/chat/send.ts';
import { retailerNow } from '../../domain/clock.ts';
import { InvalidParameters, Refusal } from '../../domain/errors.ts';
import { advanceBatch, generateBatch, simulateCallback } from '../../domain/orders/batches.ts';
import { addItem, updateItem } from '../../domain/orders/items.ts';
import { setLocation } from '../../domain/orders/location.ts';
import { createShopper, type ShopperInput } from '../../domain/people/shoppers.ts';
import { changeRetailer, moveClock } from '../../domain/retailers/retailers.ts';
import type { Faults } from '../../domain/sandbox/faults.ts';
import { createSandboxRetailer } from '../../domain/sandbox/retailers.ts';
import type { RetailerRow } from '../../storage/store.ts';
import { messageOf } from '../chat/message.ts';
import { wireSentMessage } from '../chat/wire.ts';
import { settingsOf, wireRetailer } from '../operate/wire.ts';
import { pickedItem, productOf } from '../orders/picked.ts';
import { type Exchange, type Handlers, integerId, orderReference } from '../pipeline/exchange.ts';
import { idCursors } from '../pipeline/paging.ts';
import { parse } from '../pipeline/parse.ts';
import type { Quota } from '../pipeline/quota.ts';
import type { RequestLog } from './request-log.ts';
import { wireFaults, wireLoggedRequest } from './wire.ts';

export interface SandboxParts {
  requestLog: RequestLog;
  faults: Faults;
  retailersByAddress: Quota;
}

export const sandboxHandlers = ({
  requestLog,
  faults,
  retailersByAddress,
}: SandboxParts): Handlers<RouteNameOf<'sandbox'>> => ({
  async createShopper({ context, caller, request }) {
    const body = parse(schemas.CreateShopperRequest, request.body);
    const input: ShopperInput = {};
    if (body.display_name !== undefined) input.displayName = body.display_name;
    if (body.avatar_url !== undefined) input.avatarUrl = body.avatar_url;
    if (body.email !== undefined) input.email = body.email;
    if (body.phone !== undefined) input.phone = String(body.phone);
    return { id: await createShopper(context, caller, input) };
  },

  async generateBatch({ context, caller, request }) {
    const body = parse(schemas.GenerateBatchRequest, request.body);
    const batch = await generateBatch(context, caller, {
      shopperId: Number(body.shopper_id),
      batchType: body.batch_type,
      workflowState: body.workflow_state,
      orders: body.orders.map((order) => ({
        reference: orderReference(request, String(order.id)),
        userExternalId: order.user_id,
      })),
    });
    return { id: batch.id, workflow_state: batch.workflowState };
  },

  async advanceBatch({ context, caller, request, params }) {
    const { workflow_state } = parse(schemas.AdvanceBatchRequest, request.body);
    const batch = await advanceBatch(context, caller, integerId(params.batch_id!), workflow_state);
    return { id: batch.id, workflow_state: batch.workflowState };
  },

  async simulateCallback({ context, caller, request, params }) {
    const { event_name } = parse(schemas.SimulateCallbackRequest, request.body);
    await simulateCallback(context, caller, orderReference(request, params.order_id!), event_name);
    return { success: true };
  },

  async addItem({ context, caller, request, params }) {
    const { item, scans: _, ...delivered } = parse(schemas.AddItemRequest, request.body);
    const reference = orderReference(request, params.order_id!);
    const shopperId = integerId(params.shopper_id!);
    await addItem(context, caller, shopperId, reference, { item: productOf(item), ...delivered });
    return { success: true };
  },

  async simulateShopperMessage({ context, caller, request, params }) {
    const reference = orderReference(request, params.order_id!);
    const shopperId = integerId(params.shopper_id!);
    return wireSentMessage(await sendAsShopper(context, caller, shopperId, reference, messageOf(request)));
  },

  async simulateShopperRead({ context, caller, request, params }) {
    const reference = orderReference(request, params.order_id!);
    const count = await markReadByShopper(context, caller, integerId(params.shopper_id!), reference);
    return { messages_read_count: count };
  },

  updateItem: changeItem,
  updateItemByPost: changeItem,

  async createSandboxRetailer({ context, request }) {
    const { banners: slugs, ...body } = parse(schemas.CreateRetailerRequest, request.body);
    for (let n = 0; n < (slugs?.length ?? 1); n++) {
      if (retailersByAddress.take(request.ip) >= 0) continue;
      throw new Refusal('too_many_requests', '', retailersByAddress.secondsUntilNext(request.ip));
    }
    const created = await createSandboxRetailer(context.store, context.clock, settingsOf(body), slugs);
    return {
      retailer_id: created.retailer.id,
      client_id: created.application.clientId,
      client_secret: created.clientSecret,
      ...(slugs && { banners: created.banners.map(wireBanner) }),
    };
  },

  getSandboxRetailer: ({ caller }) => wireRetailer(caller.retailer),

  async changeSandboxRetailer({ context, caller, request }) {
    const settings = settingsOf(parse(schemas.RetailerSettings, request.body));
    const retailer = await changeRetailer(context.store, caller.retailer.id, settings);
    return wireRetailer(retailer);
  },

  readClock: ({ context, caller }) => reading(context.clock.now(), caller.retailer),

  async moveClock({ context, caller, request }) {
    const body = parse(schemas.MoveClockRequest, request.body);
    const move: Parameters<typeof moveClock>[3] = {};
    if (body.now !== undefined) {
      const now = instantOf(body.now);
      if (now === undefined) throw new InvalidParameters({ key: 'now', problem: 'invalid' });
      move.now = now;
    }
    if (body.advance_ms !== undefined) move.advanceMs = body.advance_ms;
    if (body.frozen !== undefined) move.frozen = body.frozen;
    const retailer = await moveClock(context.store, context.clock, caller.retailer.id, move);
    return reading(context.clock.now(), retailer);
  },

  async listRequests({ caller, request }) {
    const query = parse(routes.listRequests.query, request.query);
    if (query.route !== undefined && !Object.hasOwn(routes, query.route))
      throw new InvalidParameters({ key: 'route', problem: 'inclusion' });
    const { rows, next } = await requestLog.list(caller.retailer.id, query, idCursors.pageOf(query));
    return { requests: rows.map(wireLoggedRequest), next: idCursors.cursorOf(next) };
  },

  getFaults: ({ caller }) => wireFaults(faults.list(caller.retailer.id)),

  setFaults({ caller, request }) {
    faults.set(caller.retailer.id, parse(schemas.FaultsRequest, request.body).rules);
    return wireFaults(faults.list(caller.retailer.id));
  },

  clearFaults({ caller }) {
    faults.set(caller.retailer.id, []);
    return wireFaults([]);
  },

  async simulateLocation({ context, caller, request, params }) {
    const { coordinates } = parse(schemas.SetLocationRequest, request.body);
    await setLocation(context, caller, orderReference(request, params.order_id!), coordinates);
    return { success: true };
  },
});

async function changeItem({ context, caller, request, params }: Exchange) {
  const update = pickedItem(params.line_num!, parse(schemas.UpdateItemRequest, request.body));
  const reference = orderReference(request, params.order_id!);
  await updateItem(context, caller, integerId(params.shopper_id!), reference, update);
  return { success: true };
}

const wireBanner = ({ id, banner }: RetailerRow) => ({ banner: banner!, retailer_id: id });

const reading = (now: number, retailer: RetailerRow) => ({
  now: new Date(retailerNow({ now: () => now }, retailer)).toISOString(),
  frozen: retailer.clockFrozenAt !== null,
});
