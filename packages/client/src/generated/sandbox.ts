/** A function for every route that exists in development only. Written by `scripts/generate.ts` from the contract; not to be changed here. */
import {
  type CallOptions,
  type Connection,
  type IdOptions,
  inPath,
  type SendOptions,
} from '../connection.ts';
import type {
  AddItemRequest,
  AdvanceBatchRequest,
  Batch,
  ClockReading,
  Created,
  CreateShopperRequest,
  Faults,
  FaultsRequest,
  GenerateBatchRequest,
  LoggedRequests,
  MessagesRead,
  MoveClockRequest,
  NewRetailer,
  Retailer,
  RetailerSettings,
  RunScenarioRequest,
  Scenario,
  SentMessage,
  SetLocationRequest,
  ShopperMessageRequest,
  SimulateCallbackRequest,
  Success,
  UpdateItemRequest,
} from './types.ts';

/** Create a shopper. `POST /v2/fulfillment_sandbox/shoppers` */
export function createShopper(
  connection: Connection,
  body: CreateShopperRequest,
  options?: CallOptions,
): Promise<Created> {
  return connection.json('POST', `/v2/fulfillment_sandbox/shoppers`, { ...options, body });
}

/** Give orders to a shopper. `POST /v2/fulfillment_sandbox/batches` */
export function generateBatch(
  connection: Connection,
  body: GenerateBatchRequest,
  options?: IdOptions,
): Promise<Batch> {
  return connection.json('POST', `/v2/fulfillment_sandbox/batches`, { ...options, body });
}

/** Advance a batch to its next state, or to a named later one. `POST /v2/fulfillment_sandbox/batches/{batch_id}/advance` */
export function advanceBatch(
  connection: Connection,
  batchId: string | number,
  body: AdvanceBatchRequest,
  options?: CallOptions,
): Promise<Batch> {
  return connection.json('POST', `/v2/fulfillment_sandbox/batches/${inPath(batchId)}/advance`, {
    ...options,
    body,
  });
}

/** Cancel, reschedule or delay an order from outside. `POST /v2/fulfillment_sandbox/orders/{order_id}/callbacks` */
export function simulateCallback(
  connection: Connection,
  orderId: string | number,
  body: SimulateCallbackRequest,
  options?: IdOptions,
): Promise<Success> {
  return connection.json('POST', `/v2/fulfillment_sandbox/orders/${inPath(orderId)}/callbacks`, {
    ...options,
    body,
  });
}

/** Add an item as the shopper. `POST /v2/fulfillment_sandbox/shoppers/{shopper_id}/orders/{order_id}/items` */
export function addItem(
  connection: Connection,
  shopperId: string | number,
  orderId: string | number,
  body: AddItemRequest,
  options?: IdOptions,
): Promise<Success> {
  return connection.json(
    'POST',
    `/v2/fulfillment_sandbox/shoppers/${inPath(shopperId)}/orders/${inPath(orderId)}/items`,
    { ...options, body },
  );
}

/** Find, replace or refund an item as the shopper. `PUT /v2/fulfillment_sandbox/shoppers/{shopper_id}/orders/{order_id}/items/{line_num}` */
export function updateItem(
  connection: Connection,
  shopperId: string | number,
  orderId: string | number,
  lineNum: string | number,
  body: UpdateItemRequest,
  options?: IdOptions,
): Promise<Success> {
  return connection.json(
    'PUT',
    `/v2/fulfillment_sandbox/shoppers/${inPath(shopperId)}/orders/${inPath(orderId)}/items/${inPath(lineNum)}`,
    { ...options, body },
  );
}

/** The same by POST, as one Connect page shows it. `POST /v2/fulfillment_sandbox/shoppers/{shopper_id}/orders/{order_id}/items/{line_num}` */
export function updateItemByPost(
  connection: Connection,
  shopperId: string | number,
  orderId: string | number,
  lineNum: string | number,
  body: UpdateItemRequest,
  options?: IdOptions,
): Promise<Success> {
  return connection.json(
    'POST',
    `/v2/fulfillment_sandbox/shoppers/${inPath(shopperId)}/orders/${inPath(orderId)}/items/${inPath(lineNum)}`,
    { ...options, body },
  );
}

/** Send a message as the shopper. `POST /v2/fulfillment_sandbox/shoppers/{shopper_id}/orders/{order_id}/messages` */
export function sendShopperMessage(
  connection: Connection,
  shopperId: string | number,
  orderId: string | number,
  body: ShopperMessageRequest,
  options?: SendOptions,
): Promise<SentMessage> {
  return connection.json(
    'POST',
    `/v2/fulfillment_sandbox/shoppers/${inPath(shopperId)}/orders/${inPath(orderId)}/messages`,
    { ...options, body },
  );
}

/** Mark the customer’s messages as read by the shopper. `PUT /v2/fulfillment_sandbox/shoppers/{shopper_id}/orders/{order_id}/messages` */
export function markShopperMessagesRead(
  connection: Connection,
  shopperId: string | number,
  orderId: string | number,
  options?: IdOptions,
): Promise<MessagesRead> {
  return connection.json(
    'PUT',
    `/v2/fulfillment_sandbox/shoppers/${inPath(shopperId)}/orders/${inPath(orderId)}/messages`,
    { ...options },
  );
}

/** A fresh retailer with an application of its own. `POST /v1/sandbox/retailers` */
export function createRetailer(
  connection: Connection,
  body: RetailerSettings,
  options?: CallOptions,
): Promise<NewRetailer> {
  return connection.json('POST', `/v1/sandbox/retailers`, { ...options, body, isOpen: true });
}

/** Settings of the token’s retailer. `GET /v1/sandbox/retailer` */
export function getRetailer(connection: Connection, options?: CallOptions): Promise<Retailer> {
  return connection.json('GET', `/v1/sandbox/retailer`, { ...options });
}

/** Change settings of the token’s retailer. `PATCH /v1/sandbox/retailer` */
export function changeRetailer(
  connection: Connection,
  body: RetailerSettings,
  options?: CallOptions,
): Promise<Retailer> {
  return connection.json('PATCH', `/v1/sandbox/retailer`, { ...options, body });
}

/** The retailer’s virtual clock. `GET /v1/sandbox/clock` */
export function readClock(connection: Connection, options?: CallOptions): Promise<ClockReading> {
  return connection.json('GET', `/v1/sandbox/clock`, { ...options });
}

/** Move the retailer’s clock forward, freeze or release it. `POST /v1/sandbox/clock` */
export function moveClock(
  connection: Connection,
  body: MoveClockRequest,
  options?: CallOptions,
): Promise<ClockReading> {
  return connection.json('POST', `/v1/sandbox/clock`, { ...options, body });
}

/** The latest requests of the retailer’s clients and what they were answered, newest first. `GET /v1/sandbox/requests` */
export function listRequests(
  connection: Connection,
  options?: CallOptions & {
    /** A status such as `404`, or a class of them such as `4xx` */
    status?: string | undefined;
    /** Name of a route */
    route?: string | undefined;
    /** 1 to 100, which is the default */
    limit?: number | undefined;
    /** The `next` of the page before */
    after?: string | undefined;
  },
): Promise<LoggedRequests> {
  return connection.json('GET', `/v1/sandbox/requests`, {
    ...options,
    query: { status: options?.status, route: options?.route, limit: options?.limit, after: options?.after },
  });
}

/** What goes wrong on purpose, and how often it did. `GET /v1/sandbox/faults` */
export function getFaults(connection: Connection, options?: CallOptions): Promise<Faults> {
  return connection.json('GET', `/v1/sandbox/faults`, { ...options });
}

/** Let requests or callbacks go wrong from now on; takes the place of all rules. `PUT /v1/sandbox/faults` */
export function setFaults(
  connection: Connection,
  body: FaultsRequest,
  options?: CallOptions,
): Promise<Faults> {
  return connection.json('PUT', `/v1/sandbox/faults`, { ...options, body });
}

/** Let nothing go wrong any more. `DELETE /v1/sandbox/faults` */
export function clearFaults(connection: Connection, options?: CallOptions): Promise<Faults> {
  return connection.json('DELETE', `/v1/sandbox/faults`, { ...options });
}

/** Put the shopper somewhere with an order that is being delivered. `PUT /v1/sandbox/orders/{order_id}/location` */
export function simulateLocation(
  connection: Connection,
  orderId: string | number,
  body: SetLocationRequest,
  options?: IdOptions,
): Promise<Success> {
  return connection.json('PUT', `/v1/sandbox/orders/${inPath(orderId)}/location`, { ...options, body });
}

/** Play a script of what happens to an order and what is said in it. `POST /v1/sandbox/scenarios` */
export function runScenario(
  connection: Connection,
  body: RunScenarioRequest,
  options?: IdOptions,
): Promise<Scenario> {
  return connection.json('POST', `/v1/sandbox/scenarios`, { ...options, body });
}

/** Where a scenario stands and what it did. `GET /v1/sandbox/scenarios/{scenario_id}` */
export function getScenario(
  connection: Connection,
  scenarioId: string | number,
  options?: CallOptions,
): Promise<Scenario> {
  return connection.json('GET', `/v1/sandbox/scenarios/${inPath(scenarioId)}`, { ...options });
}

/** End a scenario and forget it; its order stays as it is. `DELETE /v1/sandbox/scenarios/{scenario_id}` */
export function endScenario(
  connection: Connection,
  scenarioId: string | number,
  options?: CallOptions,
): Promise<Success> {
  return connection.json('DELETE', `/v1/sandbox/scenarios/${inPath(scenarioId)}`, { ...options });
}

/** Play the next step now, moving the clock by what it waits. `POST /v1/sandbox/scenarios/{scenario_id}/step` */
export function stepScenario(
  connection: Connection,
  scenarioId: string | number,
  options?: CallOptions,
): Promise<Scenario> {
  return connection.json('POST', `/v1/sandbox/scenarios/${inPath(scenarioId)}/step`, { ...options });
}
