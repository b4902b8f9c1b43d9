/** Every limit that a client can reach, by name. */
export const limits = {
  /** Connect: "Send a message to the shopper", counted in Unicode code points. */
  messageCharacters: 1000,
  messagesPerOrder: 2000,
  /** An order with a log of this length accepts only its final events and reports about its chat. */
  eventsPerOrder: 10_000,
  /** A message ID is computed from the order's ID and a number below this one. */
  eventNumbers: 2 ** 20,
  requestBodyBytes: 1024 * 1024,
  /** For requests whose caller is unknown. */
  anonymousBodyBytes: 16 * 1024,
  headerBytes: 16 * 1024,
  /** The time for the headers of a request to arrive, and then for the whole request. */
  requestHeadersMs: 10_000,
  requestMs: 30_000,
  /** A connection with a request in progress is closed after this time without traffic. */
  silentConnectionMs: 60_000,
  /** A client that reads nothing of a large answer for this long is disconnected. */
  stalledAnswerMs: 10_000,
  /** Requests on one connection that have not been answered yet. */
  pipelinedRequests: 16,
  idempotencyKeyCharacters: 255,
  identifierCharacters: 255,
  nameCharacters: 255,
  textCharacters: 2000,
  urlCharacters: 2000,
  itemsPerOrder: 1000,
  /** Answers to replacements that the customer of an order may take back. */
  withdrawalsPerOrder: 50,
  /** Orders of a user that are neither delivered nor canceled. */
  openOrdersPerUser: 1000,
  /** Users, shoppers, orders, batches, images and similar records together. Message IDs have room for this many. */
  recordsPerRetailer: 2 ** 33 - 1,
  /** Banners of an organization. */
  banners: 20,
  bannerCharacters: 64,
  /** Retailers that `POST /v1/sandbox/retailers` creates, in development only. */
  sandboxRetailers: 10_000,
  /** Per address. */
  sandboxRetailersPerHour: 500,
  /** The largest count, weight or similar amount. */
  amount: 1e9,
  /** Orders in a user's list of orders. */
  ordersOfUser: 25,
  ordersPerBatch: 100,
  tokenLifetimeSeconds: 86_400,
  /** Valid tokens of an application itself, and of each user or shopper. Issuing one more revokes the oldest. */
  tokensPerApplication: 10_000,
  tokensPerPerson: 1000,
  /** Days without use after which a shopper is no longer signed in on a device. */
  signInDays: 30,
  /** Devices on which a shopper stays signed in. */
  signInsPerShopper: 5,
  holdLifetimeMs: 10 * 60_000,
  /** Events of an order's log in one answer. */
  eventsPerPage: 500,
  /** The longest wait of a long poll. */
  eventsWaitSeconds: 30,
  /** Open streams on one server process. The same limit applies to long polls. */
  streamsPerToken: 10,
  streamsPerOrder: 20,
  streamsPerRetailer: 10_000,
  /** Bytes that may wait until a stream's client reads them. */
  streamQueueBytes: 256 * 1024,
  streamTicketLifetimeMs: 30_000,
  /** Unused tickets of one access token. */
  streamTickets: 100,
  /** Typing is announced at most once in this time. */
  typingEveryMs: 3000,
  shopperOrders: 200,
  /** Quick replies of a retailer. */
  quickReplies: 20,
  quickReplyCharacters: 200,
  /** What the license of the tiles asks a map to say. */
  mapAttributionCharacters: 200,
  /** Orders or audit entries in one answer. */
  rowsPerPage: 100,
  reasonCharacters: 500,
  /** Of an operator or support agent who searches an order. */
  searchCharacters: 255,
  ordersFound: 50,
  applications: 100,
  supportLinkLifetimeMs: 15 * 60_000,
  /** Unused support links of a retailer. */
  supportLinks: 100,
  /** An entry of the audit log covers what its reader reads of the conversation after it for this long. */
  readingMs: 15 * 60_000,
  supportSessionSeconds: 8 * 60 * 60,
  /** The periods that the figures cover, by second and by minute. */
  figuresSeconds: 60,
  figuresMinutes: 60,
  /** How far ahead a signed assertion may expire, and how long the assertion may be. */
  assertionLifetimeMs: 5 * 60_000,
  assertionCharacters: 4096,
  imageBytes: 10 * 1024 * 1024,
  /** Width times height of an upload, checked before anything is decoded. */
  imagePixels: 40_000_000,
  imageSidePixels: 12_000,
  /** Larger images are scaled down to this size. */
  imageOutputPixels: 2048,
  thumbnailPixels: 480,
  imagesPerOrder: 100,
  /** Messages that one report about a chat names. */
  messagesPerReport: 10,
  /** Messages of a report that is open, to which others of its side and reason add theirs. */
  messagesPerOpenReport: 50,
  /** The most days for which a retailer can hold reported messages as evidence. */
  evidenceDays: 30,
  /** The maximum number of scans in a progressive JPEG. Cameras and programs write about ten. */
  imageScans: 100,
  /** Bytes that the uploads of one person, and of one retailer, may hold until they are stored. */
  uploadBytesPerPerson: 20 * 1024 * 1024,
  uploadBytesPerRetailer: 32 * 1024 * 1024,
  /** An upload is aborted after this time without data. */
  uploadIdleMs: 10_000,
  /** A link to an image works for at least this time, and for at most twice this time. */
  imageLinkMs: 10 * 60_000,
  /** Requests of each retailer in the sandbox’s request log. */
  loggedRequests: 1000,
  loggedBodyCharacters: 4096,
  loggedPathCharacters: 2048,
  faultRules: 50,
  faultDelayMs: 20_000,
  scenarioSteps: 200,
  /** Scenarios of a retailer that run at the same time. */
  runningScenarios: 50,
  /** Finished scenarios of a retailer that can still be looked up. */
  endedScenarios: 20,
  callbackEndpoints: 20,
  /** The answer to a callback must begin within this time. */
  callbackAnswerMs: 10_000,
  /** How much of an answer is read. */
  callbackAnswerBytes: 64 * 1024,
  /** How much of an answer is kept with its attempt. */
  callbackExcerptBytes: 256,
  /** The longest delay that a receiver can request with `Retry-After`. */
  callbackRetryAfterMs: 60 * 60_000,
  /** A failing callback is retried for this long, on the retailer’s clock. */
  callbackRetryMs: 24 * 60 * 60_000,
  /** Deliveries and their attempts can be looked up for this long. */
  callbackHistoryMs: 7 * 24 * 60 * 60_000,
  /** A delivery that was given up can be replayed for this long. */
  deadCallbackHistoryMs: 30 * 24 * 60 * 60_000,
  /** After a rotation, callbacks are signed with the old secret too for this long. */
  formerSecretMs: 24 * 60 * 60_000,
  callbacksPerReplay: 10_000,
  /** Devices of a shopper, and of the customer of an order. */
  pushSubscriptions: 10,
  /** A notification that nobody accepts is retried for this long, on the retailer’s clock. */
  notificationRetryMs: 30 * 60_000,
  /** A person who has not read a message is woken at most once in this time about the same order. */
  notificationQuietMs: 60_000,
  /** Text messages about an order within an hour. */
  smsPerOrderAndHour: 10,
  /** A text message is cut off after so many characters. */
  smsCharacters: 480,
  /** Devices that the link of an order is bound to. One more replaces the oldest. */
  devicesPerLink: 3,
  /** Codes for another device, within an hour from the first of them. */
  linkCodesPerHour: 3,
  linkCodeLifetimeMs: 10 * 60_000,
  linkCodeTries: 5,
  /** An incoming text message that was handled is remembered for this long. */
  smsReceivedMs: 7 * 24 * 60 * 60_000,
  /** Messages of each phone in the sandbox, and phones of each retailer. */
  sandboxPhoneMessages: 100,
  sandboxPhones: 100,
  /** Notifications can be looked up for this long. */
  notificationHistoryMs: 7 * 24 * 60 * 60_000,
  /** Texts that a retailer changes, and their length. */
  notificationTexts: 27,
  notificationTextCharacters: 300,
  /** Connect: messages stay readable for 24 hours after delivery or cancellation. */
  chatLifetimeMs: 24 * 60 * 60_000,
  /** An order without any event for this long counts as ended. */
  abandonedOrderMs: 90 * 24 * 60 * 60_000,
} as const;
