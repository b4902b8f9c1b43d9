/**
 * Data folders as they are after a busy time, written directly into the database: a million orders through the API
 * would take longer than the benchmark. The server itself creates the retailer and the tables, and the rows are
 * those it would write, so a schema change shows up here as an SQL error.
 */
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { scratchFolder } from './scratch.ts';
import { type Credentials, createRetailer } from './servers.ts';

export interface Shape {
  orders: number;
  /** Orders with a conversation of ten messages, spread evenly over all orders. */
  chats: number;
}

export interface Folder extends Shape {
  path: string;
  env: Record<string, string>;
  credentials: Credentials;
}

const messagesPerChat = 10;
/** Conversations in progress at the same time: their messages are interleaved on disk. */
const simultaneousChats = 64;
const ordersPerUser = 5;
const shoppers = 20;
/** Each kind of row gets its own range of the retailer's IDs. */
const firstId = { shopper: 10_000, user: 20_000, order: 10_000_000 };
const unusedId = 20_000_000;

const messageTexts = [
  'Hello, I am starting with your order right now.',
  'Great, thank you! Please mind the eggs this time.',
  'The ripe avocados are all gone, shall I take firm ones?',
  'Firm ones are fine, I only need them on Saturday.',
  'There is no oat milk of that brand, only the store one.',
  'The store brand is good too, but unsweetened please.',
  'Got it. Everything else was there, I am at the till.',
  'Could you ring the bell twice? The first one sticks.',
  'Sure, twice it is. I should be there in ten minutes.',
  'Perfect, see you soon and thank you for everything!',
];

/** The retailer's own ID of the order with the n-th conversation. */
export const chatOrderId = ({ orders, chats }: Shape, chat: number): string =>
  `order-${String(chat * Math.floor(orders / chats)).padStart(7, '0')}`;

export async function seedFolder(shape: Shape): Promise<Folder> {
  const path = scratchFolder();
  const env = { DATA_DIR: path };
  const credentials = await createRetailer(env);
  const file = join(path, 'aislechat.db');
  const database = new DatabaseSync(file);
  // Seeding need not survive a crash; the server sets its own modes when it opens the file.
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144');
  database.exec('BEGIN');
  insertAll(database, credentials.retailerId, shape);
  database.exec('COMMIT; PRAGMA journal_mode = WAL');
  database.close();
  writeBack(file);
  return { ...shape, path, env, credentials };
}

function insertAll(database: DatabaseSync, retailerId: number, { orders, chats }: Shape): void {
  const ordersPerChat = Math.floor(orders / chats);
  const users = Math.ceil(orders / ordersPerUser);
  const now = Date.now();
  const createdAt = now - 60 * 60_000;
  const hasChat = `(n % ${ordersPerChat} = 0 AND n / ${ordersPerChat} < ${chats})`;
  const shopperOf = `${firstId.shopper} + n % ${shoppers}`;

  database.exec(`
    ${upTo(shoppers)}
    INSERT INTO shoppers (retailer_id, id, display_name, avatar_url, active_at)
    SELECT ${retailerId}, ${firstId.shopper} + n, 'Ilse', 'https://img.example/' || n || '.png', ${createdAt} FROM numbers;

    ${upTo(users)}
    INSERT INTO users (retailer_id, id, external_id, first_name, avatar_url, active_at)
    SELECT ${retailerId}, ${firstId.user} + n, 'user-' || n, 'Noor', '', ${createdAt} FROM numbers;

    ${upTo(orders)}
    INSERT INTO orders (retailer_id, id, external_id, user_id, fulfillment_type, fulfillment_version,
      workflow_state, current_shopper_id, seq, version, last_event_at, created_at)
    SELECT ${retailerId}, ${firstId.order} + n, printf('order-%07d', n), ${firstId.user} + n / ${ordersPerUser},
      'delivery', 3, 'picking', ${shopperOf}, iif(${hasChat}, ${messagesPerChat + 1}, 1), 2,
      ${now}, ${createdAt}
    FROM numbers;

    ${upTo(orders)}
    INSERT INTO order_details (retailer_id, order_id, details)
    SELECT ${retailerId}, ${firstId.order} + n, '{"request":{}}' FROM numbers;

    ${upTo(orders)}
    INSERT INTO order_events (retailer_id, order_id, seq, type, at, data)
    SELECT ${retailerId}, ${firstId.order} + n, 1, 'shopper_assigned', ${createdAt},
      '{"shopper_id":' || (${shopperOf}) || '}'
    FROM numbers;

    ${upTo(orders)}
    INSERT INTO assignments (retailer_id, order_id, seq, shopper_id, assigned_at)
    SELECT ${retailerId}, ${firstId.order} + n, 1, ${shopperOf}, ${createdAt} FROM numbers;

    CREATE TEMP TABLE texts (nth INTEGER PRIMARY KEY, body TEXT);
    CREATE TEMP TABLE said (id INTEGER PRIMARY KEY, n INTEGER, nth INTEGER);
    ${upTo(Math.ceil(chats / simultaneousChats) * simultaneousChats * messagesPerChat)}
    INSERT INTO said
    SELECT n + 1,
      ${ordersPerChat} * (n / ${simultaneousChats * messagesPerChat} * ${simultaneousChats} + n % ${simultaneousChats}),
      n / ${simultaneousChats} % ${messagesPerChat}
    FROM numbers;
    DELETE FROM said WHERE n / ${ordersPerChat} >= ${chats};`);

  const text = database.prepare('INSERT INTO texts VALUES (?, ?)');
  for (const [nth, body] of messageTexts.entries()) text.run(nth, body);

  database.exec(`
    INSERT INTO message_texts (id, body)
    SELECT id, body FROM said JOIN texts USING (nth) ORDER BY id;

    INSERT INTO messages (retailer_id, order_id, seq, sender_type, sender_id, recipient_id, created_at, read_at,
      text_id)
    SELECT ${retailerId}, ${firstId.order} + n, nth + 2,
      iif(nth % 2 = 0, 'driver', 'user'),
      iif(nth % 2 = 0, ${shopperOf}, ${firstId.user} + n / ${ordersPerUser}),
      iif(nth % 2 = 0, ${firstId.user} + n / ${ordersPerUser}, ${shopperOf}),
      ${createdAt} + 30000 * nth,
      iif(nth < 8, ${createdAt} + 30000 * nth + 5000, NULL),
      id
    FROM said ORDER BY id;

    UPDATE retailers SET next_id = ${unusedId} WHERE id = ${retailerId};`);
}

const upTo = (count: number) =>
  `WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ${count})`;

/** Flushes the seeded pages, so that the system does not write them back while the disk is being measured. */
function writeBack(file: string): void {
  const descriptor = openSync(file, 'r+');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
