/** Where the reader is, from the fragment: `#/orders/A-1`, `#/orders?workflow_state=picking`. */
export interface Route {
  view: string;
  /** What follows the view, such as an order's ID. */
  id: string | undefined;
  query: URLSearchParams;
}

export function readRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [view = '', id] = path.split('/', 2);
  return { view: view || 'orders', id: id ? decoded(id) : undefined, query: new URLSearchParams(query) };
}

/** An address that a person typed need not be well formed. */
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
