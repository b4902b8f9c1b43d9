import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runCommand } from '../support/command.ts';
import { newRetailer } from '../support/scenario.ts';
import { temporaryFolder, testServer } from '../support/server.ts';

const { client } = await testServer({ after });
const folder = temporaryFolder({ after });
const run = (...args: string[]) => runCommand({}, 'scenario', ...args);

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('the ready scenarios are listed with what happens in them', async () => {
  const { code, out } = await run('list', '--json');
  assert.equal(code, 0);
  const rows: { name: string; description: string }[] = JSON.parse(out);
  assert.equal(rows.length, 6);
  for (const { description } of rows) assert.ok(description);
});

test('a ready one is played, on a retailer made for it, and shown as it goes', async () => {
  const { code, out, error } = await run('run', 'canceled', '--url', client.url);
  assert.equal(code, 0, error);
  assert.match(out, /^client_id \S+, client_secret \S+\norder_id canceled-\w+\n/);
  assert.match(out, /\d\d:\d\d:\d\d {2}shopper: Hi \w+, this is Ilse\./);
  assert.match(out, /state canceled\n$/);
});

test('a file is played for the application that is named; what is wrong in it is said', async () => {
  const { clientId, clientSecret } = await newRetailer(client);
  const as = ['--url', client.url, '--client-id', clientId, '--client-secret', clientSecret];
  const good = file(
    'good.yaml',
    'steps:\n  - shopper: Bram\n  - state: picking\n  - shopper_says: "I am {shopper}"\n',
  );
  const played = await run('run', good, ...as, '--json');
  assert.equal(played.code, 0, played.error);
  const { state, done } = JSON.parse(played.out);
  assert.deepEqual([state, done.at(-1).body], ['finished', 'I am Bram']);

  const wrong = await run('run', file('wrong.yaml', 'steps:\n  - state: lost\n'), ...as);
  assert.deepEqual(
    [wrong.code, wrong.error],
    [2, 'aislechat: script.steps[0].state is not included in the list\n'],
  );
  const unreadable = await run('run', file('unreadable.yaml', 'steps: [\n'), ...as);
  assert.equal(unreadable.code, 2);
  assert.match(unreadable.error, /cannot be read: .*line 2/);
  const refused = await run('run', file('refused.yaml', 'steps:\n  - shopper_says: too early\n'), ...as);
  assert.deepEqual([refused.code, refused.error.startsWith('aislechat: Step 1 was refused')], [1, true]);
  assert.equal((await run('run', 'nothing', ...as)).code, 3);
});
