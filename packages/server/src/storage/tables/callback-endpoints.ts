import type { CallbackEventName } from '@aislechat/contract';
import type { Sql } from '../sql.ts';

/** Where a callback's token comes from: the receiver's token endpoint, called as an OAuth client. */
export interface CallbackTokenSource {
  url: string;
  clientId: string;
  /** Sealed. */
  clientSecret: string;
  scope: string | null;
  resource: string | null;
  /** Overrides the response's `expires_in`. */
  lifetimeS: number | null;
}

export interface CallbackEndpointRow {
  retailerId: number;
  id: number;
  name: string;
  url: string;
  state: 'enabled' | 'disabled';
  /** Sealed, like the previous one, which keeps signing until `formerSecretUntil`. */
  signingSecret: string;
  formerSigningSecret: string | null;
  formerSecretUntil: number | null;
  tokenSource: CallbackTokenSource | null;
  events: CallbackEventName[];
  createdAt: number;
  version: number;
}

interface Stored extends Omit<CallbackEndpointRow, 'tokenSource' | 'events'> {
  tokenUrl: string | null;
  clientId: string;
  clientSecret: string;
  scope: string | null;
  resource: string | null;
  tokenLifetimeS: number | null;
}

const columns = `
  retailer_id AS "retailerId",
  id,
  name,
  url,
  state,
  signing_secret AS "signingSecret",
  former_signing_secret AS "formerSigningSecret",
  former_secret_until AS "formerSecretUntil",
  token_url AS "tokenUrl",
  client_id AS "clientId",
  client_secret AS "clientSecret",
  scope,
  resource,
  token_lifetime_s AS "tokenLifetimeS",
  created_at AS "createdAt",
  version`;

const byId = `SELECT ${columns} FROM callback_endpoints WHERE retailer_id = $1 AND id = $2`;

async function withEvents(sql: Sql, row: Stored): Promise<CallbackEndpointRow> {
  const { tokenUrl: url, clientId, clientSecret, scope, resource, tokenLifetimeS: lifetimeS, ...rest } = row;
  const subscriptions = await sql.all<{ name: CallbackEventName }>(
    `SELECT event_name AS name FROM callback_subscriptions
     WHERE retailer_id = $1 AND endpoint_id = $2
     ORDER BY event_name`,
    row.retailerId,
    row.id,
  );
  return {
    ...rest,
    tokenSource: url === null ? null : { url, clientId, clientSecret, scope, resource, lifetimeS },
    events: subscriptions.map(({ name }) => name),
  };
}

const valuesOf = ({ tokenSource: source, ...row }: CallbackEndpointRow) =>
  [
    row.retailerId,
    row.id,
    row.name,
    row.url,
    row.state,
    row.signingSecret,
    row.formerSigningSecret,
    row.formerSecretUntil,
    source?.url ?? null,
    source?.clientId ?? null,
    source?.clientSecret ?? null,
    source?.scope ?? null,
    source?.resource ?? null,
    source?.lifetimeS ?? null,
  ] as const;

export const callbackEndpointReader = (sql: Sql) => ({
  async find(retailerId: number, id: number): Promise<CallbackEndpointRow | undefined> {
    const row = await sql.one<Stored>(byId, retailerId, id);
    return row && withEvents(sql, row);
  },

  async list(retailerId: number): Promise<CallbackEndpointRow[]> {
    const rows = await sql.all<Stored>(
      `SELECT ${columns} FROM callback_endpoints WHERE retailer_id = $1 ORDER BY id`,
      retailerId,
    );
    return Promise.all(rows.map((row) => withEvents(sql, row)));
  },

  /** All endpoints of all retailers. */
  async all(): Promise<{ retailerId: number; id: number; state: CallbackEndpointRow['state'] }[]> {
    return sql.acrossRetailers.all(
      'SELECT retailer_id AS "retailerId", id, state FROM callback_endpoints ORDER BY retailer_id, id',
    );
  },

  /** An endpoint of any retailer, to check that the server's key opens its secrets. */
  async anySealed(): Promise<Pick<CallbackEndpointRow, 'retailerId' | 'id' | 'signingSecret'> | undefined> {
    return sql.acrossRetailers.one(
      'SELECT retailer_id AS "retailerId", id, signing_secret AS "signingSecret" FROM callback_endpoints LIMIT 1',
    );
  },
});

export const callbackEndpointWriter = (sql: Sql) => ({
  /** Finds and locks the endpoint until the transaction ends. */
  async lock(retailerId: number, id: number): Promise<CallbackEndpointRow | undefined> {
    const row = await sql.one<Stored>(byId + sql.forUpdate, retailerId, id);
    return row && withEvents(sql, row);
  },

  async insert(endpoint: CallbackEndpointRow): Promise<void> {
    await sql.send(
      `INSERT INTO callback_endpoints (retailer_id, id, name, url, state, signing_secret, former_signing_secret,
         former_secret_until, token_url, client_id, client_secret, scope, resource, token_lifetime_s, created_at, version)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1)`,
      ...valuesOf(endpoint),
      endpoint.createdAt,
    );
    await subscribe(sql, endpoint);
  },

  async update(endpoint: CallbackEndpointRow): Promise<void> {
    await sql.send(
      `UPDATE callback_endpoints
       SET name = $3,
           url = $4,
           state = $5,
           signing_secret = $6,
           former_signing_secret = $7,
           former_secret_until = $8,
           token_url = $9,
           client_id = $10,
           client_secret = $11,
           scope = $12,
           resource = $13,
           token_lifetime_s = $14,
           version = version + 1
       WHERE retailer_id = $1 AND id = $2`,
      ...valuesOf(endpoint),
    );
    await sql.send(
      'DELETE FROM callback_subscriptions WHERE retailer_id = $1 AND endpoint_id = $2',
      endpoint.retailerId,
      endpoint.id,
    );
    await subscribe(sql, endpoint);
  },

  /** Also deletes the endpoint's deliveries. */
  delete(retailerId: number, id: number): Promise<number> {
    return sql.run('DELETE FROM callback_endpoints WHERE retailer_id = $1 AND id = $2', retailerId, id);
  },
});

async function subscribe(sql: Sql, { retailerId, id, events }: CallbackEndpointRow): Promise<void> {
  for (const name of events) {
    await sql.send(
      'INSERT INTO callback_subscriptions (retailer_id, event_name, endpoint_id) VALUES ($1, $2, $3)',
      retailerId,
      name,
      id,
    );
  }
}
