/** Users, slots and orders, for the systems of a retailer. */
export * from './generated/fulfillment.ts';
