/** Operations that exist in development only: shoppers, batches, new retailers, and a clock that can be moved. */
export * from './generated/sandbox.ts';
