import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { maskPrivate } from '../../src/domain/chat/masks.ts';
import { processorMs } from '../support/processor-time.ts';
import {
  chatPath,
  newRetailer,
  openChat,
  openChatOf,
  shopperPath,
  shopperSays,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const phone = '[phone removed]';
const email = '[email removed]';
const card = '[card removed]';
const link = '[link removed]';

/** Texts that contain contact details, and what they become. */
const masked: [text: string, expected: string][] = [
  // Phones, English
  ['Call me at 303-555-0100 please', `Call me at ${phone} please`],
  ['(303) 555-0100', phone],
  ['(303)555-0100.', `${phone}.`],
  ['303.555.0100, thanks', `${phone}, thanks`],
  ['my cell: 303 555 0100', `my cell: ${phone}`],
  ['1-800-555-0199', phone],
  ['+1 (303) 555-0100', phone],
  ['+13035550100', phone],
  ['its 3035550100', `its ${phone}`],
  ['text 13035550100', `text ${phone}`],
  ['call 555-0100', `call ${phone}`],
  ['ring 020 7946 0958 or 07911 123456', `ring ${phone} or ${phone}`],
  ['07911123456', phone],
  ['+44 20 7946 0958', phone],
  ['0412 345 678', phone],
  ['my number is 3035550100', `my number is ${phone}`],
  ['about order 12: call 3035550100', `about order 12: call ${phone}`],
  // Phones, French
  ['Appelez-moi au 06 12 34 56 78', `Appelez-moi au ${phone}`],
  ['06.12.34.56.78', phone],
  ['tél 0612345678', `tél ${phone}`],
  ['mon numéro est le 06-12-34-56-78 !', `mon numéro est le ${phone} !`],
  ['+33 6 12 34 56 78', phone],
  ['+33 (0)6 12 34 56 78', phone],
  ['0033 6 12 34 56 78', phone],
  ['514 555-0100', phone],
  ['514-555-0100', phone],
  ['06\u00a012\u00a034\u00a056\u00a078', phone],
  // Phones, Spanish
  ['Llámame al 612 345 678', `Llámame al ${phone}`],
  ['612 34 56 78', phone],
  ['mi móvil 612345678', `mi móvil ${phone}`],
  ['mi número es 612345678', `mi número es ${phone}`],
  ['+34 612 345 678', phone],
  ['55 1234 5678', phone],
  ['(55) 1234-5678', phone],
  ['+52 55 1234 5678', phone],
  // E-mail
  ['write to noor@example.com.', `write to ${email}.`],
  ['noor.van-der+shop@mail.example.co.uk', email],
  ['escríbeme a ñandú@correo.es', `escríbeme a ${email}`],
  ['mailto:noor@example.com', `mailto:${email}`],
  // Cards
  ['4111 1111 1111 1111', card],
  ['use 4111111111111111 please', `use ${card} please`],
  ['5555-5555-5555-4444', card],
  ['3782 822463 10005', card],
  ['378282246310005', card],
  ['6011111111111117', card],
  // Links
  ['see https://shop.example/a?b=c#d.', `see ${link}.`],
  ['(http://shop.example/x)', `(${link})`],
  ['www.shop.example', link],
  ['go to shop-example.com now', `go to ${link} now`],
  ['bit.ly/3xY', link],
  ['wa.me/33612345678', link],
  ['https://user:pw@shop.example/', link],
  ['whatsapp://send?phone=33612345678', link],
  // Several
  ['303-555-0100 or noor@example.com', `${phone} or ${email}`],
  ['call 303-555-0100 about 2x500g', `call ${phone} about 2x500g`],
];

/** Texts that stay unchanged: what a grocery chat is full of. */
const kept = [
  // Amounts, weights, sizes
  '2x500g',
  '1-2 lbs',
  '1.5L',
  '2 x 1,5 l',
  '500g-750g',
  'about 250 500 1000 g',
  '6x33cl',
  '3 de 200 g',
  '2kg de tomates',
  // Prices
  '3.99',
  '$3.99/lb',
  '2@3.99',
  '1 299,00 €',
  '$1,299.00',
  '2,50€ le kg',
  // Codes of products
  'UPC 000111222333',
  'UPC 036000291452',
  '0 36000 29145 2',
  'EAN 4006381333931',
  '4006381333931',
  '5 901234 123457',
  'PLU 4011',
  'SKU 3035550100',
  'code 0612345678',
  '#3035550100',
  'item 612345678',
  'A0612345678',
  '12345678',
  // Orders
  'order 3035550100',
  'my order number is 3035550100',
  'commande 0612345678',
  'numéro de commande 0612345678',
  'pedido 612345678',
  '112-3456789-1234567',
  'order 4111111111111112',
  // Dates and times
  '10:30-11:30',
  '2026-11-22',
  '22/11/2026',
  '22.11.2026 10:30',
  '01.02.2026 10.30',
  '11-22-2026',
  'entre 18h et 19h30',
  'between 5 and 6',
  'best before 01.02.26',
  // Not a card: the check digit or the issuer does not fit
  '1234 5678 9012 3456',
  '4111 1111 1111 1112',
  // Not a link
  'ripe.me too',
  'no hay.es igual',
  'lait.et/ou crème',
  'y/o',
  'Dr.Oetker',
  'St.Louis',
  'half.No more',
  'photo.jpg',
  '1.5kg',
  'e.g. apples',
  // Not an e-mail address
  '@ 3.99 each',
  'meet @ the door',
  // Words
  'Two ripe avocados, please! 🥑',
  'Ok 👍',
  '',
];

test('everything by which a person could be contacted is masked', () => {
  for (const [text, expected] of masked) assert.equal(maskPrivate(text), expected, text);
});

test('amounts, prices, codes, orders, dates and times are not masked', () => {
  for (const text of kept) assert.equal(maskPrivate(text), text);
});

test('masking a masked text changes nothing', () => {
  for (const [, text] of masked) assert.equal(maskPrivate(text), text);
});

test('a masked text is never longer than a message may be', () => {
  for (const unit of ['303-555-0100 ', 'a@b.co ', 'call 1234567 ', 'x.com ']) {
    const long = unit.repeat(1000 / unit.length);
    const text = maskPrivate(long);
    assert.ok([...text].length <= 1000, unit);
    assert.ok(!/\[[^\]]*$/.test(text), 'a truncated mask');
    assert.ok(!text.includes(unit.trim()));
  }
});

test('masking is fast for every text', () => {
  const parts = ['1', '1 ', '1-', 'a.', 'a@', '(', '+1', '0', '12 ', 'a-', 'www.', '://', '[', 'http://'];
  for (const part of parts) {
    const text = part.repeat(1000 / part.length);
    const ms = processorMs(() => {
      for (let n = 0; n < 10; n++) maskPrivate(text);
    });
    assert.ok(ms < 500, `${part}: ${ms} ms for 10`);
  }
});

const { client } = await testServer({ after });

test('masks are off by default, and texts are stored masked only while the setting is on', async () => {
  const chat = await openChat(client);
  const { token, orderId, shopperId } = chat;
  const text = 'Call 303-555-0100';
  const bodies = async (): Promise<string[]> =>
    (await client.get(chatPath(orderId), { token })).body.chat_messages.map(
      (message: { body: string }) => message.body,
    );
  const send = () => client.post(chatPath(orderId), { token, body: { body: text } });
  await send();
  const settings = await client.patch('/v1/sandbox/retailer', { token, body: { privacy_masks: true } });
  assert.equal(settings.body.privacy_masks, true);
  await send();
  await shopperSays(client, token, shopperId, orderId, 'Mine is ilse@shop.example');
  await client.patch('/v1/sandbox/retailer', { token, body: { privacy_masks: false } });
  await send();
  assert.deepEqual(await bodies(), [text, `Call ${phone}`, `Mine is ${email}`, text]);
});

test('a repeated request is recognized by the original text, masked or not', async () => {
  const retailer = await newRetailer(client, { privacy_masks: true });
  const { token, orderId, shopperId } = await openChatOf(client, retailer);
  const headers = { 'idempotency-key': 'one' };
  const path = shopperPath(shopperId, orderId);
  const first = await client.post(path, { token, headers, body: { body: 'Call 303-555-0100' } });
  const other = await client.post(path, { token, headers, body: { body: 'Call 303-555-0101' } });
  await client.patch('/v1/sandbox/retailer', { token, body: { privacy_masks: false } });
  const again = await client.post(path, { token, headers, body: { body: 'Call 303-555-0100' } });
  assert.equal(again.text, first.text);
  assert.equal(other.status, 422);
});
