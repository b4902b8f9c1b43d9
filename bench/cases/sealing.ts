/** What the encryption of texts costs on PostgreSQL: the same server with it, and with texts in the clear. */
import { asSuperuser } from '../../packages/server/tests/support/postgres.ts';
import type { Bench } from '../bench.ts';
import { comparison, type Figure } from '../figures.ts';
import { interleave } from '../interleave.ts';
import { chatPath, readChat, scattered, sendMessage } from '../requests.ts';
import { seedDatabase } from '../seed-postgres.ts';
import { issueToken, startAislechat, startWithoutSealing } from '../servers.ts';

const shape = { orders: 20_000, chats: 20_000 };
const ordersWritten = 1000;
const text = 'Please ring the bell twice, the first one sticks.';
/** Of the polls of a day, one in so many finds something new (`npm run simulate`). */
const pollsPerNews = 36;
/** The promise is that it costs at most 15 %. */
const atLeast = 0.85;

export async function sealingCase({ pace, progress }: Bench): Promise<Figure[]> {
  progress(`seeding ${shape.orders} conversations in PostgreSQL, encrypted and in the clear`);
  await using sealedDatabase = await seedDatabase(shape);
  await using clearDatabase = await seedDatabase(shape);
  await asSuperuser(clearDatabase.superuserUrl, async (client) => {
    await client.query(
      `UPDATE messages SET key_seq = NULL, sealed = convert_to('["The ripe avocados are all gone, shall I take firm ones?",null]', 'UTF8')`,
    );
    await client.query('DELETE FROM order_keys');
    for (const table of ['messages', 'order_keys']) await client.query(`VACUUM FULL ANALYZE ${table}`);
    await client.query('CHECKPOINT');
  });
  await using sealed = await startAislechat(sealedDatabase);
  await using clear = await startWithoutSealing(clearDatabase);
  const chatOf = scattered(shape.chats);
  const unseen = (n: number) => chatOf(n) % (shape.chats - ordersWritten);
  const written = (n: number) => shape.chats - 1 - (n % ordersWritten);
  const [onSealed, onClear] = [
    await issueToken(sealed, sealedDatabase),
    await issueToken(clear, clearDatabase),
  ];
  const sides = {
    sealed: { port: sealed.port, pids: [sealed.pid], databasePid: sealedDatabase.pid },
    clear: { port: clear.port, pids: [clear.pid], databasePid: clearDatabase.pid },
  };

  progress('sealing: reading conversations for the first time');
  const reads = await interleave(
    {
      sealed: { ...sides.sealed, request: (n) => readChat(shape, onSealed, unseen(n)), status: 200 },
      clear: { ...sides.clear, request: (n) => readChat(shape, onClear, unseen(n)), status: 200 },
    },
    pace,
  );
  progress('sealing: polling');
  const polled = (n: number) => (n % pollsPerNews === 0 ? unseen(n / pollsPerNews) : 0);
  const polls = await interleave(
    {
      sealed: { ...sides.sealed, request: (n) => readChat(shape, onSealed, polled(n)), status: 200 },
      clear: { ...sides.clear, request: (n) => readChat(shape, onClear, polled(n)), status: 200 },
    },
    pace,
  );
  progress('sealing: sending');
  const sends = await interleave(
    {
      sealed: {
        ...sides.sealed,
        request: (n) => sendMessage(chatPath(shape, written(n)), onSealed, text),
        status: 200,
      },
      clear: {
        ...sides.clear,
        request: (n) => sendMessage(chatPath(shape, written(n)), onClear, text),
        status: 200,
      },
    },
    { ...pace, awake: false },
  );
  const other = 'texts in the clear';
  return [
    comparison('GET chat, each not seen before, PostgreSQL', other, reads.sealed, reads.clear, atLeast),
    comparison(
      'GET chat, one of 36 with something new, PostgreSQL',
      other,
      polls.sealed,
      polls.clear,
      atLeast,
    ),
    comparison('POST message, PostgreSQL', other, sends.sealed, sends.clear, atLeast),
  ];
}
