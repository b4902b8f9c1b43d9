/** Joins the handlers of all features. */
import { limits, type RouteName } from '@aislechat/contract';
import type { Faults } from '../domain/sandbox/faults.ts';
import type { SandboxPhones } from '../domain/sandbox/phones.ts';
import type { Scenarios } from '../domain/sandbox/scenarios.ts';
import type { OrderFeed } from '../stream/feed.ts';
import { Typing } from '../stream/typing.ts';
import { callbackHandlers } from './callbacks/handlers.ts';
import { ConversationCache } from './chat/conversation-cache.ts';
import { chatHandlers } from './chat/handlers.ts';
import { fulfillmentHandlers } from './fulfillment/handlers.ts';
import { imageHandlers } from './images/handlers.ts';
import { liveHandlers } from './live/handlers.ts';
import { notificationHandlers } from './notifications/handlers.ts';
import { oauthHandlers } from './oauth/handlers.ts';
import { operateHandlers } from './operate/handlers.ts';
import { SendFigures } from './operate/send-figures.ts';
import { orderPageHandlers } from './order-page/handlers.ts';
import { orderStatusHandlers } from './order-status/handlers.ts';
import { orderHandlers } from './orders/handlers.ts';
import { peopleHandlers } from './people/handlers.ts';
import { pickupHandlers } from './pickup/handlers.ts';
import type { ConnectionTimes } from './pipeline/connections.ts';
import type { Handler, Handlers } from './pipeline/exchange.ts';
import { Quota, type Quotas } from './pipeline/quota.ts';
import { ratingHandlers } from './rating/handlers.ts';
import { reportHandlers } from './reports/handlers.ts';
import { sandboxHandlers } from './sandbox/handlers.ts';
import type { RequestLog } from './sandbox/request-log.ts';
import { scenarioHandlers } from './scenarios/handlers.ts';
import { type Metrics, serviceHandlers } from './service/handlers.ts';
import type { ServedPages } from './service/pages.ts';
import { shopperHandlers } from './shopper/handlers.ts';
import { supportHandlers } from './support/handlers.ts';

export interface HandlerOptions {
  version: string;
  development: boolean;
  times: ConnectionTimes;
  cacheBytes: number;
  feed: OrderFeed;
  faults: Faults;
  phones: SandboxPhones;
  scenarios: Scenarios;
  metrics: Metrics;
  pages: ServedPages;
}

export function allHandlers(
  options: HandlerOptions,
  quotas: Quotas,
  requestLog: RequestLog,
): Handlers<RouteName> {
  const sends = new SendFigures();
  const retailersByAddress = new Quota(limits.sandboxRetailersPerHour, 60 * 60);
  const handlers: Handlers<RouteName> = {
    ...chatHandlers(new ConversationCache(options.cacheBytes)),
    ...orderStatusHandlers,
    ...orderPageHandlers,
    ...pickupHandlers,
    ...ratingHandlers,
    ...imageHandlers(options.times.uploadIdleMs),
    ...oauthHandlers(quotas),
    ...fulfillmentHandlers,
    ...liveHandlers(options.feed, new Typing()),
    ...shopperHandlers,
    ...orderHandlers,
    ...peopleHandlers,
    ...callbackHandlers,
    ...notificationHandlers(options.phones),
    ...sandboxHandlers({ requestLog, faults: options.faults, retailersByAddress }),
    ...scenarioHandlers(options.scenarios),
    ...operateHandlers(options.feed, sends),
    ...supportHandlers(quotas),
    ...reportHandlers,
    ...serviceHandlers(options),
  };
  for (const name of ['sendMessage', 'sendAsShopper', 'simulateShopperMessage'] as const) {
    handlers[name] = counted(handlers[name], sends);
  }
  return handlers;
}

/** Counts only requests that send a message. */
const counted =
  (handler: Handler, sends: SendFigures): Handler =>
  async (exchange) => {
    const since = performance.now();
    const answer = await handler(exchange);
    const at = performance.now();
    sends.add(exchange.caller.retailer.id, at, at - since);
    return answer;
  };
