import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { instantOf, isVisible, schemas } from '@aislechat/contract';
import fc from 'fast-check';
import { readAssertion } from '../../src/domain/access/oauth.ts';
import { InvalidParameters, Refusal } from '../../src/domain/errors.ts';
import { matchesEtag } from '../../src/http/pipeline/etag.ts';
import { parse } from '../../src/http/pipeline/parse.ts';
import {
  advance,
  allPath,
  chatPath,
  clock,
  newBatch,
  newOrder,
  newShopper,
  type OpenChat,
  openChat,
  shopperPath,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client } = await testServer({ after });

test('every user ID survives its assertion in either alphabet', () => {
  const id = fc.string({ minLength: 1, unit: 'grapheme' });
  fc.assert(
    fc.property(id, fc.constantFrom('base64', 'base64url'), (userId, alphabet) => {
      const text = Buffer.from(JSON.stringify({ user_id: userId })).toString(alphabet as BufferEncoding);
      assert.equal(readAssertion(text), userId);
    }),
  );
});

test('no text makes reading an assertion throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void readAssertion(text)));
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => void readAssertion(Buffer.from(bytes).toString('base64'))),
  );
});

test('no JSON makes reading a body throw anything but a refusal', () => {
  const bodies = [
    schemas.CreateUserRequest,
    schemas.CreateDeliveryOrderRequest,
    schemas.DispatchLastMileRequest,
    schemas.GenerateBatchRequest,
    schemas.MoveClockRequest,
    schemas.RetailerSettings,
  ];
  fc.assert(
    fc.property(fc.constantFrom(...bodies), fc.json({ maxDepth: 6 }), (schema, json) => {
      try {
        parse(schema, JSON.parse(json));
      } catch (error) {
        assert.ok(error instanceof InvalidParameters || error instanceof Refusal, String(error));
      }
    }),
    { numRuns: 500 },
  );
});

test('an ETag matches anywhere in a list, and no other tag matches', () => {
  const tag = fc.stringMatching(/^[\w-]{22}$/).map((text) => `"${text}"`);
  fc.assert(
    fc.property(
      tag,
      fc.array(tag),
      fc.nat(),
      fc.boolean(),
      fc.boolean(),
      (mine, others, at, isWeak, ownIsWeak) => {
        fc.pre(!others.includes(mine));
        const own = ownIsWeak ? `W/${mine}` : mine;
        assert.equal(matchesEtag(others.join(', '), own), false);
        const list = others.toSpliced(at % (others.length + 1), 0, isWeak ? `W/${mine}` : mine);
        assert.equal(matchesEtag(list.join(', '), own), true);
      },
    ),
  );
});

test('an instant in ISO 8601 is read back to the millisecond', () => {
  const date = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-01-01'), noInvalidDate: true });
  fc.assert(fc.property(date, (value) => assert.equal(instantOf(value.toISOString()), value.getTime())));
  fc.assert(fc.property(fc.string(), (text) => void instantOf(text)));
});

/** What may happen in a chat; the reader's view is checked after each step. */
type Step =
  | { kind: 'customer says' | 'shopper says'; text: string }
  | { kind: 'customer reads' | 'shopper reads' | 'hands over' }
  | { kind: 'time passes'; ms: number };

interface SeenMessage {
  body: string;
  sender_id: number;
  sender_type: string;
  recipient_id: number;
  read: boolean;
}

interface LoggedEvent {
  seq: number;
  type: string;
  message?: { id: number };
}

async function logOf(orderId: string, token: string): Promise<LoggedEvent[]> {
  const log: LoggedEvent[] = [];
  for (let after = 0; ; ) {
    const { body } = await client.get(`/v1/orders/${orderId}/events?after=${after}`, { token });
    if (body.events.length === 0) return log;
    log.push(...body.events);
    after = body.next_after;
  }
}

async function play(chat: OpenChat, shoppers: [number, number], steps: Step[]): Promise<void> {
  const orderId = await newOrder(client, chat.token, chat.userId);
  let batch = await newBatch(client, chat.token, shoppers[0], orderId);
  const path = chatPath(orderId);
  const { body: first } = await client.get(path, { token: chat.userToken });
  const customer = first.metadata.customer.id;
  let current = shoppers[0];
  const seen: number[] = [current];
  const expected: SeenMessage[] = [];

  for (const step of steps) {
    const fromShopper = shopperPath(current, orderId);
    switch (step.kind) {
      case 'customer says':
      case 'shopper says': {
        const isShopper = step.kind === 'shopper says';
        const body = { body: step.text };
        const answer = isShopper
          ? await client.post(fromShopper, { token: chat.token, body })
          : await client.post(path, { token: chat.userToken, body });
        assert.equal(answer.status, 200, answer.text);
        expected.push({
          body: step.text.toWellFormed(),
          sender_id: isShopper ? current : customer,
          sender_type: isShopper ? 'driver' : 'user',
          recipient_id: isShopper ? customer : current,
          read: false,
        });
        break;
      }
      case 'customer reads':
      case 'shopper reads': {
        const reader = step.kind === 'customer reads';
        const answer = reader
          ? await client.put(path, { token: chat.userToken })
          : await client.put(fromShopper, { token: chat.token });
        const unread = expected.filter(
          ({ sender_type, read }) => !read && (sender_type === 'driver') === reader,
        );
        assert.equal(answer.body.messages_read_count, unread.length);
        for (const message of unread) message.read = true;
        break;
      }
      case 'hands over':
        current = current === shoppers[0] ? shoppers[1] : shoppers[0];
        if (!seen.includes(current)) seen.push(current);
        batch = await newBatch(client, chat.token, current, orderId, 'acknowledged');
        break;
      case 'time passes':
        await clock(client, chat.token, { advance_ms: step.ms });
    }
  }

  const { body } = await client.get(path, { token: chat.userToken });
  const shown = body.chat_messages.map(
    ({ body, sender_id, sender_type, recipient_id, read }: SeenMessage) => ({
      body,
      sender_id,
      sender_type,
      recipient_id,
      read,
    }),
  );
  assert.deepEqual(shown, expected);
  assert.equal(body.metadata.current_shopper.id, current);
  assert.deepEqual(
    body.metadata.shoppers.map(({ id }: { id: number }) => id),
    seen,
  );
  for (const message of body.chat_messages) {
    assert.equal('read_at' in message, message.read);
    if (message.read) assert.ok(message.read_at >= message.created_at);
  }
  const times = body.chat_messages.map(({ created_at }: { created_at: string }) => created_at);
  assert.deepEqual(times, times.toSorted());
  const all = await client.get(allPath(orderId), { token: chat.userToken });
  assert.deepEqual(all.body.chat_messages, body.chat_messages);
  const log = await logOf(orderId, chat.userToken);
  assert.deepEqual(
    log.map(({ seq }) => seq),
    log.map((_, n) => n + 1),
  );
  assert.deepEqual(
    log.filter(({ type }) => type === 'message').map(({ message }) => message!.id),
    body.chat_messages.map(({ id }: { id: number }) => id),
  );
  await advance(client, chat.token, batch, 'picking');
}

test('after any sequence of messages, reads and handovers the reader sees exactly the result', async () => {
  const chat = await openChat(client);
  const shoppers: [number, number] = [chat.shopperId, await newShopper(client, chat.token, 'Robert')];
  const text = fc
    .string({ minLength: 1, maxLength: 60, unit: 'binary' })
    .filter((value) => isVisible(value) && !value.includes('\0'));
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ kind: fc.constantFrom('customer says' as const, 'shopper says' as const), text }),
    fc.record({
      kind: fc.constantFrom('customer reads' as const, 'shopper reads' as const, 'hands over' as const),
    }),
    fc.record({ kind: fc.constant('time passes' as const), ms: fc.integer({ min: 0, max: 5000 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), (steps) => play(chat, shoppers, steps)),
    { numRuns: 40, endOnFailure: true },
  );
});
