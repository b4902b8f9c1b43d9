/**
 * The same work on PostgreSQL with one server process and with two, compared with a plain server on the same
 * PostgreSQL, and shown beside SQLite. The load generator, the servers and the database share the machine's two
 * cores.
 */
import type { Bench } from '../bench.ts';
import { comparison, type Figure } from '../figures.ts';
import { interleave } from '../interleave.ts';
import { chatPath, readChat, scattered, sendMessage } from '../requests.ts';
import { seedFolder } from '../seed.ts';
import { seedDatabase } from '../seed-postgres.ts';
import { issueToken, startAislechat, startPlainPostgres } from '../servers.ts';

const shape = { orders: 20_000, chats: 20_000 };
/** So many that none reaches its limit of messages, however fast a server is. */
const ordersWritten = 1000;
const text = 'Please ring the bell twice, the first one sticks.';
const asFastAsPlain = 1;

export async function postgresCases({ pace, progress }: Bench): Promise<Figure[]> {
  progress(`seeding ${shape.orders} conversations in PostgreSQL and in a data folder`);
  await using database = await seedDatabase(shape);
  const folder = await seedFolder(shape);
  await using sqlite = await startAislechat(folder);
  await using one = await startAislechat(database);
  await using two = await startAislechat(database);
  await using plain = await startPlainPostgres(database.plainUrl, shape.orders);
  const onSqlite = await issueToken(sqlite, folder);
  const onPostgres = await issueToken(one, database);

  const chatOf = scattered(shape.chats);
  const all = Array.from({ length: shape.chats }, (_, chat) => chat);
  const reads = all.map((chat) => readChat(shape, onPostgres, chat));
  const readsSqlite = all.map((chat) => readChat(shape, onSqlite, chat));
  const posts = all.slice(-ordersWritten).map((chat) => sendMessage(chatPath(shape, chat), onPostgres, text));
  const postsSqlite = all
    .slice(-ordersWritten)
    .map((chat) => sendMessage(chatPath(shape, chat), onSqlite, text));
  // Conversations that are written to grow, so they are left out of these reads.
  const unseenChats = shape.chats - ordersWritten;
  const unseen = (n: number) => chatOf(n) % unseenChats;
  const sides = {
    plain: { port: plain.port, pids: [plain.pid], databasePid: database.pid },
    sqlite: { port: sqlite.port, pids: [sqlite.pid] },
    one: { port: one.port, pids: [one.pid], databasePid: database.pid },
    both: { port: [one.port, two.port], pids: [one.pid, two.pid], databasePid: database.pid },
  };

  progress('PostgreSQL: reading unchanged');
  const unchanged = await interleave(
    {
      plain: { ...sides.plain, request: () => reads[0]!, status: 200 },
      sqlite: { ...sides.sqlite, request: () => readsSqlite[0]!, status: 200 },
      one: { ...sides.one, request: () => reads[0]!, status: 200 },
      both: { ...sides.both, request: () => reads[0]!, status: 200 },
    },
    pace,
  );
  progress('PostgreSQL: reading conversations for the first time');
  const unseenRounds = await interleave(
    {
      plain: { ...sides.plain, request: (n) => reads[unseen(n)]!, status: 200 },
      sqlite: { ...sides.sqlite, request: (n) => readsSqlite[unseen(n)]!, status: 200 },
      one: { ...sides.one, request: (n) => reads[unseen(n)]!, status: 200 },
      both: { ...sides.both, request: (n) => reads[unseen(n)]!, status: 200 },
    },
    pace,
  );
  progress('PostgreSQL: sending');
  const sent = await interleave(
    {
      plain: { ...sides.plain, request: (n) => posts[n % ordersWritten]!, status: 200 },
      sqlite: { ...sides.sqlite, request: (n) => postsSqlite[n % ordersWritten]!, status: 200 },
      one: { ...sides.one, request: (n) => posts[n % ordersWritten]!, status: 200 },
      both: { ...sides.both, request: (n) => posts[n % ordersWritten]!, status: 200 },
    },
    { ...pace, awake: false },
  );

  const figures: Figure[] = [];
  for (const [work, rounds] of [
    ['GET chat, unchanged', unchanged],
    ['GET chat, each not seen before', unseenRounds],
    ['POST message, durable before its 200', sent],
  ] as const) {
    const plainServer = 'node:http + pg, built anew';
    const goal = rounds === unchanged ? null : asFastAsPlain;
    figures.push(comparison(`${work}, PostgreSQL`, plainServer, rounds.one, rounds.plain, goal));
    figures.push(
      comparison(`${work}, PostgreSQL, two processes`, plainServer, rounds.both, rounds.plain, null),
    );
    figures.push(comparison(`${work}, PostgreSQL`, 'aislechat on SQLite', rounds.one, rounds.sqlite, null));
  }
  return figures;
}
