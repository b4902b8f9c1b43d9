/** Users, slots and orders, for the retailer's systems. */
export * from './generated/fulfillment.ts';
