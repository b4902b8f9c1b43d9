/**
 * The obvious first implementation: `node:http` and SQLite with the same durability (WAL, synchronous=FULL), each
 * message in its own transaction, on disk before the 200. It numbers an order's messages and writes a message row
 * and an event row, like the server under test, but has no tokens, users or states.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const maxCharacters = 1000;
const database = new DatabaseSync(join(process.argv[2]!, 'messages.db'));
database.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE orders (id TEXT NOT NULL PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE messages (
    order_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (order_id, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE events (
    order_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    type TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (order_id, seq)
  ) STRICT, WITHOUT ROWID;`);
const begin = database.prepare('BEGIN IMMEDIATE');
const commit = database.prepare('COMMIT');
const nextSeq = database.prepare(
  `INSERT INTO orders VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET seq = seq + 1 RETURNING seq`,
);
const insertMessage = database.prepare('INSERT INTO messages VALUES (?, ?, ?, ?)');
const insertEvent = database.prepare(`INSERT INTO events VALUES (?, ?, 'message', ?)`);

function store(orderId: string, body: string) {
  const createdAt = Date.now();
  begin.run();
  const { seq } = nextSeq.get(orderId) as { seq: number };
  insertMessage.run(orderId, seq, createdAt, body);
  insertEvent.run(orderId, seq, createdAt);
  commit.run();
  return { id: seq, type: 'CHAT', created_at: new Date(createdAt).toISOString(), timezone: 'UTC' };
}

function answer(request: IncomingMessage, response: ServerResponse, text: string): void {
  const { body } = JSON.parse(text);
  const isValid = typeof body === 'string' && body.length > 0 && body.length <= maxCharacters;
  const bytes = JSON.stringify(isValid ? store(request.url!.split('/')[4]!, body) : { error: 'body' });
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
  request.on('end', () => answer(request, response, text));
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
