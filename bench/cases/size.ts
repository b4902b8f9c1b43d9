/** How a thousand times as many stored orders affect a read: the same requests on two data folders. */
import type { Bench } from '../bench.ts';
import { comparison, type Figure } from '../figures.ts';
import { interleave } from '../interleave.ts';
import { readChat } from '../requests.ts';
import type { Folder } from '../seed.ts';
import { issueToken, startAislechat } from '../servers.ts';

const goal = 0.9;

export async function sizeCase({ folders, pace, progress }: Bench): Promise<Figure[]> {
  const [small, large] = [await folders.small(), await folders.large()];
  progress('size: 1,000 orders, 1,000,000 orders');
  await using fewOrders = await startAislechat(small);
  await using manyOrders = await startAislechat(large);
  const results = await interleave(
    {
      few: {
        port: fewOrders.port,
        pids: [fewOrders.pid],
        request: hotSet(small, await issueToken(fewOrders, small)),
        status: 200,
      },
      many: {
        port: manyOrders.port,
        pids: [manyOrders.pid],
        request: hotSet(large, await issueToken(manyOrders, large)),
        status: 200,
      },
    },
    pace,
  );
  const { many, few } = results;
  return [comparison('GET chat, 1,000,000 orders stored', 'aislechat, 1,000 orders', many, few, goal)];
}

/** All conversations of the folder in turn; they are spread over the whole key range. */
function hotSet(folder: Folder, token: string): (n: number) => Buffer {
  const requests = Array.from({ length: folder.chats }, (_, chat) => readChat(folder, token, chat));
  return (n) => requests[n % requests.length]!;
}
