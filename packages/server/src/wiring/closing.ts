/** What has to be closed, in the order in which it was opened. */
export type Closing = (() => Promise<unknown>)[];
