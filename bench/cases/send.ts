/** Sends, on disk before each 200, compared with a server that commits every message separately. */
import type { Bench } from '../bench.ts';
import { comparison, type Figure } from '../figures.ts';
import { interleave } from '../interleave.ts';
import { chatPath, sendMessage } from '../requests.ts';
import { seedFolder } from '../seed.ts';
import { issueToken, startAislechat, startCommitEach } from '../servers.ts';

const goal = 5;
/** So many that none reaches its limit of messages, however fast the server is. */
const orders = 1000;

export async function sendCase({ pace, progress }: Bench): Promise<Figure[]> {
  progress('sending: one commit per group, one commit per message');
  const folder = await seedFolder({ orders, chats: orders });
  await using ours = await startAislechat(folder);
  await using commitEach = await startCommitEach();
  const token = await issueToken(ours, folder);
  const messages = Array.from({ length: orders }, (_, chat) =>
    sendMessage(chatPath(folder, chat), token, `Message for order ${chat}: please ring the bell twice.`),
  );
  const request = (n: number) => messages[n % orders]!;

  const results = await interleave(
    {
      commitEach: { port: commitEach.port, pids: [commitEach.pid], request, status: 200 },
      ours: { port: ours.port, pids: [ours.pid], request, status: 200 },
    },
    // Waiting for the disk is part of the work, and busy polling would compete with it.
    { ...pace, awake: false },
  );
  return [
    comparison(
      'POST message, durable before its 200',
      'node:http + SQLite, one commit each',
      results.ours,
      results.commitEach,
      goal,
    ),
  ];
}
