/**
 * The link of the order, which is in the address and is the customer's token. What follows it, such as the end of a sentence
 * that a mail program took for a part of the address, is left out.
 */
export const linkInAddress = (): string => /^\/o\/([\w-]{1,40})/.exec(location.pathname)?.[1] ?? 'none';
