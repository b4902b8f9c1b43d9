/**
 * A database as it is after a busy time, in a PostgreSQL server started for this run; its rows have the same shape
 * as those of a data folder (seed.ts).
 */

import type pg from 'pg';
import { localEpochKeys } from '../packages/server/src/storage/keys/local.ts';
import { sealText } from '../packages/server/src/storage/postgres/message-texts.ts';
import { makeKey } from '../packages/server/src/storage/postgres/order-keys.ts';
import {
  asSuperuser,
  type Cluster,
  databaseOf,
  newCluster,
  prepare,
  template,
} from '../packages/server/tests/support/postgres.ts';
import { scratchFolder } from './scratch.ts';
import type { Shape } from './seed.ts';
import { type Credentials, createRetailer } from './servers.ts';

export interface Database extends Shape, AsyncDisposable {
  env: Record<string, string>;
  /** An empty database for the baseline server. */
  plainUrl: string;
  superuserUrl: string;
  credentials: Credentials;
  /** PostgreSQL's main process. */
  pid: number;
}

const messagesPerChat = 10;
const firstOrder = 10_000_000;
const unusedId = 20_000_000;
const body = 'The ripe avocados are all gone, shall I take firm ones?';
const ordersPerInsert = 1000;
const hourMs = 3_600_000;

export async function seedDatabase(shape: Shape): Promise<Database> {
  const cluster: Cluster = await newCluster();
  await prepare(cluster);
  const { url, superuserUrl } = databaseOf(cluster, template);
  const keysFolder = scratchFolder();
  const env = { DATABASE_URL: url, AISLECHAT_KEYS_DIR: keysFolder };
  const credentials = await createRetailer(env);
  await asSuperuser(superuserUrl, async (client) => {
    await client.query(insertAll(credentials.retailerId, shape));
    await sealAll(client, keysFolder, credentials.retailerId, shape.chats);
    await client.query('VACUUM ANALYZE');
    await client.query('CREATE DATABASE plain');
    await client.query('CHECKPOINT');
  });
  return {
    ...shape,
    env,
    credentials,
    pid: cluster.child.pid!,
    plainUrl: cluster.url('plain'),
    superuserUrl,
    [Symbol.asyncDispose]: () => cluster.stop(),
  };
}

/** Every order has a conversation; `chats` counts them. */
const insertAll = (retailerId: number, { orders, chats }: Shape) => `
  INSERT INTO shoppers (retailer_id, id, display_name, avatar_url, active_at)
  SELECT ${retailerId}, 10000, 'Ilse', 'https://img.example/1.png', ${Date.now()};

  INSERT INTO users (retailer_id, id, external_id, first_name, avatar_url, active_at)
  SELECT ${retailerId}, 20000 + n, 'user-' || n, 'Noor', '', ${Date.now()} FROM generate_series(0, ${orders - 1}) n;

  INSERT INTO orders (retailer_id, id, external_id, user_id, fulfillment_type, fulfillment_version,
    workflow_state, current_shopper_id, seq, version, last_event_at, created_at)
  SELECT ${retailerId}, ${firstOrder} + n, 'order-' || lpad(n::TEXT, 7, '0'), 20000 + n, 'delivery', 3, 'picking', 10000,
    ${messagesPerChat + 1}, 2, ${Date.now()}, ${Date.now() - 3_600_000}
  FROM generate_series(0, ${orders - 1}) n;

  INSERT INTO order_details (retailer_id, order_id, details)
  SELECT retailer_id, id, '{"request":{}}' FROM orders;
  INSERT INTO order_events (retailer_id, order_id, seq, type, at, data)
  SELECT retailer_id, id, 1, 'shopper_assigned', created_at, '{"shopper_id":10000}' FROM orders;
  INSERT INTO assignments (retailer_id, order_id, seq, shopper_id, assigned_at)
  SELECT retailer_id, id, 1, 10000, created_at FROM orders;

  INSERT INTO messages (retailer_id, order_id, seq, sender_type, sender_id, recipient_id, created_at, read_at)
  SELECT o.retailer_id, o.id, m + 2,
    CASE m % 2 WHEN 0 THEN 'driver' ELSE 'user' END,
    CASE m % 2 WHEN 0 THEN 10000 ELSE o.user_id END,
    CASE m % 2 WHEN 0 THEN o.user_id ELSE 10000 END,
    o.created_at + 30000 * m,
    CASE WHEN m < 8 THEN o.created_at + 30000 * m + 5000 END
  FROM generate_series(0, ${messagesPerChat - 1}) m
  CROSS JOIN (SELECT * FROM orders ORDER BY id LIMIT ${chats}) o;

  UPDATE retailers SET next_id = ${unusedId} WHERE id = ${retailerId}`;

/** Gives every message its text, encrypted. */
async function sealAll(
  client: pg.Client,
  keysFolder: string,
  retailerId: number,
  chats: number,
): Promise<void> {
  const epochs = localEpochKeys(keysFolder);
  await epochs.create(Math.floor(Date.now() / hourMs));
  for (let from = 0; from < chats; from += ordersPerInsert) {
    const orders = Array.from(
      { length: Math.min(ordersPerInsert, chats - from) },
      (_, n) => firstOrder + from + n,
    );
    const made = await Promise.all(
      orders.map((orderId) => makeKey(epochs, { retailerId, orderId, firstSeq: 2 })),
    );
    await client.query(
      `INSERT INTO order_keys (retailer_id, order_id, first_seq, epoch, wrapped)
       SELECT $1, order_id, 2, epoch, wrapped FROM unnest($2::BIGINT[], $3::BIGINT[], $4::BYTEA[]) AS k (order_id, epoch, wrapped)`,
      [retailerId, orders, made.map(({ row }) => row.epoch), made.map(({ row }) => row.wrapped)],
    );
    const texts = made.flatMap(({ row: { orderId }, key }) =>
      Array.from({ length: messagesPerChat }, (_, n) => {
        const seq = n + 2;
        return { orderId, seq, sealed: sealText(key, { retailerId, orderId, seq, body, image: null }) };
      }),
    );
    await client.query(
      `UPDATE messages m SET sealed = t.sealed, key_seq = 2
       FROM unnest($2::BIGINT[], $3::BIGINT[], $4::BYTEA[]) AS t (order_id, seq, sealed)
       WHERE m.retailer_id = $1 AND m.order_id = t.order_id AND m.seq = t.seq`,
      [retailerId, texts.map((t) => t.orderId), texts.map((t) => t.seq), texts.map((t) => t.sealed)],
    );
  }
}
