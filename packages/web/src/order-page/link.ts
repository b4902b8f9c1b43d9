/** The link of the order, which is the last part of the address and the customer's token. */
export const linkInAddress = (): string =>
  decodeURIComponent(location.pathname.split('/')[2] ?? '') || 'none';
