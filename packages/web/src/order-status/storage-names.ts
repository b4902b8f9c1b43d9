/** Under which names a device keeps what belongs to an order. */

/** @param order its ID, or what its link says of it */
export const storageName = (server: string, order: string, retailer?: string): string =>
  `aislechat:${server}:${retailer ? `${retailer}:` : ''}${order}`;

/** A link begins with the number of its order. The rest is secret and stays out of the storage. */
export const orderOfLink = (link: string): string => link.slice(0, 18);

export const deviceKey = (name: string): string => `${name}:device`;
