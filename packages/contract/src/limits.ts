/** Every limit a client can meet, by name. */
export const limits = {
  /** Connect: "Send a message to the shopper", counted in Unicode code points. */
  messageCharacters: 1000,
  /** Message IDs are made of the order's ID and a number below this one. */
  eventsPerOrder: 2 ** 20,
  requestBodyBytes: 1024 * 1024,
  headerBytes: 16 * 1024,
  idempotencyKeyCharacters: 255,
  identifierCharacters: 255,
  nameCharacters: 255,
  textCharacters: 2000,
  urlCharacters: 2000,
  itemsPerOrder: 1000,
  ordersPerBatch: 100,
  tokenLifetimeSeconds: 86_400,
  holdLifetimeMs: 10 * 60_000,
  /** Connect: messages stay readable for 24 hours after delivery or cancellation. */
  chatLifetimeMs: 24 * 60 * 60_000,
} as const;
