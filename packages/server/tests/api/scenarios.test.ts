import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { limits } from '@aislechat/contract';
import { readyScenario, readyScenarios } from '../../src/scenarios/ready.ts';
import { eventually } from '../support/eventually.ts';
import {
  allPath,
  chatPath,
  clock,
  newOrder,
  newRetailer,
  newUser,
  type Retailer,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client } = await testServer({ after });
const scenarios = '/v1/sandbox/scenarios';

async function play({ token }: Retailer, body: Record<string, unknown>) {
  const answer = await client.post(scenarios, { token, body });
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
}

interface Message {
  sender_type: string;
  body: string;
  image?: string;
}

async function said({ token }: Retailer, orderId: string): Promise<string[]> {
  const { body } = await client.get(chatPath(orderId), { token });
  return body.chat_messages.map(({ sender_type, body, image = '' }: Message) =>
    `${sender_type}: ${body} ${image}`.trim(),
  );
}

test('every text a shopper says in a built-in scenario is a whole sentence that YAML has not cut at a comma', async () => {
  for (const name of readyScenarios()) {
    const { steps } = (await readyScenario(name))!;
    const said = steps.flatMap((step) => [
      step.shopper_says ?? [],
      ...(step.shopper_answers ?? []).map(({ say }) => say),
    ]);
    for (const text of said.flat()) assert.match(text, /^[A-Z{].*[.!?]$/, name);
  }
});

/** The outcome that each built-in scenario must reach. */
const outcomes: Record<string, { state: string; shoppers: string[]; says: RegExp; notices: string[] }> = {
  'happy-delivery': {
    state: 'delivered',
    shoppers: ['Ilse'],
    says: /at your door/,
    notices: ['delivery_in_progress', 'delivery_completed'],
  },
  replacement: {
    state: 'delivered',
    shoppers: ['Ilse'],
    says: /firm.*https:\/\/img\.example/,
    notices: ['order_item_replacement', 'delivery_in_progress', 'delivery_completed'],
  },
  'hand-over': {
    state: 'delivered',
    shoppers: ['Ilse', 'Bram'],
    says: /Bram/,
    notices: ['delivery_in_progress', 'delivery_completed'],
  },
  'silent-shopper': {
    state: 'delivered',
    shoppers: ['Ilse'],
    says: /sourdough/,
    notices: ['delivery_in_progress', 'delivery_completed'],
  },
  canceled: {
    state: 'canceled',
    shoppers: ['Ilse'],
    says: /Sorry again/,
    notices: ['order_item_refund', 'order_canceled'],
  },
  pickup: { state: 'delivered', shoppers: ['Ilse'], says: /bring them out/, notices: ['delivery_completed'] },
};

test('every built-in scenario has a test', () => {
  assert.deepEqual(readyScenarios(), Object.keys(outcomes).sort());
});

for (const [name, { state, shoppers, says, notices }] of Object.entries(outcomes)) {
  test(`scenario ${name} plays to its end, and the same seed plays it the same way`, async () => {
    const retailer = await newRetailer(client);
    const first = await play(retailer, { name, pace: 'fast', seed: 5 });
    assert.deepEqual([first.state, first.position, first.problem], ['finished', first.steps, undefined]);
    const { body } = await client.get(`/v2/post_checkout/orders/${first.order_id}`, {
      token: retailer.token,
    });
    assert.equal(body.workflow_state, state);
    const all = await client.get(allPath(first.order_id), { token: retailer.token });
    assert.deepEqual(
      all.body.metadata.shoppers.map(({ display_name }: { display_name: string }) => display_name),
      shoppers,
    );
    assert.deepEqual(
      all.body.lifecycle_messages.map(({ type }: { type: string }) => type),
      notices,
    );
    const conversation = await said(retailer, first.order_id);
    assert.match(conversation.join('\n'), says);

    const other = await newRetailer(client);
    const again = await play(other, { name, pace: 'fast', seed: 5 });
    assert.deepEqual(await said(other, again.order_id), conversation);
    const steps = ({ done }: typeof first) => done.map(({ at, ...rest }: { at: string }) => rest);
    assert.deepEqual(steps(again), steps(first));
    const variants = new Set<string>();
    for (let seed = 0; seed < 3; seed++) {
      const { order_id } = await play(other, { name, pace: 'fast', seed });
      variants.add((await said(other, order_id)).join('\n'));
    }
    assert.ok(variants.size > 1, 'another seed uses other words');
  });
}

test('pace fast moves the retailer’s clock by the script’s waits, and no other retailer’s', async () => {
  const retailer = await newRetailer(client);
  const now = async () => Date.parse((await clock(client, retailer.token, { frozen: true })).body.now);
  const before = await now();
  const script = { steps: [{ wait: '90s' }, { wait: '2m' }] };
  const { done } = await play(retailer, { script, pace: 'fast' });
  assert.equal((await now()) - before, 210_000);
  assert.deepEqual(
    done.map(({ step, action }: { step: number; action: string }) => [step, action]),
    [
      [1, 'wait'],
      [2, 'wait'],
    ],
  );
});

test('pace step plays one step per request, and answers what the customer wrote in between', async () => {
  const retailer = await newRetailer(client);
  const { token } = retailer;
  const { id, order_id, position } = await play(retailer, { name: 'replacement', pace: 'step' });
  assert.equal(position, 0);
  const step = async () => (await client.post(`${scenarios}/${id}/step`, { token })).body;
  for (let n = 0; n < 6; n++) await step();
  await client.post(chatPath(order_id), { token, body: { body: 'NO, thanks' } });
  await step();
  const answered = await step();
  assert.equal(answered.position, 8);
  const conversation = await said(retailer, order_id);
  assert.deepEqual(conversation.slice(-2), [
    'user: NO, thanks',
    'driver: I leave them out. You will not pay for them.',
  ]);
  const { body } = await client.get(`${scenarios}/${id}`, { token });
  assert.deepEqual(body, answered);
  for (let n = 0; n < 10; n++) await step();
  assert.deepEqual((await step()).state, 'finished');
});

test('pace real waits for the clock, even if a request moves it, and for the customer', async () => {
  const retailer = await newRetailer(client);
  const { token } = retailer;
  await clock(client, token, { frozen: true });
  const script = {
    steps: [
      { shopper: 'Ilse' },
      { state: 'picking' },
      { wait: '1h' },
      { shopper_says: 'Hello {customer}' },
      { await_customer: { within: '1h', otherwise: 'never said' } },
      { shopper_answers: [{ say: 'I am {shopper}' }] },
    ],
    customer: 'Noor',
  };
  const started = await play(retailer, { script });
  assert.deepEqual([started.pace, started.state, started.position], ['real', 'running', 2]);
  assert.ok(started.due_at);
  const until = async (position: number) => {
    for (;;) {
      const { body } = await client.get(`${scenarios}/${started.id}`, { token });
      assert.ok(body.position <= position);
      if (body.position === position) return body;
    }
  };
  await clock(client, token, { advance_ms: 3_600_000 });
  await until(4);
  await client.post(chatPath(started.order_id), { token, body: { body: 'who is there?' } });
  assert.equal((await until(6)).state, 'finished');
  assert.deepEqual(await said(retailer, started.order_id), [
    'driver: Hello Noor',
    'user: who is there?',
    'driver: I am Ilse',
  ]);
});

test('a repeating scenario answers while the chat is open and waits while it is closed', async () => {
  const retailer = await newRetailer(client);
  const { token } = retailer;
  await clock(client, token, { frozen: true });
  const script = {
    steps: [
      { shopper: 'Ilse' },
      { state: 'picking' },
      { await_customer: {} },
      { wait: '1s' },
      { shopper_answers: [{ when: ['bye'], say: 'Bye' }, { say: ['Yes', 'Sure', 'Of course'] }] },
    ],
    repeat_from: 3,
  };
  const { id, order_id } = await play(retailer, { script });
  const say = async (body: string) => client.post(chatPath(order_id), { token, body: { body } });
  const state = async () => (await client.get(`${scenarios}/${id}`, { token })).body;
  const isWaiting = () => eventually(state, ({ due_at }) => due_at !== undefined);
  const answered = async (count: number) => {
    await isWaiting();
    await clock(client, token, { advance_ms: 1000 });
    const texts = () => said(retailer, order_id);
    return (await eventually(texts, ({ length }) => length === count)).at(-1);
  };
  await say('Are there pears?');
  assert.match((await answered(2))!, /^driver: (Yes|Sure|Of course)$/);
  await say('And limes?');
  assert.match((await answered(4))!, /^driver: (Yes|Sure|Of course)$/);

  await say('Nobody will answer this');
  await client.patch('/v1/sandbox/retailer', { token, body: { chat_enabled: false } });
  await isWaiting();
  await clock(client, token, { advance_ms: 1000 });
  await eventually(state, ({ position }) => position === 2);
  await client.patch('/v1/sandbox/retailer', { token, body: { chat_enabled: true } });
  await say('Bye');
  assert.equal(await answered(7), 'driver: Bye');
  assert.equal((await state()).state, 'running');
});

test('a scenario can play on an existing order, and stops if the rules refuse a step', async () => {
  const retailer = await newRetailer(client);
  const { token } = retailer;
  const orderId = await newOrder(client, token, await newUser(client, token));
  const steps = [{ shopper: 'Ilse' }, { shopper_says: 'too early' }, { state: 'picking' }];
  const { state, position, problem, order_id } = await play(retailer, {
    script: { steps },
    pace: 'fast',
    order_id: orderId,
  });
  assert.deepEqual([state, position, order_id], ['failed', 1, orderId]);
  assert.deepEqual(problem, { step: 2, message: 'Sending a message is not allowed at this time' });
});

test('an invalid script is refused with the position of each problem', async () => {
  const { token } = await newRetailer(client);
  const refused = async (body: Record<string, unknown>) => {
    const answer = await client.post(scenarios, { token, body });
    assert.equal(answer.status, 400, answer.text);
    return `${answer.body.meta.key} ${answer.body.error.message}`;
  };
  const steps = (...list: unknown[]) => ({ script: { steps: list } });
  assert.equal(await refused({}), "script can't be blank");
  assert.equal(await refused({ name: 'nothing' }), 'name is not included in the list');
  assert.equal(await refused({ name: 'pickup', ...steps({ wait: '1s' }) }), 'name is invalid');
  assert.equal(await refused({ name: 'pickup', pace: 'slow' }), 'pace is not included in the list');
  assert.equal(await refused(steps()), "script.steps can't be blank");
  assert.equal(await refused(steps({ wait: '1s' }, { sing: 'x' })), "script.steps[1] can't be blank");
  assert.equal(await refused(steps({ wait: '1s', state: 'picking' })), 'script.steps[0] is invalid');
  assert.equal(await refused(steps({ wait: 'long' })), 'script.steps[0].wait is invalid');
  assert.equal(await refused(steps({ state: 'lost' })), 'script.steps[0].state is not included in the list');
  assert.equal(
    await refused(steps({ await_customer: { within: '1m' }, image: 'https://img.example/1' })),
    'script.steps[0].image is invalid',
  );
  assert.equal(await refused(steps({ shopper_says: [] })), "script.steps[0].shopper_says can't be blank");
  const answering = { shopper_answers: [{ say: 'Yes' }] };
  const otherwise = steps({ await_customer: { otherwise: 'Hm' } });
  assert.equal(await refused(otherwise), "script.steps[0].await_customer.within can't be blank");
  const repeated = (...list: unknown[]) => ({ script: { steps: list, repeat_from: 1 } });
  for (const endless of [
    repeated(answering),
    repeated({ await_customer: {} }),
    repeated({ await_customer: { within: '1s' } }, answering),
    repeated({ await_customer: {} }, answering, { customer_says: 'Again' }),
    { script: { steps: [{ await_customer: {} }, answering], repeat_from: 3 } },
  ]) {
    assert.equal(await refused(endless), 'script.repeat_from is invalid');
  }
  const fast = { ...repeated({ await_customer: {} }, answering), pace: 'fast' };
  assert.equal(await refused(fast), 'pace is invalid');
  const unknown = await client.post(scenarios, { token, body: { name: 'pickup', order_id: 'nothing' } });
  assert.equal(unknown.status, 404);
});

test('another retailer’s scenario gets the same answer as an unknown one', async () => {
  const { id } = await play(await newRetailer(client), { name: 'pickup', pace: 'step' });
  const { token } = await newRetailer(client);
  const foreign = await client.get(`${scenarios}/${id}`, { token });
  const none = await client.get(`${scenarios}/987654`, { token });
  assert.deepEqual([foreign.status, foreign.text], [404, none.text]);
  assert.equal((await client.post(`${scenarios}/${id}/step`, { token })).status, 404);
});

test('a new scenario never ends a running one, and beyond the limit it is refused', async () => {
  const busy = await newRetailer(client);
  const other = await newRetailer(client);
  const { id: first, order_id } = await play(busy, { name: 'pickup', pace: 'step' });
  const script = { steps: [{ wait: '1s' }] };
  // All run on one order, since the limit is on scenarios, not on orders.
  const another = { script, pace: 'step', order_id };
  for (let n = 1; n < limits.runningScenarios; n++) await play(busy, another);
  const refused = await client.post(scenarios, { token: busy.token, body: another });
  assert.deepEqual(
    [refused.status, refused.body.error.message],
    [403, 'No more running scenarios can be made'],
  );

  // Another retailer has its own limit, and an ended scenario frees its place.
  const elsewhere = await play(other, { name: 'pickup', pace: 'step' });
  const ended: number[] = [];
  for (let n = 0; n < limits.endedScenarios + 1; n++) {
    ended.push((await play(other, { script, pace: 'fast', order_id: elsewhere.order_id })).id);
  }
  const status = async ({ token }: Retailer, id: number) =>
    (await client.get(`${scenarios}/${id}`, { token })).status;
  assert.deepEqual([await status(other, ended[0]!), await status(other, ended[1]!)], [404, 200]);
  const stepped = await client.post(`${scenarios}/${first}/step`, { token: busy.token });
  assert.deepEqual([stepped.body.state, stepped.body.position], ['running', 1]);

  const end = (retailer: Retailer) =>
    client.call('DELETE', `${scenarios}/${first}`, { token: retailer.token });
  assert.equal((await end(other)).status, 404);
  assert.equal((await end(busy)).status, 200);
  assert.deepEqual([(await end(busy)).status, await status(busy, first)], [404, 404]);
  await play(busy, another);
});
