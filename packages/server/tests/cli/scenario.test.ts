import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runCommand, startCommand } from '../support/command.ts';
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

test('the built-in scenarios are listed with their descriptions', async () => {
  const { code, out } = await run('list', '--json');
  assert.equal(code, 0);
  const rows: { name: string; description: string }[] = JSON.parse(out);
  assert.equal(rows.length, 6);
  for (const { description } of rows) assert.ok(description);
});

test('a built-in scenario is played on a new retailer, and its steps are printed as they happen', async () => {
  const { code, out, error } = await run('run', 'canceled', '--url', client.url);
  assert.equal(code, 0, error);
  assert.match(out, /^client_id \S+, client_secret \S+\norder_id canceled-\w+\n/);
  assert.match(out, /\d\d:\d\d:\d\d {2}shopper: Hi \w+, this is Ilse\./);
  assert.match(out, /state canceled\n$/);
});

test('a scenario file is played for the given application, and its errors are reported', async () => {
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
  assert.match(unreadable.error, /Cannot read .*line 2/);
  const refused = await run('run', file('refused.yaml', 'steps:\n  - shopper_says: too early\n'), ...as);
  assert.deepEqual([refused.code, refused.error.startsWith('aislechat: Step 1 was refused')], [1, true]);
  assert.equal((await run('run', 'nothing', ...as)).code, 3);
});

test('every command that takes a secret reads it from the environment, a file or standard input', async () => {
  const { clientId, clientSecret } = await newRetailer(client);
  const secretFile = file('secret', `${clientSecret}\n`);
  const play = ['scenario', 'run', 'canceled', '--url', client.url, '--client-id', clientId];
  const asked: [env: Record<string, string>, args: string[], input: string][] = [
    [{ CLIENT_SECRET: clientSecret }, [], ''],
    [{}, ['--client-secret', `@${secretFile}`], ''],
    [{}, ['--client-secret', '-'], `${clientSecret}\n`],
  ];
  for (const [env, args, input] of asked) {
    const command = startCommand(env, ...play, ...args);
    command.child.stdin!.end(input);
    const { code, error } = await command.ended;
    assert.deepEqual([code, error], [0, ''], args.join(' '));
  }
  for (const [args, sentence] of [
    [[...play, '--client-secret', '@/no/such/file'], /Cannot read \/no\/such\/file/],
    [[...play, '--client-secret', `@${file('empty', '')}`], /empty is empty/],
    [play, /Give --client-secret as @file or -, or set CLIENT_SECRET/],
    [['verify', '--url', client.url, '--client-id', clientId], /or set CLIENT_SECRET/],
    [['move'], /Give --to as @file or -, or set DATABASE_URL/],
    [['listen', '--secret', '@/no/such/file'], /Cannot read/],
  ] as const) {
    const { code, error } = await runCommand({ DATA_DIR: folder }, ...args);
    assert.ok(code === 2 || code === 3, `${args.join(' ')}: ${code} ${error}`);
    assert.match(error, sentence);
  }
  // The help of every such command says so.
  for (const command of [['scenario', 'run'], ['verify'], ['listen'], ['move'], ['callbacks', 'add']]) {
    const { out } = await runCommand({}, ...command, '--help');
    assert.match(
      out.replaceAll(/\s+/g, ' '),
      /@file reads a file, - reads standard input \(default: the variable [A-Z_]+\)/,
    );
  }
});
