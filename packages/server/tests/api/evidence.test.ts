/** Reported messages that a retailer holds as evidence: what is held, who reads it, and how it ends. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { limits } from '@aislechat/contract';
import { EventSource } from '../support/event-source.ts';
import { eventually } from '../support/eventually.ts';
import { pictureBytes, uploaded } from '../support/pictures.ts';
import {
  advance,
  agentToken,
  chatPath,
  clientToken,
  clock,
  type OpenChat,
  openChat,
  shopperSays,
  shopperToken,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const dayMs = 24 * 60 * 60_000;
const { client } = await testServer({ after });

interface Watched extends OpenChat {
  operator: string;
}

const everyScope = 'connect:fulfillment,connect:post_checkout,aislechat:operate';
/** An open chat whose clock stands still, of a retailer that holds what is reported. */
async function watched(settings: Record<string, unknown> = { report_evidence_days: 7 }): Promise<Watched> {
  const chat = await openChat(client, settings);
  await clock(client, chat.token, { frozen: true });
  return { ...chat, operator: await clientToken(client, chat, everyScope) };
}

const shopperWrites = ({ token, shopperId, orderId }: OpenChat, body: string) =>
  shopperSays(client, token, shopperId, orderId, body);
const customerWrites = async ({ orderId, userToken: token }: OpenChat, body: string): Promise<number> =>
  (await client.post(chatPath(orderId), { token, body: { body } })).body.id;
const report = async (
  { orderId, userToken }: OpenChat,
  ids: number[],
  token = userToken,
  reason = 'spam',
) => {
  const body = { reason, message_ids: ids };
  assert.equal((await client.post(`/v1/orders/${orderId}/reports`, { token, body })).status, 200);
};
const evidencePath = ({ orderId }: OpenChat) => `/v1/orders/${orderId}/reports/evidence?reason=case-7`;
/** A token of an operator: the one before expires when the clock is moved. */
const operatorOf = (chat: Watched) => clientToken(client, chat, everyScope);
const evidence = async (chat: Watched) =>
  (await client.get(evidencePath(chat), { token: await operatorOf(chat) })).body.messages;
const texts = async (chat: Watched): Promise<string[]> =>
  (await evidence(chat)).map(({ body }: { body: string }) => body);
const reports = async (chat: Watched) =>
  (await client.get('/v1/reports', { token: await operatorOf(chat) })).body.reports;
const receipts = async (chat: Watched) =>
  (await client.get(`/v1/orders/${chat.orderId}`, { token: await operatorOf(chat) })).body.erasures;
const verified = (chat: Watched, count: number) =>
  eventually(
    () => receipts(chat),
    (found) =>
      found.length === count &&
      found.every(({ verified_at }: { verified_at?: string }) => verified_at !== undefined),
  );
const pass = async (chat: Watched, ms: number) => {
  assert.equal((await clock(client, await operatorOf(chat), { advance_ms: ms })).status, 200);
};
const change = async (chat: Watched, body: Record<string, unknown>) =>
  client.call('PATCH', '/v1/retailer', { token: await operatorOf(chat), body });
const end = (chat: Watched) => advance(client, chat.token, chat.batchId, 'completed');

test('by default nothing is held', async () => {
  const chat = await watched({});
  await report(chat, [await shopperWrites(chat, 'A rude word')]);
  const [one] = await reports(chat);
  assert.deepEqual([one.held_messages, one.held_until], [0, undefined]);
  assert.deepEqual(await evidence(chat), []);
  const { body } = await client.get(`/v1/orders/${chat.orderId}/events`, { token: chat.userToken });
  assert.equal('evidence_days' in body.chat, false);
});

test('the number of days is a whole one from 0 to 30', async () => {
  const chat = await watched({});
  for (const days of [-1, 1.5, limits.evidenceDays + 1, 'forever', '']) {
    const refused = await change(chat, { report_evidence_days: days });
    assert.equal(refused.status, 400, String(days));
    assert.deepEqual(refused.body.meta, { key: 'report_evidence_days' });
  }
  assert.equal((await change(chat, { report_evidence_days: 30 })).body.report_evidence_days, 30);
});

test('what a report names is held to the end of its days, while the chat ends as always', async () => {
  const chat = await watched();
  const rude = await shopperWrites(chat, 'A rude word');
  await shopperWrites(chat, 'A nice word');
  const mine = await customerWrites(chat, 'An answer');
  await report(chat, [rude]);
  await report(chat, [mine], await shopperToken(client, chat, chat.shopperId), 'other');
  const held = await evidence(chat);
  assert.deepEqual(
    held.map(({ id, sender_type, body, has_image }: Record<string, unknown>) => [
      id,
      sender_type,
      body,
      has_image,
    ]),
    [
      [rude, 'driver', 'A rude word', false],
      [mine, 'user', 'An answer', false],
    ],
  );
  const [byShopper, byCustomer] = await reports(chat);
  assert.deepEqual([byShopper.held_messages, byCustomer.held_messages], [1, 1]);
  assert.equal(byCustomer.held_until, held[0].held_until);
  assert.equal(Date.parse(held[0].held_until) - Date.parse(byCustomer.created_at), 7 * dayMs);

  await end(chat);
  await pass(chat, dayMs + 1);
  const [expired] = await verified(chat, 1);
  assert.deepEqual(
    [expired.reason, expired.messages, expired.evidence, expired.held, expired.held_until],
    ['expired', 3, 0, 2, held[0].held_until],
  );
  const token = await operatorOf(chat);
  const surfaces = [chatPath(chat.orderId), `/v1/orders/${chat.orderId}/conversation?reason=x`];
  for (const path of [...surfaces, `/v1/orders/${chat.orderId}/events`, `/v1/users/${chat.userId}/export`]) {
    const { text } = await client.get(path, { token });
    assert.doesNotMatch(text, /rude|nice|An answer/, path);
  }
  assert.deepEqual(await texts(chat), ['A rude word', 'An answer']);

  await pass(chat, 6 * dayMs - 2);
  assert.deepEqual(await texts(chat), ['A rude word', 'An answer']);
  await pass(chat, 1);
  assert.deepEqual(await evidence(chat), []);
  const [, ended] = await verified(chat, 2);
  assert.deepEqual(
    [ended.reason, ended.kinds, ended.messages, ended.evidence, ended.held, ended.held_until],
    ['evidence', ['evidence'], 0, 2, 0, undefined],
  );
  const [after] = await reports(chat);
  assert.deepEqual([after.held_messages, after.held_until], [0, undefined]);
});

test('an operator and an agent read it with a reason, which the audit log has, and nobody else reads it', async () => {
  const chat = await watched();
  await report(chat, [await shopperWrites(chat, 'A rude word')]);
  const agent = await agentToken(client, chat.operator, 'Dana');
  const read = await client.get(evidencePath(chat), { token: agent });
  assert.equal(read.body.messages.length, 1);
  assert.equal(read.headers.get('cache-control'), 'no-store');
  const { entries } = (await client.get(`/v1/audit?order_id=${chat.orderId}`, { token: chat.operator })).body;
  const { action, agent: name, reason } = entries[0];
  assert.deepEqual([action, name, reason], ['evidence_read', 'Dana', 'case-7']);
  const path = `/v1/orders/${chat.orderId}/reports/evidence`;
  const without = await client.get(path, { token: chat.operator });
  assert.deepEqual([without.status, without.body.meta], [400, { key: 'reason' }]);
  for (const token of [chat.userToken, await shopperToken(client, chat, chat.shopperId)]) {
    assert.equal((await client.get(evidencePath(chat), { token })).status, 403);
  }
});

test('both people see for how many days, at once when it changes, and learn nothing of a report', async (t) => {
  const chat = await watched();
  const shopper = await shopperToken(client, chat, chat.shopperId);
  const streams = [];
  for (const token of [chat.userToken, shopper]) {
    const { body } = await client.get(`/v1/orders/${chat.orderId}/events`, { token });
    assert.equal(body.chat.evidence_days, 7);
    const address = `${client.url}/v1/orders/${chat.orderId}/stream`;
    const stream = await EventSource.open(t, address, { token });
    await stream.until(({ event, data }) => event === 'chat' && data.evidence_days === 7);
    streams.push(stream);
  }
  await report(chat, [await shopperWrites(chat, 'A rude word')]);
  await change(chat, { report_evidence_days: 0 });
  for (const stream of streams) {
    await stream.until(({ event, data }) => event === 'chat' && data.evidence_days === undefined);
    assert.doesNotMatch(JSON.stringify(stream.events), /report|spam/);
  }
  const token = await operatorOf(chat);
  const { text } = await client.get(`/v1/users/${chat.userId}/export`, { token });
  assert.doesNotMatch(text, /"evidence"/);
});

test('a repeated report holds what it adds, besides what is held already', async () => {
  const chat = await watched();
  const ids: number[] = [];
  for (let n = 0; n <= limits.messagesPerReport; n++) ids.push(await shopperWrites(chat, `Buy ${n}`));
  await report(chat, ids.slice(0, 2));
  await pass(chat, dayMs);
  // The shop's own server speaks for its customer.
  await report(chat, ids.slice(1), await operatorOf(chat));
  const held = await evidence(chat);
  assert.deepEqual(
    held.map(({ id }: { id: number }) => id),
    ids,
  );
  const [first, second, third] = held.map(({ held_until }: { held_until: string }) => Date.parse(held_until));
  assert.deepEqual([second - first, third - second], [0, dayMs], 'what was held before is not held longer');
});

test('a report without messages, and one of an expired chat, hold nothing', async () => {
  const chat = await watched();
  await report(chat, []);
  const id = await shopperWrites(chat, 'A rude word');
  await end(chat);
  await pass(chat, dayMs + 1);
  const token = await operatorOf(chat);
  await report(chat, [id], token, 'other');
  assert.deepEqual(await evidence(chat), []);
});

test('of a picture only the text is held', async () => {
  const chat = await watched();
  const token = chat.userToken;
  const imageId = await uploaded(client, token, chat.orderId, await pictureBytes('jpeg', 64, 48));
  const sent = await client.post(chatPath(chat.orderId), { token, body: { body: 'See', image_id: imageId } });
  await report(chat, [sent.body.id], await shopperToken(client, chat, chat.shopperId));
  const [{ body, has_image }] = await evidence(chat);
  assert.deepEqual([body, has_image], ['See', true]);
});

test('a shorter setting ends what is held earlier, and a longer one does not lengthen it', async () => {
  const chat = await watched();
  await report(chat, [await shopperWrites(chat, 'A rude word')]);
  const [{ held_until }] = await evidence(chat);
  await change(chat, { report_evidence_days: 30 });
  assert.equal((await evidence(chat))[0].held_until, held_until);
  await change(chat, { report_evidence_days: 2 });
  const [shorter] = await evidence(chat);
  assert.equal(Date.parse(held_until) - Date.parse(shorter.held_until), 5 * dayMs);
  assert.equal((await reports(chat))[0].held_until, shorter.held_until);
  await pass(chat, 2 * dayMs);
  assert.deepEqual(await evidence(chat), []);
  const [receipt] = await verified(chat, 1);
  assert.equal(receipt.evidence, 1);

  const other = await watched();
  await report(other, [await shopperWrites(other, 'A rude word')]);
  await change(other, { report_evidence_days: 0 });
  assert.deepEqual(await evidence(other), []);
  await verified(other, 1);
});

test('evidence stays when a report is dealt with, unless the operator erases it', async () => {
  const chat = await watched();
  await report(chat, [await shopperWrites(chat, 'A rude word')]);
  const path = `/v1/orders/${chat.orderId}/reports/resolution`;
  assert.equal((await client.post(path, { token: chat.operator })).status, 200);
  assert.deepEqual(await texts(chat), ['A rude word']);
  const erased = await client.post(path, { token: chat.operator, body: { erase_evidence: true } });
  assert.equal(erased.status, 200);
  assert.deepEqual(await evidence(chat), []);
  const [receipt] = await verified(chat, 1);
  assert.deepEqual([receipt.reason, receipt.evidence], ['evidence', 1]);
  const { entries } = (await client.get(`/v1/audit?order_id=${chat.orderId}`, { token: chat.operator })).body;
  const details = entries
    .filter(({ action }: { action: string }) => action === 'report_resolution')
    .map(({ detail }: { detail: string }) => detail);
  assert.deepEqual(details, ['reports: 0, evidence: 1', 'reports: 1']);
});

test('the erasure of a customer, of a shopper or of a chat reaches what is held of theirs', async () => {
  const both = async () => {
    const chat = await watched();
    const [rude, mine] = [await shopperWrites(chat, 'A rude word'), await customerWrites(chat, 'An answer')];
    await report(chat, [rude]);
    await report(chat, [mine], await shopperToken(client, chat, chat.shopperId));
    await end(chat);
    await pass(chat, dayMs + 1);
    await verified(chat, 1);
    assert.equal((await evidence(chat)).length, 2);
    return chat;
  };
  const ofCustomer = await both();
  const token = await operatorOf(ofCustomer);
  const customer = await client.call('DELETE', `/v1/users/${ofCustomer.userId}`, { token });
  assert.deepEqual([customer.status, customer.body.evidence], [200, 2]);
  assert.ok(customer.body.kinds.includes('evidence'));
  assert.deepEqual(await evidence(ofCustomer), []);
  const [, requested] = await verified(ofCustomer, 2);
  assert.deepEqual([requested.reason, requested.evidence, requested.held], ['requested', 2, 0]);

  const ofShopper = await both();
  const shopper = await client.call('DELETE', `/v1/shoppers/${ofShopper.shopperId}`, {
    token: await operatorOf(ofShopper),
    headers: { 'x-treat-ids-as-internal': 'true' },
  });
  assert.deepEqual([shopper.status, shopper.body.evidence], [200, 1], shopper.text);
  assert.deepEqual(await texts(ofShopper), ['An answer']);
  const exported = await client.get(`/v1/users/${ofShopper.userId}/export`, {
    token: await operatorOf(ofShopper),
  });
  assert.doesNotMatch(exported.text, /evidence/, 'the customer learns nothing of a report');
  const [, theirs] = await verified(ofShopper, 2);
  assert.deepEqual([theirs.reason, theirs.evidence, theirs.held], ['requested', 1, 1]);
});

test('evidence goes with its order', async () => {
  const chat = await watched({ report_evidence_days: 30, order_retention_days: 2 });
  await report(chat, [await shopperWrites(chat, 'A rude word')]);
  await end(chat);
  await pass(chat, dayMs + 1);
  await verified(chat, 1);
  await pass(chat, dayMs);
  await eventually(
    async () => (await client.get(`/v1/orders/${chat.orderId}`, { token: await operatorOf(chat) })).status,
    (status) => status === 404,
  );
  const { body } = await client.get('/v1/erasure-receipts', { token: await operatorOf(chat) });
  const reasons = body.receipts.map(({ reason }: { reason: string }) => reason);
  assert.deepEqual(reasons.sort(), ['evidence', 'expired']);
});

test('with shopper information removed, evidence is refused like the conversation, and none is made', async () => {
  const chat = await watched();
  await report(chat, [await shopperWrites(chat, 'A rude word')]);
  await change(chat, { shopper_information_removal: true });
  const token = await operatorOf(chat);
  const conversation = await client.get(`/v1/orders/${chat.orderId}/conversation?reason=x`, { token });
  const refused = await client.get(evidencePath(chat), { token });
  assert.equal(refused.status, 403);
  assert.deepEqual([refused.status, refused.body], [conversation.status, conversation.body]);
  const shopper = await shopperToken(client, chat, chat.shopperId);
  const { body } = await client.get(`/v1/orders/${chat.orderId}/events`, { token: shopper });
  assert.equal(body.chat.evidence_days, undefined);
  const mine = await shopperWrites(chat, 'Another one');
  await report(chat, [mine], shopper);
  await change(chat, { shopper_information_removal: false });
  assert.deepEqual(await texts(chat), ['A rude word']);
});
