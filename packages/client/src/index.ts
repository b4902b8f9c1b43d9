/** The typed client for Aislechat and for Connect's chat. See README.md. */
export {
  type CallOptions,
  Connection,
  type ConnectionOptions,
  type IdOptions,
  type SendOptions,
} from './connection.ts';
export { AbortedError, ApiError, type ApiErrorFields, NetworkError, type Problem } from './errors.ts';
export { exportShopper, exportUser } from './export.ts';
export type { ErrorName, OAuthErrorName } from './generated/refusals.ts';
export * from './generated/routes.ts';
export * from './generated/settings.ts';
export type * from './generated/types.ts';
export { thumbnailOf, uploadImage } from './images.ts';
export { type Locks, Outbox, type OutboxMessage, type OutboxOptions, type Send } from './outbox.ts';
export { type PollOptions, pollChat } from './poll.ts';
export { memoryStorage, type OutboxStorage, type WebStorage, webStorage } from './storage.ts';
export {
  type EndReason,
  type OrderStream,
  type StreamItem,
  type StreamOptions,
  type StreamState,
  streamOrderEvents,
} from './stream.ts';
export {
  type Assertion,
  type Credentials,
  clientCredentials,
  type GetToken,
  shopperAssertion,
  type Token,
  userAssertion,
} from './tokens.ts';
export { type Wakeable, wakeOnReturn } from './wake.ts';
