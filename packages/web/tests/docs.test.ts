/** The documentation and the API reference as a reader sees them. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, afterEach, test } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import { type Route, routes } from '../../contract/src/index.ts';
import { eventually } from '../../server/tests/support/eventually.ts';
import { patienceMs } from '../../server/tests/support/patience.ts';
import { pictureBytes } from '../../server/tests/support/pictures.ts';
import { newPlace } from '../../server/tests/support/place.ts';
import { clientToken, clock, openChat } from '../../server/tests/support/scenario.ts';
import { testServer } from '../../server/tests/support/server.ts';
import { assertAccessible, assertFits, isFull } from './support/accessible.ts';
import { openIn, pagesUnderTest, troublesOf } from './support/pages.ts';

const { client, browser, pagesFolder } = await pagesUnderTest(
  { after, afterEach },
  { AISLECHAT_DEMO: 'true' },
  { docs: true },
);

const guides = [
  '/docs/guides/first-chat',
  '/docs/guides/embed-the-chat',
  '/docs/guides/polling-to-streams',
  '/docs/guides/callbacks',
  '/docs/guides/testing-expiry',
  '/docs/guides/going-to-production',
];
const looks = [
  { colorScheme: 'light', width: 320 },
  { colorScheme: 'dark', width: 1280 },
] as const;

interface Reading {
  page: Page;
  /** Policy violations, uncaught errors, and requests to other origins. */
  troubles: string[];
}

async function read(
  t: { after(hook: () => unknown): void },
  path: string,
  { colorScheme, width }: (typeof looks)[number] = looks[1],
): Promise<Reading> {
  const context: BrowserContext = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
  t.after(() => context.close());
  context.setDefaultTimeout(patienceMs);
  const page = await openIn(context, 'about:blank');
  const troubles = troublesOf(page);
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:'].includes(url.protocol) && url.origin !== client.url) troubles.push(url.href);
  });
  await page.goto(client.url + path);
  return { page, troubles };
}

const tokenField = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });

/** The token with which the page starts: once the fields are there, those of the demo are in them. */
const tokenOf = (page: Page, caller: string) => page.locator(`.tokens [name=${caller}]`).inputValue();

/** Opens the reference with an operation, and the demo's tokens. */
async function readOperation(t: Parameters<typeof read>[0], name: string): Promise<Reading> {
  const reading = await read(t, `/docs#${name}`);
  await reading.page.locator(`#${name} form`).waitFor();
  await eventually(
    () => tokenField(reading.page, 'Link of an order’s page').inputValue(),
    (value) => value !== '',
  );
  return reading;
}

test('the reference shows every operation of the server, with an example of every body; among all pages guides come first, and decisions are folded apart', async (t) => {
  const { page, troubles } = await read(t, '/docs');
  await page.locator('#createToken').waitFor();
  // Read at once: one by one they would take most of the time.
  const titles = await page.evaluate(
    (names) =>
      names.map((name) => document.querySelector<HTMLElement>(`#${name} > summary`)?.innerText ?? ''),
    Object.keys(routes),
  );
  for (const [n, [name, { summary, method, path }]] of Object.entries<Route>(routes).entries()) {
    const title = titles[n]!;
    assert.ok(title.includes(summary) && title.includes(method) && title.includes(path), `${name}: ${title}`);
  }
  await page.locator('#sendMessage > summary').click();
  const operation = page.locator('#sendMessage');
  assert.match(await operation.getByLabel('Request body').inputValue(), /"body": "Firm ones are fine/);
  await operation.getByText('200 A stored message').click();
  await operation.getByRole('group', { name: 'Example of 200' }).getByText('"type": "CHAT"').waitFor();
  await operation.getByText('image_id integer').first().waitFor();
  assert.deepEqual(troubles, []);

  const pages = page.getByRole('navigation', { name: 'All pages' });
  assert.equal((await pages.locator('h2').allInnerTexts())[0], 'Guides');
  const hrefs = await pages
    .locator('h2:text-is("Guides") + ul a')
    .evaluateAll((all) => all.map((one) => one.getAttribute('href')));
  assert.deepEqual(hrefs, guides);
  const decisions = pages.locator('details');
  assert.equal(await decisions.getAttribute('open'), null);
  await decisions.locator('summary').click();
  await decisions.getByRole('link').nth(5).click();
  await page.waitForURL('**/docs/decisions/*');
  assert.notEqual(await decisions.getAttribute('open'), null);
});

for (const look of looks) {
  test(`reference and guides are accessible, ${look.colorScheme}, ${look.width} px wide`, async (t) => {
    // All guides share one style sheet, and their search.
    const texts = look.width === 320 ? [...guides, '/docs/configuration'] : guides.slice(0, 1);
    const { page, troubles } = await read(t, '/docs', look);
    for (const path of ['/docs', ...texts]) {
      if (path !== '/docs') await page.goto(client.url + path);
      if (path === '/docs') await page.locator('#createToken').waitFor();
      const isFirst = path === guides[0];
      await assertAccessible(page, path);
      if (isFull || isFirst || path === '/docs') {
        await page.getByRole('searchbox').fill('send message');
        await page.locator('#search a').first().waitFor();
        await assertAccessible(page, `${path}, searching`, '#search');
        await page.keyboard.press('Escape');
      }
      if (path === '/docs') {
        await page.locator('#sendMessage > summary').click();
        await page.locator('#sendMessage').getByText('200 A stored message').click();
        await page.locator('#sendMessage').getByRole('button', { name: 'Send', exact: true }).click();
        await page.locator('#sendMessage').getByRole('group', { name: 'Response', exact: true }).waitFor();
        await assertAccessible(page, 'an operation', '#sendMessage');
      }
      await page.evaluate(() => {
        document.documentElement.classList.add('large');
        const sheet = new CSSStyleSheet();
        sheet.replaceSync('html.large { font-size: 200% }');
        document.adoptedStyleSheets.push(sheet);
      });
      await (isFull || isFirst ? assertAccessible : assertFits)(page, `${path}, 200 % text`);
      assert.deepEqual(troubles, [], path);
    }
  });
}

test('the keyboard alone opens an operation, fills it in and sends it, with the demo’s token of its kind or with the one entered, and so does its curl command', async (t) => {
  const { page, troubles } = await readOperation(t, 'createToken');
  const operation = page.locator('#getChat');
  await operation.locator('summary').first().focus();
  await page.keyboard.press('Enter');
  await operation.locator('form').waitFor();
  const focused = () => page.evaluate(() => (document.activeElement as HTMLInputElement | null)?.name ?? '');
  for (const name of ['caller', 'order_id']) {
    await page.keyboard.press('Tab');
    assert.equal(await focused(), name);
  }
  const token = await tokenField(page, 'Customer').inputValue();
  const curl = () => operation.getByRole('group', { name: 'The same request with curl' }).innerText();
  assert.match(
    await curl(),
    new RegExp(`/v2/post_checkout/chat/DEMO-1/messages'[^]*Authorization: Bearer ${token}'`),
  );
  await page.keyboard.type('DEMO-1');
  await page.keyboard.press('Enter');
  await operation.getByText('200 OK in').waitFor();
  await operation.getByRole('group', { name: 'Response', exact: true }).getByText('chat_messages').waitFor();

  const chat = await openChat(client);
  await tokenField(page, 'Customer').fill(chat.userToken);
  await operation.getByLabel('order_id').fill(chat.orderId);
  await operation.getByRole('button', { name: 'Send', exact: true }).click();
  await operation.getByText('"chat_messages": []').waitFor();
  assert.ok((await curl()).includes(chat.userToken) && (await curl()).includes(chat.orderId));
  // Another kind of token, chosen for this operation.
  await operation.getByLabel('Token').selectOption({ label: 'Application (client credentials)' });
  const application = await tokenField(page, 'Application (client credentials)').inputValue();
  assert.ok((await curl()).includes(application));
  assert.deepEqual(troubles, []);
});

/**
 * These end tokens of the demo, or the demo itself, so each group comes last on a page that got new tokens: only the last of
 * a group ends the application's, with which all of them are sent.
 */
const last = [
  [
    'setFaults',
    'revokeOrderLink',
    'renewOrderLink',
    'revokeTokensOfShopper',
    'revokeTokensOfUser',
    'endSession',
  ],
  ['revokeToken', 'revokeTokensOfApplication'],
  ['moveClock'],
  ['eraseShopper', 'eraseUser', 'rotateApplicationSecret'],
];
/** Their callers have another proof than a token: a signature, or the link of an image. */
const otherProof = [
  'receiveSms',
  'receiveTwilioSms',
  'receiveTwilioStatus',
  'getImage',
  'createSupportSession',
];

/** Hides the operations from the start, since laying out and painting them would take most of the time. */
function hideAll() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('aislechat-operation { display: none }');
  document.adoptedStyleSheets.push(sheet);
}

/** Opens an operation, sends it, and waits for its answer; stops a stream once something has arrived. */
async function sendFromForm(id: string) {
  const operation = document.getElementById(id)!;
  const find = <T extends HTMLElement>(selector: string) => operation.querySelector<T>(selector);
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await new Promise((done) => setTimeout(done, 5));
  };
  const button = (name: string) =>
    [...operation.querySelectorAll('button')].find(({ textContent }) => textContent === name);
  operation.setAttribute('open', '');
  await until(() => button('Send') !== undefined);
  button('Send')!.click();
  const answer = () => find('pre[aria-label=Response]')?.textContent ?? '';
  await until(() => find('[role=status]')!.textContent !== '');
  if (operation.id === 'streamOrderEvents') {
    await until(() => answer().includes('event: '));
    button('Stop')!.click();
  }
  await until(() => button('Stop') === undefined);
  const result = {
    status: find('[role=status]')!.textContent,
    answer: answer(),
    documented: [...operation.querySelectorAll('.answer > summary b')].map(({ textContent }) => textContent),
  };
  operation.removeAttribute('open');
  return result;
}

test('every operation can be sent from its form, and is neither refused for its token nor malformed', async (t) => {
  const server = await testServer(t, { AISLECHAT_DEMO: 'true' }, { pagesFolder });
  const context = await browser.newContext({ viewport: { width: 400, height: 300 } });
  t.after(() => context.close());
  const page = await openIn(context, 'about:blank');
  await page.addInitScript(hideAll);
  const troubles = troublesOf(page);
  const load = () => page.goto(`${server.client.url}/docs`);
  // A demo that has just been created has its shopper a moment later.
  await eventually(
    async () => {
      await load();
      return tokenOf(page, 'shopper');
    },
    (token) => token !== '',
  );
  const refused: string[] = [];
  const send = async (name: string) => {
    if (name === 'uploadImage') {
      const operation = page.locator(`#${name}`);
      await operation.evaluate((one) => one.setAttribute('open', ''));
      const file = { name: 'a.jpg', mimeType: 'image/jpeg', buffer: await pictureBytes('jpeg') };
      await operation.locator('input[type=file]').setInputFiles(file);
    }
    // In the page, because each step from outside would take longer than the operation.
    const { status, answer, documented } = await page.evaluate(sendFromForm, name);
    const [code = ''] = status.split(' ');
    const isRefused = code.startsWith('4') && /token|permission|malformed|content type/i.test(answer);
    const isExpected = documented.includes(code) && (!isRefused || otherProof.includes(name));
    if (!isExpected) refused.push(`${name}: ${status} ${answer}`);
  };
  const names = Object.keys(routes).filter((name) => !last.flat().includes(name));
  for (const [n, group] of [names, ...last].entries()) {
    if (n > 1) {
      await load();
      assert.notEqual(await tokenOf(page, 'client'), '');
    }
    for (const name of group) await send(name);
  }
  assert.deepEqual(refused, []);
  assert.deepEqual(troubles, []);
  t.diagnostic(`${names.length + last.flat().length} operations were sent`);
});

test('once the demo’s first order is over, tokens and forms are those of the order that goes on', async (t) => {
  const { client } = await testServer(t, { AISLECHAT_DEMO: 'true' }, { pagesFolder });
  const context = await browser.newContext();
  t.after(() => context.close());
  context.setDefaultTimeout(patienceMs);
  const page = await context.newPage();
  const demo = { clientId: 'demo-client', clientSecret: 'demo-secret' };
  const operator = await clientToken(client, demo, 'connect:fulfillment,aislechat:operate');
  const body = { workflow_state: 'delivered' };
  const ended = await client.post('/v1/orders/DEMO-1/state', { token: operator, body });
  assert.equal(ended.status, 200, ended.text);
  assert.equal((await clock(client, operator, { advance_ms: 25 * 3_600_000 })).status, 200);
  // The first screen creates the next order.
  await page.goto(client.url);
  await page.getByRole('heading', { name: 'Order DEMO-2' }).waitFor();

  await page.goto(`${client.url}/docs#getShopperConversation`);
  const operation = page.locator('#getShopperConversation');
  await operation.locator('form').waitFor();
  assert.equal(await operation.getByLabel('order_id').inputValue(), 'DEMO-2');
  for (const name of ['Shopper', 'Link of an order’s page']) {
    assert.notEqual(await tokenField(page, name).inputValue(), '', name);
  }
  await operation.getByRole('button', { name: 'Send', exact: true }).click();
  await operation.getByText('200 OK in').waitFor();
});

test('without a demo, and in production, the token fields are empty and no token is requested', async (t) => {
  for (const env of [
    { AISLECHAT_DEMO: 'false' },
    { AISLECHAT_ENV: 'production', AISLECHAT_DOCS: 'true', ...(await newPlace(t)).env },
  ] as Record<string, string>[]) {
    const server = await testServer(t, env, { pagesFolder });
    const context = await browser.newContext();
    t.after(() => context.close());
    const page = await context.newPage();
    const requested: string[] = [];
    page.on('request', (request) => requested.push(`${request.method()} ${new URL(request.url()).pathname}`));
    await page.goto(`${server.client.url}/docs`);
    await page.locator('#createToken').waitFor();
    for (const label of [
      'Application (client credentials)',
      'Customer',
      'Shopper',
      'Link of an order’s page',
    ]) {
      assert.equal(await tokenField(page, label).inputValue(), '', label);
    }
    await page.locator('#getChat > summary').click();
    await page.locator('#getChat').getByText('Enter a token').waitFor();
    if (env.AISLECHAT_ENV) {
      assert.ok(!requested.includes('POST /v2/oauth/token'), String(requested));
      assert.equal(await page.locator('#moveClock').count(), 0, 'the sandbox is not shown');
    }
  }
});

test('the Copy button copies a code block; the search finds guides and operations, and the keyboard opens a result; control: a request to another origin and an inline style are detected', async (t) => {
  const { page, troubles } = await read(t, guides[0]!);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy' }).first().click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'npm ci\nnpm start');

  await page.keyboard.press('/');
  await page.keyboard.type('freeze clock');
  const results = page.locator('#search a');
  await results.first().waitFor();
  const addresses = await results.evaluateAll((all) => all.map((one) => one.getAttribute('href')));
  assert.ok(addresses.includes('/docs#moveClock'), String(addresses));
  assert.ok(
    addresses.some((address) => address!.startsWith('/docs/guides/testing-expiry')),
    String(addresses),
  );
  await page.getByRole('searchbox').fill('moveClock');
  await results.first().waitFor();
  await eventually(
    () => results.evaluateAll((all) => all.map((one) => one.getAttribute('href'))),
    ([first]) => first === '/docs#moveClock',
  );
  assert.match(await page.locator('#search [role=status]').innerText(), /^\d+ results?$/);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/docs#moveClock');
  await page.locator('#moveClock form').waitFor();
  await page.getByRole('searchbox').fill('clock nothingofthekind');
  await page.getByText('No results').waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await page.getByRole('searchbox').inputValue(), '');
  assert.deepEqual(troubles, []);

  await page.evaluate(() => {
    const image = document.createElement('img');
    image.src = 'https://elsewhere.example/pixel.png';
    document.body.append(image);
    document.body.setAttribute('style', 'color: red');
  });
  await page.waitForTimeout(200);
  assert.ok(
    troubles.some((trouble) => /img-src/.test(trouble)),
    String(troubles),
  );
  assert.ok(
    troubles.some((trouble) => /style-src/.test(trouble)),
    String(troubles),
  );
});

test('a page lists its sections, marks the one being read, and marks itself among all pages', async (t) => {
  const { page } = await read(t, '/docs/operations');
  const contents = page.getByRole('navigation', { name: 'On this page' });
  const current = contents.locator('[aria-current=true]');
  const titles = await page.locator('main h2').allInnerTexts();
  const listed = await contents.locator('li:not(.deep) a').allInnerTexts();
  assert.deepEqual(listed, titles);
  await contents.getByRole('link', { name: listed[3]!, exact: true }).click();
  await eventually(
    () => current.allInnerTexts(),
    (all) => all.length === 1 && all[0] === listed[3],
  );
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await eventually(
    () => current.allInnerTexts(),
    (all) => all.length === 1 && all[0] !== listed[3],
  );
  const isOnScreen = async (one: typeof current) => {
    const { y, height } = (await one.boundingBox())!;
    return y < 700 && y + height > 200;
  };
  assert.ok(await isOnScreen(contents), 'the list stays on the screen');
  const pages = page.getByRole('navigation', { name: 'All pages' });
  assert.equal(await pages.locator('[aria-current=page]').innerText(), 'Operations');
  assert.ok(await isOnScreen(pages), 'the list of pages stays on the screen');
});

test('no page of the documents allows inline styles or scripts, or another origin', async () => {
  for (const path of ['/docs', ...guides]) {
    const policy = (await fetch(client.url + path)).headers.get('content-security-policy')!;
    assert.doesNotMatch(policy, /unsafe|https?:|\*/, path);
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; /, path);
  }
});

test('the shop page of the guide shows the chat of the demo’s order, and gives other sites no token', async (t) => {
  const shop = spawn(process.execPath, ['docs/examples/shop-page.mjs'], {
    cwd: new URL('../../../', import.meta.url),
    env: { ...process.env, CHAT_URL: client.url, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => shop.kill());
  const [line] = await once(createInterface(shop.stdout), 'line');
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await openIn(context, 'about:blank');
  const troubles = troublesOf(page);
  await page.goto(line);
  await page.locator('aislechat-order textarea').waitFor();
  assert.deepEqual(troubles, []);
  const elsewhere = await fetch(`${line}chat-token`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site' },
  });
  assert.equal(elsewhere.status, 404);
});

test('every link has a target, and every anchor exists', async () => {
  const pages = new Map<string, Promise<string | undefined>>();
  const textOf = (path: string) => {
    if (!pages.has(path)) {
      const asked = fetch(client.url + path).then((answer) => (answer.ok ? answer.text() : undefined));
      pages.set(path, asked);
    }
    return pages.get(path)!;
  };
  const seen = new Set<string>();
  const waiting = ['/docs'];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const text = (await textOf(path))!;
    for (const [, href] of text.matchAll(/(?:href|src)="([^"]+)"/g)) {
      if (href!.startsWith('https://')) continue;
      const target = new URL(href!, client.url + path);
      const there = await textOf(target.pathname);
      assert.notEqual(there, undefined, `${path} -> ${href}`);
      const anchor = target.hash.slice(1);
      if (anchor) assert.ok(there!.includes(`id="${anchor}"`), `${path} -> ${href}`);
      if (target.pathname.startsWith('/docs') && !seen.has(target.pathname)) {
        seen.add(target.pathname);
        if (!target.pathname.endsWith('.mjs')) waiting.push(target.pathname);
      }
    }
  }
  for (const path of guides) assert.ok(seen.has(path), path);
  assert.ok(seen.size > 30, `${seen.size} pages`);
});

test('every page says that the project is not affiliated with Instacart', async () => {
  for (const path of ['/docs', ...guides]) {
    assert.match(await (await fetch(client.url + path)).text(), /not affiliated with Instacart/, path);
  }
});

test('in production the documentation is served only if a setting enables it', async (t) => {
  const production = { AISLECHAT_ENV: 'production' };
  for (const [env, status] of [
    [production, 404],
    [{ ...production, AISLECHAT_DOCS: 'true' }, 200],
    [{ AISLECHAT_DOCS: 'false' }, 404],
  ] as const) {
    const server = await testServer(t, env, { pagesFolder });
    for (const path of ['/docs', ...guides]) {
      assert.equal((await fetch(server.client.url + path)).status, status, `${JSON.stringify(env)} ${path}`);
    }
  }
});
