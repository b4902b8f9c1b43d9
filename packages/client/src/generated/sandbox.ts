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

/**
 * Create a shopper in the sandbox. `POST /v2/fulfillment_sandbox/shoppers`
 *
 * Creates a shopper, who can then be given orders.
 */
export function createShopper(
  connection: Connection,
  body: CreateShopperRequest,
  options?: CallOptions,
): Promise<Created> {
  return connection.json('POST', `/v2/fulfillment_sandbox/shoppers`, { ...options, body });
}

/**
 * Give orders to a shopper. `POST /v2/fulfillment_sandbox/batches`
 *
 * Creates a batch of up to 100 orders and assigns them to the shopper. Orders that another shopper has are handed over; an order that has ended starts again.
 */
export function generateBatch(
  connection: Connection,
  body: GenerateBatchRequest,
  options?: IdOptions,
): Promise<Batch> {
  return connection.json('POST', `/v2/fulfillment_sandbox/batches`, { ...options, body });
}

/**
 * Advance a batch. `POST /v2/fulfillment_sandbox/batches/{batch_id}/advance`
 *
 * Moves the batch and its orders to the next state, or to a later one that is named. Naming the state it is in changes nothing; going back is refused.
 */
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

/**
 * Cancel, reschedule or delay an order. `POST /v2/fulfillment_sandbox/orders/{order_id}/callbacks`
 *
 * Lets something happen to the order from outside, and sends the callback for it. `late_delivery` and `customer_mia` do not change its state.
 */
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

/**
 * Add an item as the shopper. `POST /v2/fulfillment_sandbox/shoppers/{shopper_id}/orders/{order_id}/items`
 *
 * Adds an item to an order that the shopper has now.
 */
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

/**
 * Find, replace or refund an item as the shopper. `PUT /v2/fulfillment_sandbox/shoppers/{shopper_id}/orders/{order_id}/items/{line_num}`
 *
 * Sets what became of an item. A replacement waits for the customer’s decision; replacements and refunds write an automated notice.
 */
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

/**
 * Find, replace or refund an item, by POST. `POST /v2/fulfillment_sandbox/shoppers/{shopper_id}/orders/{order_id}/items/{line_num}`
 *
 * Does the same as the PUT of this path: one page of Connect’s documentation shows it as a POST.
 */
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

/**
 * Send a message as a sandbox shopper. `POST /v2/fulfillment_sandbox/shoppers/{shopper_id}/orders/{order_id}/messages`
 *
 * Sends a text, an image, or both to the customer of an order that the shopper has now.
 */
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

/**
 * Mark messages as read as a sandbox shopper. `PUT /v2/fulfillment_sandbox/shoppers/{shopper_id}/orders/{order_id}/messages`
 *
 * Marks the customer’s messages as read by the shopper, and returns how many had not been read.
 */
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

/**
 * Create a retailer in the sandbox. `POST /v1/sandbox/retailers`
 *
 * Returns a new retailer with an application of its own, so that parallel tests never meet. One address can create up to 500 an hour.
 */
export function createRetailer(
  connection: Connection,
  body: RetailerSettings,
  options?: CallOptions,
): Promise<NewRetailer> {
  return connection.json('POST', `/v1/sandbox/retailers`, { ...options, body, isOpen: true });
}

/**
 * Get the sandbox retailer. `GET /v1/sandbox/retailer`
 *
 * Returns all settings of the retailer whose token the request carries.
 */
export function getRetailer(connection: Connection, options?: CallOptions): Promise<Retailer> {
  return connection.json('GET', `/v1/sandbox/retailer`, { ...options });
}

/**
 * Change the sandbox retailer. `PATCH /v1/sandbox/retailer`
 *
 * Changes the settings that the body names and leaves the rest.
 */
export function changeRetailer(
  connection: Connection,
  body: RetailerSettings,
  options?: CallOptions,
): Promise<Retailer> {
  return connection.json('PATCH', `/v1/sandbox/retailer`, { ...options, body });
}

/**
 * Read the retailer’s clock. `GET /v1/sandbox/clock`
 *
 * Returns the present of the retailer, which decides expiry, windows and retries. It runs with real time unless it was moved or frozen.
 */
export function readClock(connection: Connection, options?: CallOptions): Promise<ClockReading> {
  return connection.json('GET', `/v1/sandbox/clock`, { ...options });
}

/**
 * Move or freeze the retailer’s clock. `POST /v1/sandbox/clock`
 *
 * Moves the clock forward to an instant or by a time, and freezes or releases it. It never goes back.
 */
export function moveClock(
  connection: Connection,
  body: MoveClockRequest,
  options?: CallOptions,
): Promise<ClockReading> {
  return connection.json('POST', `/v1/sandbox/clock`, { ...options, body });
}

/**
 * List the latest requests and answers. `GET /v1/sandbox/requests`
 *
 * Returns the latest 1,000 requests of the retailer’s clients with their answers, newest first, in pages. Credentials are masked. The list is in the memory of the server process.
 */
export function listRequests(
  connection: Connection,
  options?: CallOptions & {
    /** Only answers with a status such as `404`, or with one of a class such as `4xx` */
    status?: string | undefined;
    /** Only requests to the route of this name (its `operationId`) */
    route?: string | undefined;
    /** Requests per page, 1 to 100; 100 by default */
    limit?: number | undefined;
    /** Cursor: `next` of the previous page */
    after?: string | undefined;
  },
): Promise<LoggedRequests> {
  return connection.json('GET', `/v1/sandbox/requests`, {
    ...options,
    query: { status: options?.status, route: options?.route, limit: options?.limit, after: options?.after },
  });
}

/**
 * List fault rules. `GET /v1/sandbox/faults`
 *
 * Returns what goes wrong on purpose for this retailer, and how often it did.
 */
export function getFaults(connection: Connection, options?: CallOptions): Promise<Faults> {
  return connection.json('GET', `/v1/sandbox/faults`, { ...options });
}

/**
 * Set fault rules. `PUT /v1/sandbox/faults`
 *
 * Lets requests or callbacks of this retailer go wrong on purpose from now on, to test how a client copes. The rules replace all earlier ones.
 */
export function setFaults(
  connection: Connection,
  body: FaultsRequest,
  options?: CallOptions,
): Promise<Faults> {
  return connection.json('PUT', `/v1/sandbox/faults`, { ...options, body });
}

/**
 * Clear fault rules. `DELETE /v1/sandbox/faults`
 *
 * Removes all rules, so that nothing goes wrong on purpose any longer.
 */
export function clearFaults(connection: Connection, options?: CallOptions): Promise<Faults> {
  return connection.json('DELETE', `/v1/sandbox/faults`, { ...options });
}

/**
 * Set the location of an order in the sandbox. `PUT /v1/sandbox/orders/{order_id}/location`
 *
 * Places the shopper somewhere while the order is in state `delivering`.
 */
export function simulateLocation(
  connection: Connection,
  orderId: string | number,
  body: SetLocationRequest,
  options?: IdOptions,
): Promise<Success> {
  return connection.json('PUT', `/v1/sandbox/orders/${inPath(orderId)}/location`, { ...options, body });
}

/**
 * Run a scenario. `POST /v1/sandbox/scenarios`
 *
 * Plays a script of what happens to an order and of what its shopper and customer say. The same seed chooses the same texts. A step that the API refuses ends the scenario.
 */
export function runScenario(
  connection: Connection,
  body: RunScenarioRequest,
  options?: IdOptions,
): Promise<Scenario> {
  return connection.json('POST', `/v1/sandbox/scenarios`, { ...options, body });
}

/**
 * Get a scenario. `GET /v1/sandbox/scenarios/{scenario_id}`
 *
 * Returns how far the scenario has got and what it did. Scenarios are kept in the memory of the server process, and end with it.
 */
export function getScenario(
  connection: Connection,
  scenarioId: string | number,
  options?: CallOptions,
): Promise<Scenario> {
  return connection.json('GET', `/v1/sandbox/scenarios/${inPath(scenarioId)}`, { ...options });
}

/**
 * End a scenario. `DELETE /v1/sandbox/scenarios/{scenario_id}`
 *
 * Ends the scenario and removes it. Its order stays as it is.
 */
export function endScenario(
  connection: Connection,
  scenarioId: string | number,
  options?: CallOptions,
): Promise<Success> {
  return connection.json('DELETE', `/v1/sandbox/scenarios/${inPath(scenarioId)}`, { ...options });
}

/**
 * Play the next step of a scenario. `POST /v1/sandbox/scenarios/{scenario_id}/step`
 *
 * Plays one step at once, and moves the retailer’s clock forward by what the step waits for.
 */
export function stepScenario(
  connection: Connection,
  scenarioId: string | number,
  options?: CallOptions,
): Promise<Scenario> {
  return connection.json('POST', `/v1/sandbox/scenarios/${inPath(scenarioId)}/step`, { ...options });
}
