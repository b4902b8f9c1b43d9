/**
 * Who may do what: every route that takes a token, every identity, the relation of the order it names to
 * that identity, and the namespace of its ID. One line says what must come back; the test fails for a
 * route that is missing here.
 *
 * Relations of the order or user in the path:
 *   own      the retailer's, and the user's own
 *   other    the same retailer's, of another user
 *   foreign  another retailer's
 *   unknown  nobody's
 */
import type { RouteName } from '@aislechat/contract';

export const identities = [
  'none',
  'garbage',
  'revoked',
  'expired',
  'user',
  'client',
  'client without post-checkout',
  'client without fulfillment',
  // The shopper who has the order of relation `own` now, and the one who had it before.
  'shopper',
  'former shopper',
  // A client that asked for `aislechat:operate` and nothing else.
  'operator',
  // An agent who signed in with a support link.
  'support agent',
  // The link to the page of the order of relation `own`, and the one before it, which has been renewed.
  'link',
  'former link',
  // The link of relation `own` on a device that it is not bound to.
  'link on another device',
  // The retailer is a banner of an organization, which the identities above name. The client and the user once more, with
  // requests that name no banner, an unknown one, or the other one of the organization.
  'client without banner',
  'client in an unknown banner',
  'client in the other banner',
  'user without banner',
  'user in the other banner',
] as const;
export type Identity = (typeof identities)[number];

export const relations = ['own', 'other', 'foreign', 'unknown'] as const;
export type Relation = (typeof relations)[number];

type Expected = Record<Relation, number>;
type Line = Record<Exclude<Identity, `${string} banner`>, Expected>;

const always = (status: number): Expected => ({
  own: status,
  other: status,
  foreign: status,
  unknown: status,
});
const unauthorized = { none: always(401), garbage: always(401), revoked: always(401), expired: always(401) };

const otherDevice = { 'link on another device': always(403) };
const notForLinks = { link: always(403), 'former link': always(401), ...otherDevice };
const notForShoppers = { shopper: always(403), 'former shopper': always(403) };

const nobodys = { own: 404, other: 404, foreign: 404, unknown: 404 };

/** The chat: users reach their own orders, links their one order, clients those of their retailer. */
const chat: Line = {
  ...unauthorized,
  user: { own: 200, other: 404, foreign: 404, unknown: 404 },
  link: { ...nobodys, own: 200 },
  'former link': always(401),
  ...otherDevice,
  client: { own: 200, other: 200, foreign: 404, unknown: 404 },
  'client without post-checkout': always(403),
  'client without fulfillment': { own: 200, other: 200, foreign: 404, unknown: 404 },
  ...notForShoppers,
  operator: always(403),
  'support agent': always(403),
};

/** A chat's line, where every order that the caller reaches is refused as one that does not exist. */
const unpicked = Object.fromEntries(
  Object.entries(chat).map(([identity, expected]) => [identity, expected.own === 200 ? nobodys : expected]),
) as Line;

/** Nobody's token has the scope. */
const nobodyMay: Line = Object.fromEntries(
  identities.map((identity) => [
    identity,
    identity in unauthorized || identity === 'former link' ? always(401) : always(403),
  ]),
) as Line;

/** The log and its stream: each participant reaches them where the conversation is theirs. */
const participants: Line = {
  ...chat,
  shopper: { own: 200, other: 404, foreign: 404, unknown: 404 },
  'former shopper': nobodys,
};

/** The shopper's own routes. */
const shopperOnly: Line = {
  ...unauthorized,
  ...notForLinks,
  user: always(403),
  client: always(403),
  'client without post-checkout': always(403),
  'client without fulfillment': always(403),
  shopper: { own: 200, other: 404, foreign: 404, unknown: 404 },
  'former shopper': nobodys,
  operator: always(403),
  'support agent': always(403),
};

/** The operator's routes. `missing` is the status for a foreign or unknown subject. */
const operatorOnly = (missing: number, found = 200): Line => ({
  ...unauthorized,
  ...notForLinks,
  user: always(403),
  client: always(403),
  'client without post-checkout': always(403),
  'client without fulfillment': always(403),
  ...notForShoppers,
  operator: { own: found, other: found, foreign: missing, unknown: missing },
  'support agent': always(403),
});

/** The operator's routes that a support agent reaches too. */
const support = (missing: number): Line => ({
  ...operatorOnly(missing),
  'support agent': operatorOnly(missing).operator,
});

/** Routes of a person's own devices. */
const people: Omit<Line, 'user' | 'link' | 'shopper' | 'former shopper'> = {
  ...unauthorized,
  'former link': always(401),
  ...otherDevice,
  client: always(403),
  'client without post-checkout': always(403),
  'client without fulfillment': always(403),
  operator: always(403),
  'support agent': always(403),
};

const everyPerson = (status: number): Line => ({
  ...people,
  user: always(status),
  link: always(status),
  shopper: always(status),
  'former shopper': always(status),
});

/** Fulfillment and sandbox: clients only. `missing` is the status for a foreign or unknown subject. */
const clientOnly = (missing: number, found = 200): Line => ({
  ...unauthorized,
  ...notForLinks,
  user: always(403),
  client: { own: found, other: found, foreign: missing, unknown: missing },
  'client without post-checkout': { own: found, other: found, foreign: missing, unknown: missing },
  'client without fulfillment': always(403),
  ...notForShoppers,
  operator: always(403),
  'support agent': always(403),
});

const lines: Record<Exclude<RouteName, (typeof withoutToken)[number]>, Line> = {
  getChat: chat,
  sendMessage: chat,
  markMessagesRead: chat,
  getOrderMessages: chat,

  getOrderStatus: chat,
  getOrderHandling: chat,
  getOrderLocation: chat,
  getOrderItems: chat,
  // The request has no answer: 400 shows that the caller was admitted.
  answerReplacement: {
    ...chat,
    link: { ...nobodys, own: 400 },
    user: { own: 400, other: 404, foreign: 404, unknown: 404 },
    client: { own: 400, other: 400, foreign: 404, unknown: 404 },
    'client without fulfillment': { own: 400, other: 400, foreign: 404, unknown: 404 },
  },

  // The orders are not picked up: "No pickup status found for order" is a 404 too.
  recordUserArrival: unpicked,
  schedulePickup: unpicked,
  getPickupDetails: unpicked,
  setPickupDelegate: unpicked,
  // No identity asked for the scope of the rating but the link, whose order is not delivered.
  rateOrder: { ...nobodyMay, link: { ...nobodys, own: 400 } },
  rateOrderOfUser: nobodyMay,

  getLinkedOrder: { ...operatorOnly(403, 403), link: always(200) },
  bindLinkToDevice: {
    ...operatorOnly(403, 403),
    link: always(200),
    'link on another device': always(200),
  },
  // The order has no phone number, and the device of the link needs no code.
  sendLinkCode: operatorOnly(403, 403),
  // The body lacks the code.
  bindLinkWithCode: {
    ...operatorOnly(403, 403),
    link: always(400),
    'link on another device': always(400),
  },
  getOrderPage: chat,
  renewOrderLink: operatorOnly(404),
  revokeOrderLink: operatorOnly(404),

  // The item has no answer: 400 shows that the caller was admitted.
  undoReplacementAnswer: {
    ...chat,
    user: { ...nobodys, own: 400 },
    link: { ...nobodys, own: 400 },
    client: { ...nobodys, own: 400, other: 400 },
    'client without fulfillment': { ...nobodys, own: 400, other: 400 },
  },
  getOrderEvents: participants,
  streamOrderEvents: participants,
  // A link is sent in a header only.
  createStreamTicket: { ...participants, link: { ...nobodys, own: 403 } },
  typing: participants,

  listShopperOrders: { ...shopperOnly, shopper: always(200), 'former shopper': always(200) },
  getShopperConversation: shopperOnly,
  sendAsShopper: shopperOnly,
  markReadAsShopper: shopperOnly,
  getItemsAsShopper: shopperOnly,
  pickItemAsShopper: shopperOnly,

  putShopper: operatorOnly(200),
  putUser: operatorOnly(200),
  eraseUser: operatorOnly(400),
  exportUser: operatorOnly(400),
  eraseShopper: operatorOnly(404),
  exportShopper: operatorOnly(404),
  listOrders: support(200),
  searchOrders: support(200),
  getOrderOverview: support(404),
  getOrderTimeline: support(404),
  assignShopper: operatorOnly(404),
  setOrderState: operatorOnly(404),
  // The orders are not out for delivery.
  setOrderLocation: operatorOnly(404, 400),
  pickItem: operatorOnly(404),
  // The request has no reason: 400 shows that the caller was admitted.
  reportChat: {
    ...participants,
    user: { ...nobodys, own: 400 },
    link: { ...nobodys, own: 400 },
    client: { ...nobodys, own: 400, other: 400 },
    'client without fulfillment': { ...nobodys, own: 400, other: 400 },
    shopper: { ...nobodys, own: 400 },
  },
  listReports: support(200),
  resolveReports: operatorOnly(404),
  getEvidence: support(404),
  closeChat: operatorOnly(404),
  reopenChat: operatorOnly(404),
  keepApart: operatorOnly(404),
  getSupportConversation: support(404),
  listAudit: support(404),
  endSession: support(200),
  getRetailerSettings: operatorOnly(200),
  changeRetailerSettings: operatorOnly(200),
  listApplications: operatorOnly(200),
  // The body lacks its required parameters.
  createApplication: operatorOnly(400, 400),
  changeApplication: operatorOnly(404),
  rotateApplicationSecret: operatorOnly(404),
  revokeTokensOfApplication: operatorOnly(404),
  revokeTokensOfUser: operatorOnly(400),
  revokeTokensOfShopper: operatorOnly(404),
  // An agent is only a name, so any name is accepted, with tokens or without.
  revokeTokensOfAgent: operatorOnly(200),
  listErasureReceipts: operatorOnly(200),
  getFigures: operatorOnly(200),
  // The body lacks its required parameters.
  createSupportLink: operatorOnly(400, 400),

  listCallbackEndpoints: operatorOnly(200),
  // The body lacks its required parameters.
  createCallbackEndpoint: { ...operatorOnly(400), operator: always(400) },
  getCallbackEndpoint: operatorOnly(404),
  changeCallbackEndpoint: operatorOnly(404),
  deleteCallbackEndpoint: operatorOnly(404),
  rotateCallbackSecret: operatorOnly(404),
  testCallbackEndpoint: operatorOnly(404),
  replayDeadCallbacks: operatorOnly(404),
  listCallbackDeliveries: operatorOnly(404),
  getCallbackDelivery: operatorOnly(404),
  replayCallbackDelivery: operatorOnly(404),

  getPushKey: everyPerson(200),
  createPushSubscription: {
    // A shopper's device is notified of all their orders, and a link names its own.
    ...everyPerson(200),
    user: { own: 200, other: 404, foreign: 404, unknown: 404 },
  },
  listPushSubscriptions: everyPerson(200),
  deletePushSubscription: everyPerson(404),
  listNotifications: operatorOnly(404),
  replayNotification: operatorOnly(404, 404),
  // The request names neither a shopper nor an order.
  testNotification: operatorOnly(400, 400),

  getSmsSender: operatorOnly(404, 404),
  // The body lacks its required parameters.
  putSmsSender: operatorOnly(400, 400),
  deleteSmsSender: operatorOnly(404, 404),
  // The path has no phone number.
  listPhoneMessages: clientOnly(400, 400),
  answerFromPhone: clientOnly(400, 400),

  // The request has no image: 415 shows that the caller was admitted.
  uploadImage: {
    ...participants,
    user: { own: 415, other: 404, foreign: 404, unknown: 404 },
    client: { own: 415, other: 415, foreign: 404, unknown: 404 },
    'client without fulfillment': { own: 415, other: 415, foreign: 404, unknown: 404 },
    shopper: { own: 415, other: 404, foreign: 404, unknown: 404 },
    link: { ...nobodys, own: 415 },
  },

  // The request has no address: 400 shows that the caller was admitted.
  createAddress: clientOnly(400, 400),
  createUser: clientOnly(200),
  getUser: clientOnly(400),
  findDeliveryStores: clientOnly(200),
  findPickupStores: clientOnly(200),
  findLastMileStores: clientOnly(200),
  findDispatchStores: clientOnly(200),
  listDeliveryOptions: clientOnly(200),
  listPickupOptions: clientOnly(200),
  previewCartOptions: clientOnly(400),
  previewLastMileOptions: clientOnly(400),
  previewDeliveryOptions: clientOnly(400),
  previewPickupOptions: clientOnly(400),
  reserveServiceOption: clientOnly(400),
  reservePreviewedServiceOption: clientOnly(400),
  // The body lacks its required parameters: 400 shows that the caller was admitted.
  createDeliveryOrder: clientOnly(400, 400),
  createPickupOrder: clientOnly(400, 400),
  createLastMileOrder: clientOnly(400),
  createLastMileOrderDeprecated: clientOnly(400),
  dispatchLastMileOrder: clientOnly(400, 400),
  // The user in the path is looked up first; fulfillment.test.ts covers an order of another user.
  listUserOrders: clientOnly(400),
  getOrder: clientOnly(400),
  updateOrder: clientOnly(400, 400),
  cancelOrder: clientOnly(400, 400),

  createShopper: clientOnly(200),
  generateBatch: clientOnly(404),
  advanceBatch: clientOnly(404),
  simulateCallback: clientOnly(404),
  addItem: clientOnly(404),
  updateItem: clientOnly(404),
  updateItemByPost: clientOnly(404),
  simulateShopperMessage: clientOnly(404),
  simulateShopperRead: clientOnly(404),
  getSandboxRetailer: clientOnly(200),
  changeSandboxRetailer: clientOnly(200),
  readClock: clientOnly(200),
  moveClock: clientOnly(200),
  listRequests: clientOnly(200),
  getFaults: clientOnly(200),
  // The request has no rules.
  setFaults: clientOnly(400, 400),
  clearFaults: clientOnly(200),
  // The request has no script.
  runScenario: clientOnly(400, 400),
  getScenario: clientOnly(404, 404),
  endScenario: clientOnly(404, 404),
  stepScenario: clientOnly(404, 404),
  simulateLocation: clientOnly(404, 400),
};

/** In the other banner everything of the retailer is foreign; without a valid one, every route is refused. */
const withBanners = (line: Line): Record<Identity, Expected> => ({
  ...line,
  'client without banner': always(400),
  'client in an unknown banner': always(400),
  'client in the other banner': always(line.client.foreign),
  'user without banner': always(400),
  'user in the other banner': always(400),
});

export const matrix = Object.fromEntries(
  Object.entries(lines).map(([name, line]) => [name, withBanners(line)]),
) as Record<keyof typeof lines, Record<Identity, Expected>>;

/** Routes that require no token; they name no order and no user. */
export const withoutToken = [
  'createToken',
  'revokeToken',
  'createSandboxRetailer',
  // The code is the permission.
  'createSupportSession',
  // The link is the permission.
  'getImage',
  // The signature is the permission.
  'receiveSms',
  'receiveTwilioSms',
  'receiveTwilioStatus',
  'health',
  'ready',
  // Requires a token of its own.
  'metrics',
  'openapi',
  'getConsole',
] as const;
