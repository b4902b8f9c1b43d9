/** Reading a conversation, compared with bare `node:http` that sends the same response from one buffer. */
import type { Bench } from '../bench.ts';
import { comparison, type Figure } from '../figures.ts';
import { interleave } from '../interleave.ts';
import { authorization, chatPath, readChat, scattered } from '../requests.ts';
import { issueToken, record, startAislechat, startReplay } from '../servers.ts';

const goals = { unchanged: 0.85, notModified: 0.95, unseen: 0.45 };
const messagesExpected = 10;

export async function readCases({ folders, pace, progress }: Bench): Promise<Figure[]> {
  const [small, chats] = [await folders.small(), await folders.chats()];
  progress('reading: unchanged, not modified, and for the first time');
  await using ours = await startAislechat(small);
  const token = await issueToken(ours, small);
  // A separate process, so that its cache and garbage collection do not affect the other reads.
  await using oursUnseen = await startAislechat(chats);
  const tokenUnseen = await issueToken(oursUnseen, chats);

  const path = chatPath(small, 0);
  const answer = await record(ours, path, authorization(token), 200);
  const messages = JSON.parse(answer.body).chat_messages.length;
  if (messages !== messagesExpected) throw new Error(`The answer has ${messages} messages`);
  const etag = answer.headers.etag!;
  const condition = { ...authorization(token), 'if-none-match': etag };
  await using bare = await startReplay(answer);
  await using bareNotModified = await startReplay(await record(ours, path, condition, 304));

  const unchanged = readChat(small, token, 0);
  const notModified = readChat(small, token, 0, etag);
  const unseen = Array.from({ length: chats.chats }, (_, chat) => readChat(chats, tokenUnseen, chat));
  const chatOf = scattered(chats.chats);

  const results = await interleave(
    {
      bare: { port: bare.port, pids: [bare.pid], request: () => unchanged, status: 200 },
      unchanged: { port: ours.port, pids: [ours.pid], request: () => unchanged, status: 200 },
      unseen: {
        port: oursUnseen.port,
        pids: [oursUnseen.pid],
        request: (n) => unseen[chatOf(n)]!,
        status: 200,
      },
      bareNotModified: {
        port: bareNotModified.port,
        pids: [bareNotModified.pid],
        request: () => notModified,
        status: 304,
      },
      notModified: { port: ours.port, pids: [ours.pid], request: () => notModified, status: 304 },
    },
    pace,
  );
  const sameBytes = 'bare node:http, same bytes';
  return [
    comparison('GET chat, unchanged', sameBytes, results.unchanged, results.bare, goals.unchanged),
    comparison(
      'GET chat, not modified (304)',
      'bare node:http, same 304',
      results.notModified,
      results.bareNotModified,
      goals.notModified,
    ),
    comparison('GET chat, each not seen before', sameBytes, results.unseen, results.bare, goals.unseen),
  ];
}
