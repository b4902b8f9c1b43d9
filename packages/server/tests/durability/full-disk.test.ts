import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServerProcess } from '../support/process.ts';
import { chatPath, openChat } from '../support/scenario.ts';
import { temporaryFolder, testServer } from '../support/server.ts';

const blockBytes = 512;
const attempts = process.env.TEST_SCALE === 'full' ? 12 : 3;
const enoughToFill = 3000;

/**
 * A limit on the size of files stands in for a full disk: the write that crosses it fails inside SQLite. Each
 * attempt leaves a little more room, so that a different write fails.
 */
test('a write that the disk refuses is answered with 503 and never acknowledged, and the server exits', async (t) => {
  const folder = temporaryFolder(t);
  const before = await testServer(t, { DATA_DIR: folder });
  const chat = await openChat(before.client);
  await before.app.stop();

  const acknowledged: string[] = [];
  let refused = 0;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const size = statSync(join(folder, 'aislechat.db')).size;
    const server = await startServerProcess({
      folder,
      fileSizeLimit: Math.ceil(size / blockBytes) + 40 + attempt * 13,
    });
    let status = 200;
    for (let n = 0; n < enoughToFill && status === 200; n++) {
      const body = `attempt ${attempt} message ${n} ${'x'.repeat(500)}`;
      const answer = await server.client.post(chatPath(chat.orderId), {
        token: chat.userToken,
        body: { body },
      });
      status = answer.status;
      if (status === 200) acknowledged.push(body);
      else assert.equal(answer.headers.get('retry-after'), '1');
    }
    assert.equal(status, 503, 'the disk was full in the end');
    refused += 1;
    assert.equal(await server.exited, 1, 'it leaves the decision to its supervisor');
    assert.match(server.log(), /could not be written/);
  }

  const after = await testServer(t, { DATA_DIR: folder });
  const { body } = await after.client.get(chatPath(chat.orderId), { token: chat.userToken });
  const found = body.chat_messages.map((message: { body: string }) => message.body);
  t.diagnostic(`${refused} refusals, ${acknowledged.length} acknowledged`);
  assert.deepEqual(found, acknowledged);
});

test('control: a server that swallows the error acknowledges messages that were not stored', async (t) => {
  const folder = temporaryFolder(t);
  const before = await testServer(t, { DATA_DIR: folder });
  const chat = await openChat(before.client);
  await before.app.stop();

  const size = statSync(join(folder, 'aislechat.db')).size;
  const broken = await startServerProcess({
    folder,
    entry: fileURLToPath(new URL('../support/programs/swallowing-server.ts', import.meta.url)),
    fileSizeLimit: Math.ceil(size / blockBytes) + 80,
  });
  t.after(() => broken.kill());
  let acknowledged = 0;
  let status = 200;
  for (let n = 0; n < enoughToFill && status === 200; n++) {
    const body = `message ${n} ${'x'.repeat(500)}`;
    ({ status } = await broken.client.post(chatPath(chat.orderId), {
      token: chat.userToken,
      body: { body },
    }));
    if (status === 200) acknowledged += 1;
  }
  await broken.kill();

  const after = await testServer(t, { DATA_DIR: folder });
  const { body } = await after.client.get(chatPath(chat.orderId), { token: chat.userToken });
  assert.ok(body.chat_messages.length < acknowledged);
});
