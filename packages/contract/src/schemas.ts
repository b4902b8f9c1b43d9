/** The schemas of all bodies on the wire. Each serves validation, types and the OpenAPI document. */

export * from './api/answers.ts';
export * from './api/callbacks.ts';
export * from './api/chat.ts';
export * from './api/enumerations.ts';
export * from './api/fulfillment.ts';
export * from './api/images.ts';
export * from './api/live.ts';
export * from './api/notifications.ts';
export * from './api/oauth.ts';
export * from './api/operate.ts';
export * from './api/order-page.ts';
export * from './api/order-status.ts';
export * from './api/orders.ts';
export * from './api/people.ts';
export * from './api/pickup.ts';
export * from './api/rating.ts';
export * from './api/reports.ts';
export * from './api/sandbox.ts';
export * from './api/scenarios.ts';
export * from './api/service.ts';
export * from './api/settings.ts';
export * from './api/shopper.ts';
export * from './api/support.ts';
