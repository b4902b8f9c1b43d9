/** What exists in development only: shoppers, batches, retailers of one's own, and a clock that can be moved. */
export * from './generated/sandbox.ts';
