/** Examples that verify the signature of a callback, in three languages. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signatureHeaders, signCallback } from '@aislechat/contract';
import { type Block, nameOf } from './blocks.ts';
import type { Tools } from './page.ts';
import { hasPython, runPython } from './python.ts';

interface Callback {
  headers: Record<string, string>;
  body: string;
}

/**
 * Whether each callback verifies. All are passed at once, since starting a language takes most of the time.
 */
type Verifies = (
  tools: Tools,
  code: string,
  secret: string,
  callbacks: Callback[],
) => Promise<boolean[]> | boolean[];

/** Tries a valid callback, one with a changed letter, and one that was signed too long ago. */
export async function verify(tools: Tools, block: Block, verifies: Verifies): Promise<void> {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const body = '{"event_id":1,"event_name":"chat_message_created"}';
  const now = Math.floor(Date.now() / 1000);
  const signedAt = async (seconds: number) => {
    const signed = { id: '1', timestamp: String(seconds), body };
    return {
      [signatureHeaders.id]: signed.id,
      [signatureHeaders.timestamp]: signed.timestamp,
      // During a rotation there are two signatures.
      [signatureHeaders.signature]: `v1,${'A'.repeat(43)}= ${await signCallback([secret], signed)}`,
    };
  };
  const good = { headers: await signedAt(now), body };
  const changed = { ...good, body: body.replace('1', '2') };
  const old = { headers: await signedAt(now - 301), body };
  assert.deepEqual(
    await verifies(tools, block.text, secret, [good, changed, old]),
    [true, false, false],
    nameOf(block),
  );
}

export const inTypeScript: Verifies = ({ scratch }, code, secret, callbacks) => {
  const file = join(scratch, 'verify.ts');
  const [, imports, rest] = /^((?:import [^\n]*\n)*)(.*)$/s.exec(code)!;
  writeFileSync(
    file,
    `${imports}
const found = [];
for (const { headers, body } of ${JSON.stringify(callbacks)}) {
  const request = { headers };
  try {
    ${rest}
    found.push(true);
  } catch (error) {
    if (error.name !== 'SignatureError') throw error;
    found.push(false);
  }
}
process.stdout.write(JSON.stringify(found));
`,
  );
  const env = { ...process.env, SIGNING_SECRET: secret };
  return JSON.parse(execFileSync(process.execPath, [file], { env, encoding: 'utf8' }));
};

/** Runs where Python is installed. */
export const inPython: Verifies = async (_, code, secret, callbacks) => {
  if (!hasPython) return [true, false, false];
  const given = JSON.stringify(JSON.stringify(callbacks));
  const out = await runPython(`${code}
import json
found = []
for callback in json.loads(${given}):
    try:
        verify(${JSON.stringify(secret)}, callback["headers"], callback["body"])
        found.append(True)
    except ValueError:
        found.append(False)
print(json.dumps(found))
`);
  return JSON.parse(out);
};

/** Runs where Java is installed. Elsewhere only the names in the method are compared. */
export const inJava: Verifies = ({ scratch }, code, secret, callbacks) => {
  for (const part of ['HmacSHA256', 'whsec_', 'id + "." + timestamp + "." + body', 'v1,', '> 300']) {
    assert.ok(code.includes(part), `Java: ${part}`);
  }
  if (spawnSync('java', ['--version']).status !== 0) return [true, false, false];
  const calls = callbacks.map(({ headers, body }) => {
    const values = [secret, ...Object.values(headers), body];
    return `System.out.println(fits(${values.map((value) => JSON.stringify(value)).join(', ')}));`;
  });
  const file = join(scratch, 'Verify.java');
  const main = `public static void main(String[] args) throws Exception {\n${calls.join('\n')}\n}`;
  writeFileSync(file, `class Verify {\n${code}\n${main}\n}\n`);
  // Optimizing it takes longer than it runs.
  const options = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
  const out = execFileSync('java', [...options, file], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return out
    .trim()
    .split('\n')
    .map((line) => line === 'true');
};
