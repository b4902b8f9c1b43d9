/**
 * The server's memory after long reading of more conversations than its cache can hold. They are polled like open
 * chats: one group in turn for a while, then the next, so the cache is filled with polled conversations.
 */
import type { Bench } from '../bench.ts';
import { type Figure, limit } from '../figures.ts';
import { drive } from '../load.ts';
import { residentMb } from '../machine.ts';
import { readChat, scattered } from '../requests.ts';
import { issueToken, startAislechat } from '../servers.ts';

const goalMb = 200;
const pollsPerChat = 10;
const openChats = 1000;

export async function memoryCase({ folders, isQuick, progress }: Bench): Promise<Figure[]> {
  const folder = await folders.chats();
  const orders = isQuick ? folder.chats / 10 : folder.chats;
  const requests = orders * pollsPerChat;
  const work = `memory after ${count(requests)} GETs over ${count(orders)} orders`;
  progress(work);
  await using server = await startAislechat(folder);
  const token = await issueToken(server, folder);
  const reads = Array.from({ length: folder.chats }, (_, chat) => readChat(folder, token, chat));
  const chatOf = scattered(folder.chats);
  const polled = (n: number) => Math.floor(n / (openChats * pollsPerChat)) * openChats + (n % openChats);
  await drive({
    port: server.port,
    request: (n) => reads[chatOf(polled(n))]!,
    status: 200,
    until: { requests },
    awake: false,
  });
  return [limit(work, 'MB', residentMb(server.pid), goalMb)];
}

const count = (value: number): string => value.toLocaleString('en-US');
