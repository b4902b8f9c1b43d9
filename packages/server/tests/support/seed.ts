/**
 * A data folder as a busy day leaves it, written by SQL: something in every table and every column, erased
 * chats, and texts that are hard to copy.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SecretBox } from '../../src/domain/access/secret-box.ts';
import { ownerOf } from '../../src/domain/callbacks/endpoints.ts';
import { openSqlite } from '../../src/storage/sqlite/engine.ts';
import { checksumOf } from '../../src/storage/sqlite/message-texts.ts';

export interface Shape {
  orders: number;
  messagesPerOrder: number;
}

const retailers = 4;
/** First integers of a retailer's things, each kind in a range of its own. */
const first = {
  application: 1001,
  shopper: 2000,
  user: 10_000,
  batch: 1_000_000,
  order: 10_000_000,
  endpoint: 5000,
};
const ordersPerUser = 5;
const sealingKey = Buffer.alloc(32, 'k');
const shoppers = 7;
/** Every tenth chat is erased. */
const isErased = 'n % 10 = 3';
const at = 1_900_000_000_000;

const texts = [
  'Hello, I am starting with your order.',
  'NULL',
  '{"a","b"} \\ \\N \\x41 "quoted" \'single\' ,,{}',
  'two\nlines\tand\r\nmore',
  'Grüße, naïve café, 東京, 🥑👩‍👩‍👧, \u202Eright to left',
  ' ',
  '%s $1 ?1 --; DROP TABLE messages',
];

/** Writes `aislechat.db` in the folder. */
export async function seed(folder: string, { orders, messagesPerOrder }: Shape): Promise<void> {
  await openSqlite({ folder, owner: true }).close();
  const database = new DatabaseSync(join(folder, 'aislechat.db'));
  database.exec('PRAGMA foreign_keys = ON; PRAGMA synchronous = OFF; BEGIN');
  // The server decrypts sealed secrets with its key at the start, so they must be real.
  const box = new SecretBox([sealingKey]);
  database.function('sealed', (retailerId) =>
    box.seal('whsec_c2VlZA==', ownerOf(Number(retailerId), first.endpoint)),
  );
  database.function('checksum', (body, image) =>
    checksumOf({ body: String(body), image: image === null ? null : String(image) }),
  );
  const users = Math.ceil(orders / ordersPerUser);
  const ofOrder = `(n % ${retailers} + 1)`;
  const order = `${first.order} + n`;
  const userOfOrder = `${first.user} + n / ${ordersPerUser}`;
  const shopperOfOrder = `${first.shopper} + n % ${shoppers}`;

  database.exec(`
    ${upTo(retailers + 1)}
    INSERT INTO retailers (id, settings, clock_offset_ms, clock_frozen_at, next_id, version, organization_id,
      banner)
    SELECT n + 1,
      json_object('name', 'Retailer ' || n, 'timezone', 'Europe/Paris',
        'shopperInformationRemoval', json(iif(n % 2, 'true', 'false'))), 0,
      iif(n = ${retailers}, ${at}, NULL), 20000000, n + 1, iif(n > 2, 4, NULL), iif(n > 2, 'banner-' || n, NULL)
    FROM numbers;

    ${upTo(retailers)}
    INSERT INTO applications
    SELECT n + 1, ${first.application}, 'client-' || n, 'secret-hash-' || n, 'default', 'connect:fulfillment',
      'enabled', ${at}, iif(n = 3, 4, NULL)
    FROM numbers;

    ${upTo(shoppers)}
    INSERT INTO shoppers
    SELECT r.id, ${first.shopper} + n, 'Ilse', 'https://img.example/' || n, iif(n % 2, 'i@example', NULL),
      iif(n % 3, '+31' || n, NULL), iif(n % 2, 'shopper-' || n, NULL), iif(n % 5, NULL, ${at}), ${at} + n
    FROM numbers, retailers r;

    ${upTo(users)}
    INSERT INTO users
    SELECT r.id, ${first.user} + n, iif(n % 9, iif(n % 2, 'user-', 'User-') || n, NULL), 'Noor',
      iif(n % 2, 'B', NULL), iif(n % 3, '+1' || n, NULL), iif(n % 4, 'nl', NULL), '',
      iif(n % 9, NULL, ${at}), ${at} + n
    FROM numbers, retailers r;

    ${upTo(users)}
    INSERT INTO tokens
    SELECT iif(n % 2, 'tok-', 'TOK-') || n, n % ${retailers} + 1, ${first.application},
      iif(n % 3, ${first.user} + n, NULL), 'connect:post_checkout', ${at} + n, ${at} + n + 86400000,
      iif(n % 5 = 0, ${at}, NULL), iif(n % 3, NULL, ${first.shopper} + n % ${shoppers}), iif(n % 10, NULL, 'dana')
    FROM numbers;

    ${upTo(users)}
    INSERT INTO sign_ins
    SELECT iif(n % 2, 'device-', 'DEVICE-') || n, n % ${retailers} + 1, ${first.application},
      ${first.shopper} + n % ${shoppers}, 'secret-hash', iif(n % 4, 'former-hash', NULL), ${at} + n
    FROM numbers
    WHERE n % 6 = 0;

    ${upTo(users)}
    INSERT INTO holds SELECT n % ${retailers} + 1, ${first.user} + n, 19000000 + n, 7, ${at} FROM numbers;

    ${upTo(orders)}
    INSERT INTO orders (retailer_id, id, external_id, user_id, fulfillment_type, fulfillment_version,
      workflow_state, cancellation_reason, current_shopper_id, seq, version, last_event_at, created_at, ended_at,
      expires_at, erased_at, erasing_to, user_reachable, shopper_reachable, link_revoked_at,
      link_devices, chat_closed_at)
    SELECT ${ofOrder}, ${order}, iif(n % 2, 'order-', 'Order-') || n, ${userOfOrder}, 'delivery', 3,
      iif(${isErased}, 'canceled', 'picking'), iif(${isErased}, 'OTHER', NULL),
      iif(n % 8, ${shopperOfOrder}, NULL), ${messagesPerOrder + 3}, n % 5 + 1, ${at} + n, ${at},
      iif(${isErased}, ${at}, NULL), iif(${isErased}, ${at} + 86400000, NULL),
      iif(${isErased}, ${at} + 86400001, NULL), iif(n % 70 = 5, 0, NULL), n % 2, n % 3 % 2,
      iif(n % 11, NULL, ${at}),
      iif(n % 9, '', 'device-hash-' || n || ',other-hash'), iif(n % 13, NULL, ${at})
    FROM numbers;

    ${upTo(orders)}
    INSERT INTO order_details
    SELECT ${ofOrder}, ${order}, '{"request":{"note":"gr\\u00fc\\u00df \\"' || n || '\\""}}' FROM numbers;

    ${upTo(orders)}
    INSERT INTO order_items
    SELECT ${ofOrder}, ${order}, column1 || n, column2, 'FOUND', '{"upc":"' || n || '"}'
    FROM numbers, (VALUES ('a', 0), ('B', 1), ('ä', 2))
    WHERE n % 2 = 0;

    ${upTo(orders)}
    INSERT INTO order_reports
    SELECT ${ofOrder}, ${order}, 40000000 + n, iif(n % 2, 'user', 'driver'), 'spam', '[4]', ${at}, iif(n % 3, NULL, ${at})
    FROM numbers
    WHERE n % 4 = 0;

    ${upTo(orders)}
    INSERT INTO assignments SELECT ${ofOrder}, ${order}, 1, ${shopperOfOrder}, ${at} FROM numbers;

    ${upTo(orders)}
    INSERT INTO batches
    SELECT ${ofOrder}, ${first.batch} + n, ${shopperOfOrder}, 'delivery', 'picking' FROM numbers WHERE n % 3 = 0;

    ${upTo(orders)}
    INSERT INTO batch_orders SELECT ${ofOrder}, ${first.batch} + n, ${order} FROM numbers WHERE n % 3 = 0;

    ${upTo(orders)}
    INSERT INTO order_events
    SELECT ${ofOrder}, ${order}, column1, 'shopper_assigned', ${at}, '{"shopper_id":' || n || '}'
    FROM numbers, (VALUES (1), (${messagesPerOrder + 3}));

    ${upTo(orders)}
    INSERT INTO lifecycle_messages
    SELECT ${ofOrder}, ${order}, ${messagesPerOrder + 2}, 'order_delivered', 'Delivered', ${at} FROM numbers;

    ${upTo(orders)}
    INSERT INTO idempotency_keys
    SELECT ${ofOrder}, ${order}, ${userOfOrder}, iif(n % 2, 'key-', 'KEY-') || n, 'hash-' || n, 2, ${at}, 'UTC'
    FROM numbers
    WHERE NOT (${isErased});

    ${upTo(orders)}
    INSERT INTO erasure_receipts
    SELECT ${ofOrder}, ${order}, ${at} + 86400001, ${messagesPerOrder}, 1, n % 2, n % 3, iif(n % 3, ${at}, NULL), 2, 1, n % 3, 'expired',
      ${at} + 86400002, iif(n % 2, 490000, NULL), iif(n % 2, 'order-', 'Order-') || n
    FROM numbers
    WHERE ${isErased};

    ${upTo(orders)}
    INSERT INTO images (retailer_id, order_id, id, sender_type, sender_id, seq, width, height, created_at, erased_at)
    SELECT ${ofOrder}, ${order}, n + 1, 'user', ${userOfOrder}, iif(n % 2, 2, NULL), 800, 600, ${at},
      iif(${isErased}, ${at} + 86400001, NULL)
    FROM numbers
    WHERE n % 7 = 0;

    ${upTo(orders)}
    INSERT INTO stream_tickets
    SELECT iif(n % 2, 'ticket-', 'TICKET-') || n, ${ofOrder}, ${order}, 'token-hash', ${at}
    FROM numbers
    WHERE n % 11 = 0;

    ${upTo(orders)}
    INSERT INTO support_links
    SELECT iif(n % 2, 'code-', 'CODE-') || n, ${ofOrder}, ${first.application}, 'dana', ${at}
    FROM numbers
    WHERE n % 13 = 0;

    ${upTo(retailers)}
    INSERT INTO assertion_keys
    SELECT n + 1, ${first.application}, column1, 'ES256', '{"kty":"EC"}', ${at}
    FROM numbers, (VALUES ('key'), ('KEY'));

    ${upTo(users)}
    INSERT INTO used_assertions
    SELECT n % ${retailers} + 1, iif(n % 2, 'hash-', 'HASH-') || n, ${at} + n FROM numbers;

    ${upTo(orders)}
    INSERT INTO audit_entries
    SELECT ${ofOrder}, 30000000 + n, ${at} + n, ${first.application}, 'conversation_read', 'order:' || (${order}),
      iif(n % 2, 'dana', NULL), iif(n % 3, 'café ' || n, NULL), iif(n % 4, NULL, 'name: Gemüse ' || n)
    FROM numbers;

    ${upTo(users)}
    INSERT INTO person_erasures
    SELECT n % ${retailers} + 1, ${first.user} + n, 'user', ${at}, n, n + 1, n + 6, n + 2, n + 3, n + 4, n + 5, iif(n % 2, 9007199254740991, NULL),
      iif(n % 2, NULL, ${at} + 1)
    FROM numbers
    WHERE n % 9 = 0;

    ${upTo(retailers)}
    INSERT INTO callback_endpoints
    SELECT n + 1, ${first.endpoint}, 'hooks', 'https://shop.example/' || n, 'enabled', sealed(n + 1), 'sealed before', ${at},
      'https://shop.example/token', 'us', 'sealed too', 'orders', 'urn:orders', 3600, ${at}, n + 1
    FROM numbers;

    ${upTo(retailers)}
    INSERT INTO callback_subscriptions
    SELECT n + 1, column1, ${first.endpoint} FROM numbers, (VALUES ('chat_message_created'), ('fulfillment.picking'));

    ${upTo(orders)}
    INSERT INTO callback_deliveries
    SELECT ${ofOrder}, ${first.endpoint}, ${order}, column1, 'chat_message_created', '{"order":"grüß ' || n || '"}', ${at} + n,
      iif(column1 = 2, 'pending', 'delivered'), 1, 0, iif(column1 = 2, ${at} + n, NULL), ${at} + 86400000,
      iif(column1 = 2 AND n % 3 = 0, 'process', NULL), iif(column1 = 2, NULL, ${at} + n)
    FROM numbers, (VALUES (2), (3));

    ${upTo(orders)}
    INSERT INTO callback_attempts
    SELECT ${ofOrder}, ${first.endpoint}, ${order}, 3, 1, ${at} + n, 12, iif(n % 2, 200, NULL), iif(n % 2, NULL, 'timeout'),
      iif(n % 2, 'grüß ' || n, NULL)
    FROM numbers;

    ${upTo(orders)}
    INSERT INTO push_subscriptions
    SELECT ${ofOrder}, 40000000 + n, iif(n % 2, ${userOfOrder}, NULL), iif(n % 2, ${order}, NULL),
      iif(n % 2, NULL, ${shopperOfOrder}), iif(n % 2, 'hash-', 'HASH-') || n, 'sealed ' || n, 'fr', ${at} + n
    FROM numbers
    WHERE n % 3 = 0;

    ${upTo(orders)}
    INSERT INTO order_phones SELECT ${ofOrder}, ${order}, 'sealed ' || n, 'hash-' || n FROM numbers WHERE n % 4 = 0;

    ${upTo(orders)}
    INSERT INTO link_codes
    SELECT ${ofOrder}, ${order}, 'device-hash-' || n, iif(n % 5, 'code-hash-' || n, NULL), ${at} + n, n % 5, ${at}, 2
    FROM numbers
    WHERE n % 6 = 0;

    ${upTo(orders)}
    INSERT INTO sms_copies
    SELECT ${ofOrder}, ${order}, iif(n % 2, 'sm-', 'SM-') || n, iif(n % 10, NULL, ${at}) FROM numbers WHERE n % 5 = 0;

    ${upTo(retailers)}
    INSERT INTO sms_senders
    SELECT n + 1, 'twilio', '+1303555019' || n, 'AC' || n, 'https://sms.example/' || n, 'sealed', ${at} FROM numbers;

    ${upTo(users)}
    INSERT INTO sms_opt_outs SELECT n % ${retailers} + 1, iif(n % 2, 'hash-', 'HASH-') || n, ${at} + n FROM numbers;

    ${upTo(users)}
    INSERT INTO sms_received SELECT n % ${retailers} + 1, iif(n % 2, 'in-', 'IN-') || n, ${at} + n FROM numbers;

    ${upTo(orders)}
    INSERT INTO notifications
    SELECT ${ofOrder}, ${order}, iif(column1 = 2, 'user', 'driver'), column1, column1 + 1, 2, 'message', ${at} + n,
      iif(column1 = 2, 'pending', 'sent'), iif(column1 = 2, NULL, 'sms'), iif(n % 3, NULL, 'push 503'),
      iif(column1 = 2, NULL, 'SM' || n), 1, n % 2, iif(column1 = 2, ${at} + n, NULL), ${at} + 1800000,
      iif(column1 = 2 AND n % 3 = 0, 'process', NULL), iif(column1 = 2, NULL, ${at} + n)
    FROM numbers, (VALUES (2), (3));

    INSERT INTO service_values VALUES ('idempotency_hash_key', 'a key'), ('B', 'b'),
      ('development_secrets_key', '${sealingKey.toString('base64url')}');
    INSERT INTO leases VALUES ('erasure', 'nobody', 1);

    CREATE TEMP TABLE texts (nth INTEGER PRIMARY KEY, body TEXT);`);
  const text = database.prepare('INSERT INTO texts VALUES (?, ?)');
  for (const [nth, body] of texts.entries()) text.run(nth, body);

  // Conversations take place at the same time, so their texts are interleaved.
  const nth = 'm.n';
  const textId = `(${nth} * ${orders} + o.n + 1)`;
  const said = `WITH RECURSIVE
    o (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM o WHERE n + 1 < ${orders}),
    m (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM m WHERE n + 1 < ${messagesPerOrder})`;
  const erased = isErased.replace('n', 'o.n');
  database.exec(`
    ${said}
    INSERT INTO message_texts
    SELECT ${textId},
      iif(${erased}, zeroblob(40), (SELECT body FROM texts WHERE nth = ${textId} % ${texts.length}) || ${textId}),
      iif(o.n % 6 = 0, iif(${erased}, zeroblob(30), 'https://img.example/' || o.n), NULL)
    FROM m, o;

    ${said}
    INSERT INTO messages
    SELECT o.n % ${retailers} + 1, ${first.order} + o.n, m.n + 2, iif(m.n % 2, 'driver', 'user'), 5, 6,
      ${at} + m.n, iif(m.n % 3, ${at} + 5000, NULL), iif(${erased}, NULL, ${textId}),
      iif(m.n % 2, ${at} + 4000, NULL), iif(o.n % 7 = 0 AND m.n = 0, o.n + 1, NULL),
      iif(${erased}, NULL, (SELECT checksum(body, image) FROM message_texts WHERE id = ${textId}))
    FROM o, m;

    -- Copies of their own, after the texts of all conversations.
    CREATE TEMP TABLE held AS
      SELECT row_number() OVER (ORDER BY order_id) + (SELECT MAX(id) FROM message_texts) AS text_id, r.*,
        (SELECT body FROM texts WHERE nth = r.id % ${texts.length}) || r.id AS body
      FROM order_reports r;
    INSERT INTO message_texts SELECT text_id, body, NULL FROM held;
    INSERT INTO report_evidence
    SELECT retailer_id, order_id, id, 4, 'user', 5, ${at}, id % 2, ${at}, ${at} + 604800000, text_id, checksum(body, NULL)
    FROM held;

    COMMIT;`);
  database.close();
}

const upTo = (count: number) =>
  `WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ${count})`;
