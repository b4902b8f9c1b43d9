/** The report of a chat: which messages a person chooses, on the shop's page and on the shopper's. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { limits } from '@aislechat/contract';
import type { Page } from 'playwright-core';
import {
  chatPath,
  clientToken,
  internal,
  type OpenChat,
  shopperSays,
} from '../../server/tests/support/scenario.ts';
import { assertAccessible, casesIn, setTextSize } from './support/accessible.ts';
import { shopPage, troublesOf, twoPeople } from './support/pages.ts';
import { tabsUnderTest } from './support/tabs.ts';

const { client, open, openTab } = await tabsUnderTest({ after, afterEach });

const flag = { en: 'Report this chat to the store', fr: /^Signaler/, es: /^Denunciar/ };
type Lang = keyof typeof flag;

/** The page of a chat with an insult that eleven harmless messages follow, the last of which is a picture. */
async function insulted(lang: Lang = 'en') {
  const chat = await twoPeople(client);
  const says = (text: string, image?: string) =>
    shopperSays(client, chat.token, chat.shopperId, chat.orderId, text, image);
  const ids = [await says('A rude word')];
  for (let n = 1; n <= 10; n++) ids.push(await says(`Harmless ${n} ${'and long '.repeat(n === 9 ? 60 : 0)}`));
  ids.push(await says('', 'https://pictures.example/figs.jpg'));
  const page = await openTab('about:blank', { width: 320, height: 640 });
  const troubles = troublesOf(page);
  await setTextSize(page, 32);
  await page.goto(
    await shopPage({ after }, client.url, { orderId: chat.orderId, token: chat.userToken, lang }),
  );
  await page.locator('.bubble', { hasText: 'Harmless 10' }).waitFor();
  return { chat, page, ids, troubles, says };
}

async function reportOn(page: Page, lang: Lang = 'en') {
  await page.getByRole('button', { name: flag[lang] }).click();
  const dialog = page.getByRole('dialog');
  const boxes = dialog.getByRole('checkbox');
  await boxes.first().waitFor();
  const states = () =>
    boxes.evaluateAll((all) =>
      all.map((box) => {
        const { checked, disabled } = box as HTMLInputElement;
        return disabled ? 'disabled' : checked ? 'checked' : 'free';
      }),
    );
  return { dialog, boxes, states };
}

async function reportedIn(chat: OpenChat): Promise<number[][]> {
  const token = await clientToken(client, chat, 'aislechat:operate');
  const { reports } = (await client.get('/v1/reports', { token })).body;
  return reports.map(({ message_ids }: { message_ids: number[] }) => message_ids);
}

const tenChecked = Array<string>(10).fill('checked');

test('the customer reports an insult that many harmless messages follow, by keyboard alone', async () => {
  const { chat, page, ids, troubles } = await insulted();
  const { dialog, boxes, states } = await reportOn(page);
  assert.deepEqual(await states(), ['disabled', 'disabled', ...tenChecked], 'the newest ten are chosen');
  const group = dialog.getByRole('group', { name: 'Which messages? Up to ten' });
  assert.equal(await group.getByRole('checkbox', { name: 'Photo' }).count(), 1);
  const long = await group
    .locator('label > span')
    .nth(9)
    .evaluate((text) => {
      return text.getBoundingClientRect().height / Number.parseFloat(getComputedStyle(text).fontSize);
    });
  assert.ok(long < 4, `two lines of a long message are shown, not ${long} em`);
  const seen = await boxes.last().evaluate((box) => {
    const list = box.closest('.list')!.getBoundingClientRect();
    return [list.bottom - box.getBoundingClientRect().bottom, list.height / innerHeight];
  });
  assert.ok(seen[0]! >= 0 && seen[1]! <= 0.41, `the newest is in sight: ${seen}`);
  await dialog.getByLabel('What is wrong?').focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  assert.deepEqual(await states(), ['free', 'free', 'free', ...tenChecked.slice(1)]);
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Space');
  assert.deepEqual(await states(), ['checked', 'disabled', 'disabled', ...tenChecked.slice(1)]);
  assert.deepEqual(await reportedIn(chat), [], 'Enter in the list does not send');
  await dialog.getByRole('button', { name: 'Send the report' }).focus();
  await page.keyboard.press('Enter');
  await dialog.getByText('Thank you. The store will look at it.').waitFor();
  assert.deepEqual(await reportedIn(chat), [[ids[0]!, ...ids.slice(3)]]);
  assert.deepEqual(troubles, []);
});

test('a report can name no message, and a shopper chooses among the customer’s', async () => {
  const chat = await twoPeople(client);
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'From the shopper');
  for (const body of ['First of the customer', 'Second of the customer'])
    await client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body } });
  const page = await open(`${client.url}/shopper#token=${chat.shopperToken}&order=${chat.orderId}`);
  const { dialog, boxes, states } = await reportOn(page);
  await dialog.getByRole('group', { name: 'Which messages?', exact: true }).waitFor();
  assert.deepEqual(await dialog.locator('.list label').allInnerTexts(), [
    'First of the customer',
    'Second of the customer',
  ]);
  assert.deepEqual(await states(), ['checked', 'checked']);
  await boxes.nth(0).uncheck();
  await boxes.nth(1).uncheck();
  await dialog.getByRole('button', { name: 'Send the report' }).click();
  await dialog.getByText('Thank you. The store will look at it.').waitFor();
  assert.deepEqual(await reportedIn(chat), [[]]);
});

test('a text that is erased leaves an open report, and one that arrives joins its list', async () => {
  const { chat, page, says } = await insulted();
  const { dialog, boxes, states } = await reportOn(page);
  await says('One more');
  await dialog.getByText('One more').waitFor({ state: 'attached' });
  assert.deepEqual(await states(), ['disabled', 'disabled', ...tenChecked, 'disabled']);
  const token = await clientToken(client, chat, 'aislechat:operate');
  const path = `/v1/shoppers/${chat.shopperId}`;
  const erased = await client.call('DELETE', path, { token, headers: internal });
  assert.equal(erased.status, 200, erased.text);
  await boxes.first().waitFor({ state: 'detached' });
  assert.equal(await boxes.count(), 0);
  assert.equal(await dialog.getByRole('group').count(), 0, 'without messages there is nothing to choose');
});

for (const [lang, send, full] of casesIn('fr', [
  ['en', 'Send the report', 'Your report already has as many messages as it can have.'],
  ['fr', 'Envoyer le signalement', 'Votre signalement contient déjà autant de messages que possible.'],
  ['es', 'Enviar la denuncia', 'Su denuncia ya tiene todos los mensajes que puede tener.'],
] as const)) {
  test(`a report that holds the most it can says so in ${lang}, instead of asking to try again`, async () => {
    const chat = await twoPeople(client);
    const { orderId, userToken: token } = chat;
    const ids: number[] = [];
    for (let n = 0; n <= limits.messagesPerOpenReport; n++)
      ids.push(await shopperSays(client, chat.token, chat.shopperId, orderId, `Buy ${n}`));
    for (let from = 0; from < limits.messagesPerOpenReport; from += limits.messagesPerReport) {
      const message_ids = ids.slice(from, from + limits.messagesPerReport);
      const body = { reason: 'abusive_language', message_ids };
      const path = `/v1/orders/${orderId}/reports`;
      assert.equal((await client.post(path, { token, body })).status, 200);
    }
    const address = await shopPage({ after }, client.url, { orderId, token, lang });
    const page = await openTab(address, { width: 320, height: 640 });
    await page.locator('.bubble').last().waitFor();
    const { dialog } = await reportOn(page, lang);
    await dialog.getByRole('button', { name: send }).click();
    const alert = dialog.getByRole('alert').getByText(full, { exact: true });
    await alert.waitFor();
    const { bottom } = await alert.evaluate((one) => one.getBoundingClientRect().toJSON());
    const sticky = await dialog.getByRole('button').first().boundingBox();
    assert.ok(bottom <= sticky!.y, `the sentence ends at ${bottom}, the buttons begin at ${sticky!.y}`);
  });
}

for (const [lang, legend, send, failed, thanks] of casesIn('fr', [
  [
    'en',
    'Which messages? Up to ten',
    'Send the report',
    'Your report could not be sent. Try again.',
    /^Thank you/,
  ],
  [
    'fr',
    'Quels messages\u202f? Dix au maximum',
    'Envoyer le signalement',
    'Votre signalement n’a pas pu être envoyé. Réessayez.',
    /^Merci/,
  ],
  [
    'es',
    '¿Qué mensajes? Hasta diez',
    'Enviar la denuncia',
    'No se pudo enviar su denuncia. Inténtelo de nuevo.',
    /^Gracias/,
  ],
] as const)) {
  test(`the choice of messages is accessible in ${lang} on a narrow screen with large text, and a report that cannot be sent says so and can be sent again`, async () => {
    const { page } = await insulted(lang);
    await page.locator('.jump').click();
    await page.locator('.jump').waitFor({ state: 'detached' });
    const { dialog } = await reportOn(page, lang);
    await assertAccessible(page, `report in ${lang}`);
    const tooWide = await dialog.evaluate((all) =>
      [all, ...all.querySelectorAll('*')]
        .filter((part) => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0)
        .map((part) => part.outerHTML.slice(0, 80)),
    );
    assert.deepEqual(tooWide, []);
    assert.equal(await dialog.locator('legend').innerText(), legend);

    await page.route('**/reports', (route) => route.abort());
    await dialog.getByRole('button', { name: send }).click();
    await dialog.getByRole('alert').getByText(failed, { exact: true }).waitFor();
    await page.unroute('**/reports');
    await dialog.getByRole('button', { name: send }).click();
    await dialog.getByText(thanks).waitFor();
  });
}
