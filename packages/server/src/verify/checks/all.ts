import type { Check } from '../check.ts';
import { callbackChecks } from './callbacks.ts';
import { markingChecks } from './chat-marking.ts';
import { readingChecks } from './chat-reading.ts';
import { sendingChecks } from './chat-sending.ts';
import { clientChecks } from './clients.ts';
import { expiryChecks } from './expiry.ts';
import { fulfillmentChecks } from './fulfillment.ts';
import { oauthChecks } from './oauth.ts';
import { orderMessagesChecks } from './order-messages.ts';
import { orderStatusChecks } from './order-status.ts';
import { pickupChecks } from './pickup.ts';
import { ratingChecks } from './rating.ts';
import { sandboxChecks } from './sandbox.ts';

/** In the order in which they run: checks that others depend on come first. */
export const checks: readonly Check[] = [
  ...oauthChecks,
  ...fulfillmentChecks,
  ...sandboxChecks,
  ...readingChecks,
  ...sendingChecks,
  ...markingChecks,
  ...orderMessagesChecks,
  ...orderStatusChecks,
  ...pickupChecks,
  ...ratingChecks,
  ...expiryChecks,
  ...clientChecks,
  ...callbackChecks,
];
