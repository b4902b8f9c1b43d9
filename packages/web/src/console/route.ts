/** The current route, from the fragment of the address: `#/orders/A-1`, `#/orders?workflow_state=picking`. */
export interface Route {
  view: string;
  /** The part after the view, for example an order's ID. */
  id: string | undefined;
  query: URLSearchParams;
}

export function readRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [view = '', id] = path.split('/', 2);
  return { view: view || 'orders', id: id ? decoded(id) : undefined, query: new URLSearchParams(query) };
}

/** Decodes a part of the address, which may be malformed if a person typed it. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function hashOf(view: string, id?: string, query: Record<string, string | undefined> = {}): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) given.set(name, value);
  const search = String(given);
  return `#/${view}${id === undefined ? '' : `/${encodeURIComponent(id)}`}${search && `?${search}`}`;
}
