/** What the server holds in memory after long reading of more conversations than its cache can keep. */
import type { Bench } from '../bench.ts';
import { type Figure, limit } from '../figures.ts';
import { drive } from '../load.ts';
import { residentMb } from '../machine.ts';
import { readChat, scattered } from '../requests.ts';
import { issueToken, startAislechat } from '../servers.ts';

const goalMb = 150;

export async function memoryCase({ folders, isQuick, progress }: Bench): Promise<Figure[]> {
  const chats = await folders.chats();
  const requests = isQuick ? 100_000 : 1_000_000;
  const count = requests.toLocaleString('en-US');
  progress(`memory: ${count} reads`);
  await using server = await startAislechat(chats);
  const token = await issueToken(server, chats);
  const reads = Array.from({ length: chats.chats }, (_, chat) => readChat(chats, token, chat));
  const chatOf = scattered(chats.chats);
  await drive({
    port: server.port,
    request: (n) => reads[chatOf(n)]!,
    status: 200,
    until: { requests },
    awake: false,
  });
  return [limit(`memory after ${count} GETs over 100,000 orders`, 'MB', residentMb(server.pid), goalMb)];
}
