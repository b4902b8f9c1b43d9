/** The table of personal data against the schema of the database and against the document made from it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { erasedKinds } from '@aislechat/contract';
import { personalData, type Span, spans, type TableOfData } from '../../src/domain/erasure/personal-data.ts';
import { newPlace, testsPostgres } from '../support/place.ts';

const onlyOtherEngine = testsPostgres
  ? /^message_texts\.|^(messages|report_evidence)\.(text_id|checksum)$/
  : /^messages\.(sealed|has_image|key_seq)$|^report_evidence\.(sealed|key_epoch|wrapped_key)$|^order_keys\.|^schema_migrations\./;

const listedIn = (data: Record<string, TableOfData>): string[] =>
  Object.entries(data).flatMap(([table, { personal, other }]) =>
    [...Object.keys(personal), ...other].map((name) => `${table}.${name}`),
  );

/** Columns of the database that the table lacks, and the other way round. */
async function differences(t: Parameters<typeof newPlace>[0], data: Record<string, TableOfData>) {
  const place = await newPlace(t);
  await (await place.open()).close();
  const there = new Set(await place.columns());
  const listed = listedIn(data).filter((name) => !onlyOtherEngine.test(name));
  assert.equal(new Set(listed).size, listed.length, 'each column is listed once');
  return [...there.symmetricDifference(new Set(listed))].sort();
}

test('every column of the database is listed as personal or as not personal', async (t) => {
  assert.deepEqual(await differences(t, personalData), []);
});

test('control: a column that is left out of the table, and one that is not there, are found', async (t) => {
  const { phone_number: _, ...personal } = personalData.users!.personal;
  const users = { ...personalData.users!, personal, other: [...personalData.users!.other, 'shoe_size'] };
  const found = await differences(t, { ...personalData, users });
  assert.deepEqual(found, ['users.phone_number', 'users.shoe_size']);
});

test('what an erasure reaches has a kind for its receipts, and nothing else has', () => {
  const wrong = Object.entries(personalData).flatMap(([table, { personal }]) =>
    Object.entries(personal)
      .filter(([, { onRequest, kinds }]) => onRequest.endsWith('erased') !== kinds.length > 0)
      .map(([name]) => `${table}.${name}`),
  );
  assert.deepEqual(wrong, []);
  const named = new Set(
    Object.values(personalData).flatMap(({ personal }) =>
      Object.values(personal).flatMap(({ kinds }) => kinds),
    ),
  );
  assert.deepEqual([...named].sort(), [...erasedKinds].sort());
});

test('docs/privacy.md lists every personal column as the table does, and every span', () => {
  const text = readFileSync(new URL('../../../../docs/privacy.md', import.meta.url), 'utf8');
  const rows = Object.entries(personalData).flatMap(([table, { personal }]) =>
    Object.entries(personal).map(
      ([name, { of, why, until, onRequest }]) =>
        `| \`${table}.${name}\` | ${of} | ${why} | ${until} | ${onRequest} |`,
    ),
  );
  const written = text.split('\n').filter((line) => /^\| `\w+\.\w+` \|/.test(line));
  assert.deepEqual(written, rows, rows.join('\n'));
  for (const [name, span] of Object.entries(spans) as [Span, string][]) {
    assert.ok(text.includes(`| ${name} | ${span} |`), `| ${name} | ${span} |`);
  }
});
