/**
 * The obvious first implementation of a live chat: socket.io with a room per order. Each message is stored in
 * SQLite with the same durability (WAL, synchronous=FULL) before it is sent to the room and acknowledged.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Server } from 'socket.io';

const database = new DatabaseSync(join(process.argv[2]!, 'messages.db'));
database.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE messages (id INTEGER PRIMARY KEY, order_id TEXT NOT NULL, created_at INTEGER NOT NULL, body TEXT NOT NULL) STRICT`);
const insert = database.prepare('INSERT INTO messages (order_id, created_at, body) VALUES (?, ?, ?)');

const http = createServer();
const io = new Server(http, { transports: ['websocket'] });
io.on('connection', (socket) => {
  socket.on('join', (orderId: string, done: () => void) => {
    socket.join(orderId);
    done();
  });
  socket.on('send', (orderId: string, body: string, done: (id: number) => void) => {
    const createdAt = Date.now();
    const id = Number(insert.run(orderId, createdAt, body).lastInsertRowid);
    io.to(orderId).emit('message', { id, created_at: createdAt, body });
    done(id);
  });
});
http.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${(http.address() as AddressInfo).port}\n`);
});
