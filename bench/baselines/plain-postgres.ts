/**
 * The obvious first implementation on PostgreSQL: `node:http` and a `pg` pool. It stores orders and messages, locks
 * an order to number its messages and builds every response from scratch; it has no tokens, users, states or
 * retailers.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';

const maxCharacters = 1000;
const [url, orders, messagesPerOrder] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url!, max: 10 });
await pool.query(`
  CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, seq INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS messages (
    order_id TEXT NOT NULL REFERENCES orders (id),
    seq INTEGER NOT NULL,
    sender TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (order_id, seq)
  );
  INSERT INTO orders SELECT 'order-' || lpad(n::TEXT, 7, '0'), ${Number(messagesPerOrder)}
  FROM generate_series(0, ${Number(orders) - 1}) n ON CONFLICT DO NOTHING;
  INSERT INTO messages
  SELECT id, m, 'driver', now(), 'The ripe avocados are all gone, shall I take firm ones?'
  FROM orders, generate_series(1, ${Number(messagesPerOrder)}) m ON CONFLICT DO NOTHING;
  ANALYZE`);

async function read(orderId: string) {
  const { rows } = await pool.query({
    name: 'read',
    text: 'SELECT seq AS id, sender, created_at, body FROM messages WHERE order_id = $1 ORDER BY seq',
    values: [orderId],
  });
  return { chat_messages: rows };
}

async function store(orderId: string, body: string) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rows } = await client.query({
      name: 'number',
      text: 'UPDATE orders SET seq = seq + 1 WHERE id = $1 RETURNING seq',
      values: [orderId],
    });
    const createdAt = new Date();
    await client.query({
      name: 'insert',
      text: `INSERT INTO messages VALUES ($1, $2, 'user', $3, $4)`,
      values: [orderId, rows[0].seq, createdAt, body],
    });
    await client.query('COMMIT');
    return { id: rows[0].seq, type: 'CHAT', created_at: createdAt.toISOString(), timezone: 'UTC' };
  } finally {
    client.release();
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, text: string): Promise<void> {
  const orderId = request.url!.split('/')[4]!;
  const { body } = text === '' ? { body: undefined } : JSON.parse(text);
  const isValid = request.method === 'GET' || (typeof body === 'string' && body.length <= maxCharacters);
  const value = request.method === 'GET' ? await read(orderId) : isValid && (await store(orderId, body));
  const bytes = JSON.stringify(value);
  response.writeHead(isValid ? 200 : 400, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(bytes),
  });
  response.end(bytes);
}

const server = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (part: string) => {
    text += part;
  });
  request.on('end', () => answer(request, response, text).catch((error) => response.destroy(error)));
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
