/** The rules that scripts/mutations.ts breaks: one for each of twenty-seven invariants of ARCHITECTURE.md. */

export interface Mutant {
  /** What is wrong once `from` is replaced by `to`. */
  name: string;
  file: string;
  from: string;
  to: string;
  /** Those that ought to notice. */
  tests: string[];
}

const server = 'packages/server';

export const mutants: Mutant[] = [
  {
    name: 'a write is answered before it is committed',
    file: `${server}/src/storage/sqlite/group-commit.ts`,
    from: '          const value = await unit(sql);\n          settle = () => resolve(value);',
    to: '          const value = await unit(sql);\n          resolve(value);\n          await new Promise((go) => setTimeout(go, 30));\n          settle = () => {};',
    tests: [`${server}/tests/durability/kill.test.ts`],
  },
  {
    name: 'the numbers of events have gaps',
    file: `${server}/src/domain/orders/change.ts`,
    from: 'this.order.seq += 1;',
    to: 'this.order.seq += 2;',
    tests: [`${server}/tests/robustness/properties.test.ts`],
  },
  {
    name: 'an idempotency key is accepted with another text',
    file: `${server}/src/domain/chat/send.ts`,
    from: "if (earlier.payloadHash !== payloadHash) throw new Refusal('idempotency_key_reused');",
    to: '',
    tests: [`${server}/tests/api/idempotency.test.ts`],
  },
  {
    name: 'marking as read again moves read_at',
    file: `${server}/src/storage/tables/messages.ts`,
    from: 'SET read_at = $4\n       WHERE retailer_id = $1 AND order_id = $2 AND sender_type = $3 AND read_at IS NULL AND',
    to: 'SET read_at = $4\n       WHERE retailer_id = $1 AND order_id = $2 AND sender_type = $3 AND',
    tests: [`${server}/tests/api/chat.test.ts`],
  },
  {
    name: 'a cached conversation is served although the order has changed',
    file: `${server}/src/http/chat/conversation-cache.ts`,
    from: '      entry.version === located.order.version &&\n',
    to: '',
    tests: [`${server}/tests/api/chat.test.ts`],
  },
  {
    name: 'a chat is readable one millisecond too long',
    file: `${server}/src/domain/orders/states.ts`,
    from: 'now > order.expiresAt;',
    to: 'now > order.expiresAt + 1;',
    tests: [`${server}/tests/api/expiry.test.ts`],
  },
  {
    name: 'a text that was changed on disk is served',
    file: `${server}/src/storage/sqlite/message-texts.ts`,
    from: '!== checksum) {',
    to: '=== undefined) {',
    tests: [`${server}/tests/storage/sqlite.test.ts`],
  },
  {
    name: 'texts that were held as evidence stay on disk',
    file: `${server}/src/storage/sqlite/evidence-texts.ts`,
    from: 'SET body = zeroblob(octet_length(body))',
    to: 'SET body = body',
    tests: [`${server}/tests/privacy/evidence.test.ts`],
  },
  {
    name: 'keys die while a backup still needs them',
    file: `${server}/src/domain/erasure/keys.ts`,
    from: 'pass.hour + restorableHours < hour',
    to: 'pass.hour <= hour',
    tests: [`${server}/tests/domain/keys.test.ts`],
  },
  {
    name: 'a new message shares a key with texts that are being erased',
    file: `${server}/src/storage/postgres/order-keys.ts`,
    from: 'COALESCE(o.erasing_to, 0)',
    to: '0',
    tests: [`${server}/tests/domain/keys.test.ts`],
  },
  {
    name: 'on PostgreSQL, images rest in the clear',
    file: `${server}/src/storage/images/sealed.ts`,
    from: 'await files.put(image, size, sealImage(key, image, size, bytes));',
    to: 'await files.put(image, size, bytes);',
    tests: [`${server}/tests/storage/image-files.test.ts`],
  },
  {
    name: 'moved rows leave copies in the pages of SQLite',
    file: `${server}/src/storage/sqlite/page-gaps.ts`,
    from: 'const gaps: Gap[] = [{ from: pointersEnd, to: content }];',
    to: 'const gaps: Gap[] = [];',
    tests: [`${server}/tests/privacy/people.test.ts`],
  },
  {
    name: 'erased texts stay on disk',
    file: `${server}/src/storage/sqlite/message-texts.ts`,
    from: 'body = zeroblob(octet_length(body))',
    to: 'body = body',
    tests: [`${server}/tests/privacy/erasure.test.ts`],
  },
  {
    name: 'a customer reaches the chats of other customers',
    file: `${server}/src/domain/orders/reach.ts`,
    from: 'if (!order || (isCustomer(caller) && !reaches(caller, order))) throw',
    to: 'if (!order) throw',
    tests: [`${server}/tests/api/matrix.test.ts`],
  },
  {
    name: 'a link that was renewed still works',
    file: `${server}/src/domain/access/order-links.ts`,
    from: ' || order.linkNumber !== number',
    to: '',
    tests: [`${server}/tests/api/order-link.test.ts`],
  },
  {
    name: 'messages are accepted in a chat that an operator closed',
    file: `${server}/src/domain/orders/states.ts`,
    from: ' || order.chatClosedAt !== null',
    to: '',
    tests: [`${server}/tests/api/reports.test.ts`],
  },
  {
    name: 'a former shopper still writes',
    file: `${server}/src/domain/orders/reach.ts`,
    from: "if (order.currentShopperId !== shopperId) throw new Refusal('sending_not_allowed');",
    to: '',
    tests: [`${server}/tests/api/chat.test.ts`],
  },
  {
    name: 'a support link works after its time',
    file: `${server}/src/domain/access/support-links.ts`,
    from: 'issuedAt >= link.expiresAt || ',
    to: '',
    tests: [`${server}/tests/api/support.test.ts`],
  },
  {
    name: 'a signed assertion works twice',
    file: `${server}/src/storage/tables/used-assertions.ts`,
    from: 'return inserted === 1;',
    to: 'return inserted >= 0;',
    tests: [`${server}/tests/api/signed-assertions.test.ts`],
  },
  {
    name: 'a retailer’s clock runs backwards',
    file: `${server}/src/domain/retailers/retailers.ts`,
    from: 'target < present || ',
    to: '',
    tests: [`${server}/tests/api/sandbox.test.ts`],
  },
  {
    name: 'the shopper’s location is kept after the delivery',
    file: `${server}/src/domain/orders/workflow.ts`,
    from: '  await forgetLocation(change);\n',
    to: '',
    tests: [`${server}/tests/api/order-location.test.ts`],
  },
  {
    name: 'callbacks go to an address of the cloud’s own network',
    file: `${server}/src/delivery/destinations.ts`,
    from: "'168.63.129.16', ",
    to: '',
    tests: [`${server}/tests/delivery/destinations.test.ts`],
  },
  {
    name: 'a failed callback is retried after its day',
    file: `${server}/src/domain/callbacks/schedule.ts`,
    from: 'return Math.min(failedAt + waitMs, giveUpAt);',
    to: 'return failedAt + waitMs;',
    tests: [`${server}/tests/delivery/callbacks.test.ts`],
  },
  {
    name: 'every origin may read answers',
    file: `${server}/src/http/pipeline/cors.ts`,
    from: 'this.#allows(origin) && {',
    to: 'origin !== null && {',
    tests: [`${server}/tests/api/cors.test.ts`],
  },
  {
    name: 'PostgreSQL does not keep retailers apart',
    file: `${server}/src/storage/postgres/migrations/0001-schema.sql`,
    from: 'CREATE POLICY of_retailer ON %I USING (retailer_id = aislechat_retailer())',
    to: 'CREATE POLICY of_retailer ON %I USING (true)',
    tests: [`${server}/tests/storage/postgres.test.ts`],
  },
  {
    name: 'the request log holds credentials',
    file: `${server}/src/http/sandbox/request-log.ts`,
    from: '(isCredential(name) && value ? mask : value)',
    to: 'value',
    tests: [`${server}/tests/api/request-log.test.ts`],
  },
  {
    name: 'a message counts as read although it was not on the screen',
    file: 'packages/web/src/chat-panel.ts',
    from: 'isVisible && this.#isSeen &&',
    to: '',
    tests: ['packages/web/tests/element.test.ts'],
  },
  {
    name: 'what was read notifies somebody',
    file: `${server}/src/domain/notifications/decide.ts`,
    from: 'return unseen > 0 ? { send: order } : seen;',
    to: 'return { send: order };',
    tests: [`${server}/tests/notifications/outbox.test.ts`],
  },
  {
    name: 'a text message with a forged signature is taken',
    file: `${server}/src/http/notifications/twilio-signature.ts`,
    from: 'return signature !== undefined && sameText(expected, signature);',
    to: 'return signature !== undefined;',
    tests: [`${server}/tests/notifications/sms.test.ts`],
  },
];
