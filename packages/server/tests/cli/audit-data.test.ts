import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillWithCanaries } from '../support/canaries.ts';
import { runCommand } from '../support/command.ts';
import { newPlace, testsPostgres } from '../support/place.ts';
import { testServer } from '../support/server.ts';

interface Found {
  id: number | null;
  tables: { table: string; column: string; rows: number }[];
  files: { file: string; occurrences: number }[];
}

test('audit-data says in which tables, columns and files something is, shows none of it, and finds nothing once it is erased', async (t) => {
  const place = await newPlace(t);
  const { client } = await testServer(t, place.env);
  const { retailer, orderId, userId, shopperId, ids } = await fillWithCanaries(client);
  const audit = async (...args: string[]): Promise<Found> => {
    const { code, out, error } = await runCommand(place.env, 'audit-data', '--json', ...args);
    assert.equal(code, 0, error);
    assert.doesNotMatch(out, /CANARY/);
    return JSON.parse(out);
  };
  const rowsOf = ({ tables }: Found) =>
    Object.fromEntries(tables.map(({ table, column, rows }) => [`${table}.${column}`, rows]));
  const texts = testsPostgres ? 'messages.sealed' : 'message_texts.body';

  const order = await audit('--order', orderId);
  assert.equal(order.id, ids.order);
  const ofOrder = rowsOf(order);
  assert.equal(ofOrder['orders.external_id'], 1);
  assert.equal(ofOrder['order_items.item'], 1);
  // One of the customer's and one of the shopper's messages are held as evidence: on SQLite as texts of their own.
  assert.deepEqual(
    [ofOrder[texts], ofOrder['report_evidence.sealed'], ofOrder['report_evidence.sender_id']],
    testsPostgres ? [3, 2, 2] : [5, undefined, 2],
  );
  assert.ok(ofOrder['audit_entries.subject']! > 0);
  const names = order.files.map(({ file }) => file);
  assert.ok(
    names.some((file) => file.startsWith('images')),
    'the picture is in a file',
  );
  if (!testsPostgres) assert.ok(names.some((file) => file.startsWith('aislechat.db')));

  const user = rowsOf(await audit('--user', userId));
  assert.equal(user['users.phone_number'], 1);
  assert.equal(user['order_details.details'], 1);
  assert.equal(user['holds.service_option_id'], 1);
  const shopper = rowsOf(await audit('--shopper', String(ids.shopper), '--internal'));
  assert.equal(shopper['shoppers.email'], 1);
  assert.equal(shopper['assignments.shopper_id'], 1);
  assert.equal(shopper['messages.sender_id'], 1);

  const { token } = retailer;
  for (const path of [`/v1/users/${userId}`, `/v1/shoppers/${shopperId}`]) {
    assert.equal((await client.call('DELETE', path, { token })).status, 200);
    for (let isVerified = false; !isVerified; ) {
      isVerified = (await client.call('DELETE', path, { token })).body.verified_at !== undefined;
    }
  }
  assert.deepEqual(await audit('--user', userId), { id: null, tables: [], files: [] });
  const gone = rowsOf(await audit('--shopper', String(ids.shopper), '--internal'));
  assert.equal(gone['shoppers.email'], undefined);
  assert.equal(gone['person_erasures.person_id'], 1);

  const table = await runCommand(place.env, 'audit-data', '--order', orderId);
  assert.equal(table.code, 0);
  assert.match(table.out, /order_events +data +\d+/);
  assert.equal((await runCommand(place.env, 'audit-data')).code, 2);
  assert.equal((await runCommand(place.env, 'audit-data', '--order', 'x', '--user', 'y')).code, 2);
});
