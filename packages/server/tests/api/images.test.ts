import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import sharp from 'sharp';
import type { Client } from '../support/client.ts';
import { strangersIn } from '../support/jpeg.ts';
import {
  colourAt,
  type Fetched,
  type Format,
  fetchImage,
  imagesPath,
  picture,
  pictureBytes,
  upload,
  uploaded,
} from '../support/pictures.ts';
import {
  advance,
  chatPath,
  clientToken,
  clock,
  newBatch,
  newOrder,
  newShopper,
  type OpenChat,
  openChat,
  shopperPath,
  shopperToken,
  unique,
  userToken,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const linkWindowMs = 600_000;

async function send(chat: OpenChat, body: Record<string, unknown>, headers: Record<string, string> = {}) {
  return chat.client.post(chatPath(chat.orderId), { token: chat.userToken, body, headers });
}

async function linksOf(chat: OpenChat, token = chat.userToken): Promise<string[]> {
  const { body } = await chat.client.get(chatPath(chat.orderId), { token });
  return body.chat_messages.map(({ image }: { image?: string }) => image).filter(Boolean);
}

/** A chat whose customer has sent an image, and the image's link. */
async function withImage(client: Client, image?: Uint8Array): Promise<{ chat: OpenChat; link: string }> {
  const chat = await openChat(client);
  const imageId = await uploaded(client, chat.userToken, chat.orderId, image);
  assert.equal((await send(chat, { body: 'look', image_id: imageId })).status, 200);
  const [link] = await linksOf(chat);
  return { chat, link: link! };
}

const { client, app } = await testServer({ after });

test('a customer uploads a picture and sends it, and every reader of the chat can view it', async () => {
  const chat = await openChat(client);
  const formats: Format[] = ['jpeg', 'png', 'webp'];
  for (const format of formats) {
    const answer = await upload(
      client,
      chat.userToken,
      chat.orderId,
      await pictureBytes(format, 3000, 2000),
      `image/${format}`,
    );
    assert.deepEqual([answer.status, answer.body.width, answer.body.height], [200, 2048, 1365], answer.text);
    const sent = await send(chat, { image_id: answer.body.image_id });
    assert.equal(sent.status, 200, sent.text);
  }
  const links = await linksOf(chat, chat.token);
  assert.equal(links.length, formats.length);
  for (const link of links) {
    assert.ok(link.startsWith(`${app.url}/v1/images/`), link);
    const full = await fetchImage(link);
    assert.equal(full.status, 200);
    assert.equal(full.headers.get('content-type'), 'image/jpeg');
    assert.equal(full.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(full.headers.get('content-security-policy'), "default-src 'none'");
    assert.equal(full.headers.get('content-disposition'), 'inline');
    const maxAge = Number(/^private, max-age=(\d+)$/.exec(full.headers.get('cache-control') ?? '')?.[1]);
    assert.ok(maxAge >= 590 && maxAge <= 1200, String(maxAge));
    const { width, height, format } = await sharp(full.bytes).metadata();
    assert.deepEqual([width, height, format], [2048, 1365, 'jpeg']);
    assert.deepEqual(await Promise.all([colourAt(full.bytes, 9, 9), colourAt(full.bytes, 9, 1300)]), [
      'red',
      'blue',
    ]);
    const small = await sharp((await fetchImage(`${link}&size=thumbnail`)).bytes).metadata();
    assert.deepEqual([small.width, small.height, small.format], [480, 320, 'jpeg']);
  }
});

test('a form with one file is equivalent to the raw bytes, whatever the file name', async () => {
  const chat = await openChat(client);
  const post = (form: FormData) =>
    fetch(client.url + imagesPath(chat.orderId), {
      method: 'POST',
      headers: { authorization: `Bearer ${chat.userToken}` },
      body: form,
    });
  const file = new Blob([new Uint8Array(await pictureBytes('png', 64, 48))], { type: 'text/html' });
  const form = new FormData();
  form.append('note', 'a field');
  form.append('anything', file, '../../CANARY.svg');
  const answer = await post(form);
  assert.equal(answer.status, 200);
  const { width, height } = (await answer.json()) as { width: number; height: number };
  assert.deepEqual([width, height], [64, 48]);

  form.append('another', file);
  assert.equal((await post(form)).status, 422, 'two files');
  const empty = new FormData();
  empty.append('note', 'no file');
  assert.equal((await post(empty)).status, 422, 'no file');
  const broken = await client.post(imagesPath(chat.orderId), {
    token: chat.userToken,
    body: '--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\nhalf',
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
  });
  assert.equal(broken.status, 400);
});

test('image/jpg, which is not a registered media type, is accepted as image/jpeg', async () => {
  const chat = await openChat(client);
  const answer = await client.post(imagesPath(chat.orderId), {
    token: chat.userToken,
    body: await pictureBytes('jpeg'),
    headers: { 'content-type': 'image/jpg' },
  });
  assert.equal(answer.status, 200, answer.text);
});

test('a rotated picture is upright in the chat, and only its pixels are stored', async () => {
  // Orientation 6: the top of the scene is on the right side of the pixels.
  const turned = await picture(400, 300).jpeg().withMetadata({ orientation: 6 }).toBuffer();
  const { link } = await withImage(client, turned);
  const { bytes } = await fetchImage(link);
  const { width, height, orientation } = await sharp(bytes).metadata();
  assert.deepEqual([width, height, orientation], [300, 400, undefined]);
  assert.equal(await colourAt(bytes, 290, 200), 'red');
  assert.equal(await colourAt(bytes, 10, 200), 'blue');
  assert.deepEqual(strangersIn(bytes), []);
});

test('a shopper can upload with their own token only while they have the order', async () => {
  const chat = await openChat(client);
  const { token, shopperId, orderId } = chat;
  const theirs = await shopperToken(client, chat, shopperId);
  const imageId = await uploaded(client, theirs, orderId);
  const sent = await client.post(`/v1/shopper/orders/${orderId}/messages`, {
    token: theirs,
    body: { image_id: imageId },
  });
  assert.equal(sent.status, 200, sent.text);
  assert.equal((await linksOf(chat)).length, 1);
  const seen = await client.get(`/v1/shopper/orders/${orderId}/messages`, { token: theirs });
  assert.equal((await fetchImage(seen.body.messages[0].image)).status, 200);
  const events = await client.get(`/v1/orders/${orderId}/events`, { token: theirs });
  const { message } = events.body.events.find(({ type }: { type: string }) => type === 'message');
  assert.equal((await fetchImage(message.image)).status, 200);

  const inSandbox = await uploaded(client, theirs, orderId);
  const asShopper = await client.post(shopperPath(shopperId, orderId), {
    token,
    body: { body: 'and this', image_id: inSandbox },
  });
  assert.equal(asShopper.status, 200, asShopper.text);

  await newBatch(client, token, await newShopper(client, token), orderId);
  const image = await pictureBytes('jpeg', 64, 48);
  assert.equal((await upload(client, theirs, orderId, image)).status, 404);
});

test('an image can be used in one message, by its uploader, in its order', async () => {
  const chat = await openChat(client);
  const { token, userId, shopperId, orderId } = chat;
  const theirs = await shopperToken(client, chat, shopperId);
  const other = await newOrder(client, token, userId);
  await newBatch(client, token, shopperId, other);
  const [mine, fromShopper, elsewhere] = [
    await uploaded(client, chat.userToken, orderId),
    await uploaded(client, theirs, orderId),
    await uploaded(client, chat.userToken, other),
  ];
  const invalid = { error: { message: 'is invalid', code: 1001 }, meta: { key: 'image_id' } };
  for (const imageId of [fromShopper, elsewhere, 987_654, 0, -1, 1.5, 'x', true, {}, '12']) {
    const { status, body } = await send(chat, { body: 'hi', image_id: imageId });
    assert.deepEqual([status, body], [400, invalid], String(imageId));
  }
  assert.equal((await send(chat, { body: 'hi', image_id: mine })).status, 200);
  assert.deepEqual((await send(chat, { body: 'again', image_id: mine })).body, invalid);
  const both = await client.post(shopperPath(shopperId, orderId), {
    token,
    body: { image: 'https://img.example/a.jpg', image_id: fromShopper },
  });
  assert.deepEqual(both.body, invalid);
  assert.equal((await send(chat, { body: '', image_id: null })).status, 400, 'null counts as no image');
  assert.equal((await linksOf(chat)).length, 1);
});

test('the same key and image give one message and the same answer; another image with that key is refused', async () => {
  const chat = await openChat(client);
  const [first, second] = [
    await uploaded(client, chat.userToken, chat.orderId),
    await uploaded(client, chat.userToken, chat.orderId),
  ];
  const key = { 'idempotency-key': unique('key') };
  const sent = await send(chat, { image_id: first }, key);
  const again = await send(chat, { image_id: first }, key);
  assert.deepEqual([again.status, again.text], [200, sent.text]);
  assert.equal((await send(chat, { image_id: second }, key)).status, 422);
  assert.equal((await send(chat, { body: 'x' }, key)).status, 422);
  assert.equal((await linksOf(chat)).length, 1);
});

test('a forged, an expired and a dangling link get the same answer byte for byte', async () => {
  const { chat, link } = await withImage(client);
  const unknown = await fetch(`${client.url}/v1/images/1-2-3?expires=99999999999&signature=x`);
  const expected = { status: 404, text: await unknown.text() };
  assert.equal(unknown.status, expected.status);
  const url = new URL(link);
  const withParameter = (name: string, value: string | undefined) => {
    const changed = new URL(url);
    if (value === undefined) changed.searchParams.delete(name);
    else changed.searchParams.set(name, value);
    return changed.href;
  };
  const signature = url.searchParams.get('signature')!;
  const flipped = (signature[0] === 'A' ? 'B' : 'A') + signature.slice(1);
  const wrong = [
    withParameter('expires', '99999999999'),
    withParameter('expires', undefined),
    withParameter('expires', `0${url.searchParams.get('expires')}`),
    withParameter('signature', flipped),
    withParameter('signature', signature.slice(0, -1)),
    withParameter('signature', ''),
    withParameter('signature', undefined),
    `${link}&signature=${signature}`,
    link.replace(/images\/(\d+)-/, (_, id) => `images/${Number(id) + 1}-`),
    link.replace(/-(\d+)\?/, (_, id) => `-${Number(id) + 1}?`),
    link.replace('/images/', '/images/0'),
    link.replace(/images\/[^?]+/, 'images/nothing'),
  ];
  for (const address of wrong) {
    const answer = await fetch(address);
    assert.deepEqual({ status: answer.status, text: await answer.text() }, expected, address);
  }
  assert.equal((await fetch(link)).status, 200);
  await clock(client, chat.token, { advance_ms: 2 * linkWindowMs });
  const late = await fetch(link);
  assert.deepEqual({ status: late.status, text: await late.text() }, expected);
});

test('a poller gets 304 while the links are valid, then new ones; a link works for at least ten minutes', async () => {
  const chat = await openChat(client);
  const { token } = chat;
  await clock(client, token, { frozen: true });
  const { body: reading } = await client.get('/v1/sandbox/clock', { token });
  const toWindow = linkWindowMs - (Date.parse(reading.now) % linkWindowMs);
  await clock(client, token, { advance_ms: toWindow });
  const userTokenNow = await userToken(client, chat, chat.userId);
  const imageId = await uploaded(client, userTokenNow, chat.orderId);
  await client.post(chatPath(chat.orderId), { token: userTokenNow, body: { image_id: imageId } });
  const read = (etag?: string) =>
    client.get(chatPath(chat.orderId), {
      token: userTokenNow,
      headers: etag === undefined ? {} : { 'if-none-match': etag },
    });
  const first = await read();
  const etag = first.headers.get('etag')!;
  for (let n = 0; n < 3; n++) assert.equal((await read(etag)).status, 304);
  await clock(client, token, { advance_ms: linkWindowMs - 1 });
  assert.equal((await read(etag)).status, 304);
  const [oldLink] = [first.body.chat_messages[0].image];
  assert.equal((await fetch(oldLink)).status, 200);
  await clock(client, token, { advance_ms: 1 });
  const second = await read(etag);
  assert.equal(second.status, 200);
  const newLink = second.body.chat_messages[0].image;
  assert.notEqual(newLink, oldLink);
  assert.equal((await fetch(oldLink)).status, 200, 'the last link of a window works for ten minutes');
  await clock(client, token, { advance_ms: linkWindowMs });
  assert.equal((await fetch(oldLink)).status, 404);
  assert.equal((await fetch(newLink)).status, 200);
});

test('a chat without stored images keeps its ETag as time passes', async () => {
  const chat = await openChat(client);
  await send(chat, { body: 'no picture' });
  const { headers } = await client.get(chatPath(chat.orderId), { token: chat.userToken });
  await clock(client, chat.token, { advance_ms: 3 * linkWindowMs });
  const later = await client.get(chatPath(chat.orderId), {
    token: chat.userToken,
    headers: { 'if-none-match': headers.get('etag')! },
  });
  assert.equal(later.status, 304);
});

test('an image stays available for the 24 hours of its chat and not a millisecond longer, despite its link', async () => {
  const { chat } = await withImage(client);
  await clock(client, chat.token, { frozen: true });
  await advance(client, chat.token, chat.batchId, 'completed');
  await clock(client, chat.token, { advance_ms: 86_400_000 });
  const token = await clientToken(client, chat);
  const [link] = await linksOf(chat, token);
  const { headers, status }: Fetched = await fetchImage(link!);
  assert.equal(status, 200);
  assert.equal(
    headers.get('cache-control'),
    'private, max-age=0',
    'no cache may keep the image longer than the chat',
  );
  await clock(client, token, { advance_ms: 1 });
  assert.equal((await fetch(link!)).status, 404);
  assert.equal((await fetch(`${link}&size=thumbnail`)).status, 404);
});

test('an upload is refused if it is not a picture, too large, or the chat is closed', async () => {
  const chat = await openChat(client);
  const { token, userId, orderId } = chat;
  const image = await pictureBytes('jpeg', 64, 48);
  const status = async (bytes: Uint8Array, type?: string, as = chat.userToken, to = orderId) =>
    (await upload(client, as, to, bytes, type)).status;
  assert.equal(await status(Buffer.from('hello'), 'image/png'), 422);
  assert.equal(await status(Buffer.alloc(0), 'image/png'), 422);
  assert.equal(await status(image, 'image/gif'), 415);
  assert.equal(await status(Buffer.from('{}'), 'application/json'), 415);
  assert.equal(await status(Buffer.alloc(10 * 1024 * 1024 + 1)), 413);
  assert.equal(await status(image, 'image/jpeg', chat.userToken, 'nothing'), 404);
  const early = await newOrder(client, token, userId);
  assert.equal(await status(image, 'image/jpeg', chat.userToken, early), 403, 'the chat is not open yet');
  await advance(client, token, chat.batchId, 'completed');
  assert.equal(await status(image), 403, 'the order is over');
});

test('an endless upload is refused as soon as it is too large', async () => {
  const chat = await openChat(client);
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024)),
  });
  const answer = await fetch(client.url + imagesPath(chat.orderId), {
    method: 'POST',
    headers: { authorization: `Bearer ${chat.userToken}`, 'content-type': 'image/jpeg' },
    body: endless,
    duplex: 'half',
  } as RequestInit);
  assert.equal(answer.status, 413);
});

/** A chat made in development, served by a production server. */
async function inProduction(t: TestContext, env: Record<string, string>) {
  const { client, app, place } = await testServer(t);
  const { chat } = await withImage(client);
  await app.stop();
  const production = await testServer(t, { ...place, AISLECHAT_ENV: 'production', ...env });
  return { chat: { ...chat, client: production.client }, client: production.client };
}

test('production serves images once its public address is configured', async (t) => {
  const without = await inProduction(t, {});
  const image = await pictureBytes('jpeg', 64, 48);
  const refused = await upload(without.client, without.chat.userToken, without.chat.orderId, image);
  assert.equal(refused.status, 404);
  assert.deepEqual(await linksOf(without.chat), []);

  const configured = await inProduction(t, { AISLECHAT_PUBLIC_URL: 'https://chat.example/shop/' });
  const [link] = await linksOf(configured.chat);
  assert.match(
    link!,
    /^https:\/\/chat\.example\/shop\/v1\/images\/\d+-\d+-\d+\?expires=\d+&signature=[\w-]{43}$/,
  );
  const served = await fetch(link!.replace('https://chat.example/shop', configured.client.url));
  assert.equal(served.status, 200);
});
