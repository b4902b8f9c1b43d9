/** Every limit a client can meet, by name. */
export const limits = {
  /** Connect: "Send a message to the shopper", counted in Unicode code points. */
  messageCharacters: 1000,
  messagesPerOrder: 2000,
  /** An order whose log is this long can only end. */
  eventsPerOrder: 10_000,
  /** Message IDs are made of the order's ID and a number below this one. */
  eventNumbers: 2 ** 20,
  requestBodyBytes: 1024 * 1024,
  /** Where nobody is known yet. */
  anonymousBodyBytes: 16 * 1024,
  headerBytes: 16 * 1024,
  /** The headers of a request, and the whole of it, arrive within these times. */
  requestHeadersMs: 10_000,
  requestMs: 30_000,
  /** A connection with a request under way is closed when nothing moves on it for this long. */
  silentConnectionMs: 60_000,
  /** The same for a large answer, of which the client takes nothing. */
  stalledAnswerMs: 10_000,
  /** Requests of one connection that have no answer yet. */
  pipelinedRequests: 16,
  idempotencyKeyCharacters: 255,
  identifierCharacters: 255,
  nameCharacters: 255,
  textCharacters: 2000,
  urlCharacters: 2000,
  itemsPerOrder: 1000,
  /** Orders of a user that are neither delivered nor canceled. */
  openOrdersPerUser: 1000,
  /** Users, shoppers, orders, batches, images and the like together: what IDs of messages have room for. */
  recordsPerRetailer: 2 ** 33 - 1,
  /** In development, made by `POST /v1/sandbox/retailers`. */
  sandboxRetailers: 10_000,
  /** Of one address. */
  sandboxRetailersPerHour: 500,
  /** Pieces, weights and the like. */
  amount: 1e9,
  /** Orders in the answer to a user's list of orders. */
  ordersOfUser: 25,
  ordersPerBatch: 100,
  tokenLifetimeSeconds: 86_400,
  /** Living tokens of an application itself, and of one user or shopper. One more ends the oldest. */
  tokensPerApplication: 10_000,
  tokensPerPerson: 1000,
  holdLifetimeMs: 10 * 60_000,
  /** Events of an order's log in one answer. */
  eventsPerPage: 500,
  /** A long poll waits for this long at most. */
  eventsWaitSeconds: 30,
  /** Streams that are open at one server process, and as many long polls. */
  streamsPerToken: 10,
  streamsPerOrder: 20,
  streamsPerRetailer: 10_000,
  /** What may wait for a stream's reader to take it. */
  streamQueueBytes: 256 * 1024,
  streamTicketLifetimeMs: 30_000,
  /** Of one access token, not yet used. */
  streamTickets: 100,
  /** A person who types is told of once in this time. */
  typingEveryMs: 3000,
  shopperOrders: 200,
  /** What a retailer has ready for shoppers to tap. */
  quickReplies: 20,
  quickReplyCharacters: 200,
  /** Orders or audit entries in one answer. */
  rowsPerPage: 100,
  reasonCharacters: 500,
  applications: 100,
  supportLinkLifetimeMs: 15 * 60_000,
  /** Of a retailer, not yet used. */
  supportLinks: 100,
  supportSessionSeconds: 8 * 60 * 60,
  /** What the figures look back. */
  figuresSeconds: 60,
  /** Of a signed assertion: how far ahead it may expire, and how long it may be. */
  assertionLifetimeMs: 5 * 60_000,
  assertionCharacters: 4096,
  imageBytes: 10 * 1024 * 1024,
  /** Width times height of an upload; judged before anything is decoded. */
  imagePixels: 40_000_000,
  imageSidePixels: 12_000,
  /** What is kept of a larger one. */
  imageOutputPixels: 2048,
  thumbnailPixels: 480,
  imagesPerOrder: 100,
  /** A progressive JPEG comes in so many passes at most; cameras and programs make about ten. */
  imageScans: 100,
  /** What uploads of one person, and of one retailer, hold until they are stored. */
  uploadBytesPerPerson: 20 * 1024 * 1024,
  uploadBytesPerRetailer: 32 * 1024 * 1024,
  /** An upload of which nothing arrives for this long is given up. */
  uploadIdleMs: 10_000,
  /** A link to an image works for this long at least, and for twice as long at most. */
  imageLinkMs: 10 * 60_000,
  /** Of each retailer, in the sandbox’s request log. */
  loggedRequests: 1000,
  loggedBodyCharacters: 4096,
  loggedPathCharacters: 2048,
  faultRules: 50,
  faultDelayMs: 20_000,
  scenarioSteps: 200,
  /** Scenarios of a retailer that run at the same time. */
  runningScenarios: 50,
  /** Scenarios of a retailer that have ended and can still be looked up. */
  endedScenarios: 20,
  callbackEndpoints: 20,
  /** An answer to a callback must begin within this time. */
  callbackAnswerMs: 10_000,
  /** What is read of an answer. */
  callbackAnswerBytes: 64 * 1024,
  /** A receiver can put a callback off with `Retry-After` for this long at most. */
  callbackRetryAfterMs: 60 * 60_000,
  /** A callback that nobody takes is tried again for this long, on the retailer’s clock. */
  callbackRetryMs: 24 * 60 * 60_000,
  /** What was delivered, and how each attempt went, can be looked up for this long. */
  callbackHistoryMs: 7 * 24 * 60 * 60_000,
  /** A changed signing secret still signs beside the new one for this long. */
  formerSecretMs: 24 * 60 * 60_000,
  callbacksPerReplay: 10_000,
  /** Connect: messages stay readable for 24 hours after delivery or cancellation. */
  chatLifetimeMs: 24 * 60 * 60_000,
} as const;
