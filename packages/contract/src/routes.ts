/** Every route of the service as data, and a type that checks each handler against its route. */
import { callbackRoutes } from './api/callbacks.ts';
import { chatRoutes } from './api/chat.ts';
import { fulfillmentRoutes } from './api/fulfillment.ts';
import { imageRoutes } from './api/images.ts';
import { liveRoutes } from './api/live.ts';
import { notificationRoutes } from './api/notifications.ts';
import { oauthRoutes } from './api/oauth.ts';
import { operateRoutes } from './api/operate.ts';
import { orderPageRoutes } from './api/order-page.ts';
import { orderStatusRoutes } from './api/order-status.ts';
import { orderRoutes } from './api/orders.ts';
import { peopleRoutes } from './api/people.ts';
import { pickupRoutes } from './api/pickup.ts';
import { ratingRoutes } from './api/rating.ts';
import { reportRoutes } from './api/reports.ts';
import { sandboxRoutes } from './api/sandbox.ts';
import { scenarioRoutes } from './api/scenarios.ts';
import { serviceRoutes } from './api/service.ts';
import { shopperRoutes } from './api/shopper.ts';
import { supportRoutes } from './api/support.ts';

/** The routes of each feature. */
const features = {
  chat: chatRoutes,
  'order-status': orderStatusRoutes,
  'order-page': orderPageRoutes,
  pickup: pickupRoutes,
  rating: ratingRoutes,
  live: liveRoutes,
  images: imageRoutes,
  shopper: shopperRoutes,
  orders: orderRoutes,
  people: peopleRoutes,
  support: supportRoutes,
  reports: reportRoutes,
  operate: operateRoutes,
  callbacks: callbackRoutes,
  notifications: notificationRoutes,
  oauth: oauthRoutes,
  fulfillment: fulfillmentRoutes,
  sandbox: sandboxRoutes,
  scenarios: scenarioRoutes,
  service: serviceRoutes,
};

export const routes = {
  ...chatRoutes,
  ...orderStatusRoutes,
  ...orderPageRoutes,
  ...pickupRoutes,
  ...ratingRoutes,
  ...liveRoutes,
  ...imageRoutes,
  ...shopperRoutes,
  ...orderRoutes,
  ...peopleRoutes,
  ...supportRoutes,
  ...reportRoutes,
  ...operateRoutes,
  ...callbackRoutes,
  ...notificationRoutes,
  ...oauthRoutes,
  ...fulfillmentRoutes,
  ...sandboxRoutes,
  ...scenarioRoutes,
  ...serviceRoutes,
};

export type RouteName = keyof typeof routes;
export type RouteNameOf<Feature extends keyof typeof features> = keyof (typeof features)[Feature];
