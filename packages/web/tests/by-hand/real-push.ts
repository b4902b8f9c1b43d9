/**
 * Web push from end to end in a real browser: Firefox subscribes to a push service of our own, decrypts what Aislechat
 * sends, runs the service worker and shows the notification; a click on it opens the order. The Chromium of the suite
 * cannot do this: it has no push service, and others speak to Google's alone.
 *
 *     FIREFOX=/usr/bin/firefox-esr npx node --test packages/web/tests/by-hand/real-push.ts
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { eventually } from '../../../server/tests/support/eventually.ts';
import { chatPath, shopperSays } from '../../../server/tests/support/scenario.ts';
import { testServer } from '../../../server/tests/support/server.ts';
import { builtPages, twoPeople } from '../support/pages.ts';
import { type Firefox, startFirefox } from './firefox.ts';
import { startFirefoxPushService } from './firefox-push-service.ts';

const { client } = await testServer({ after }, {}, { pagesFolder: await builtPages({ after }) });
const service = await startFirefoxPushService({ after });
const firefox = await startFirefox({ after }, process.env.FIREFOX ?? 'firefox', {
  'dom.push.serverURL': service.url,
  'dom.push.testing.allowInsecureServerURL': true,
  'dom.push.connection.enabled': true,
  // Instead of asking its user.
  'permissions.default.desktop-notification': 1,
  'alerts.useSystemBackend': false,
  'app.update.disabledForTesting': true,
  'datareporting.policy.dataSubmissionEnabled': false,
  'browser.shell.checkDefaultBrowser': false,
});

interface Alert {
  /** Empty while its window opens. */
  title: string;
  text: string;
}

/** The notification that is on the screen. */
const alertOf = ({ inBrowser }: Firefox): Promise<Alert | null> =>
  inBrowser(`
    const shown = Services.wm.getMostRecentWindow('alert:alert');
    const part = (id) => shown.document.getElementById(id);
    return shown && { title: part('alertTitleLabel')?.value ?? '', text: part('alertTextLabel')?.textContent ?? '' };
  `);

const click = ({ inBrowser }: Firefox): Promise<void> =>
  inBrowser(`Services.wm.getMostRecentWindow('alert:alert').document.getElementById('alertBox').click()`);

const textOf = ({ inPage }: Firefox): Promise<string> =>
  inPage(`
    const own = ({ childNodes }) => [...childNodes].map((node) => (node.nodeType === 3 ? node.data : ''));
    const all = (root) => [...root.querySelectorAll('*')]
      .flatMap((one) => [...own(one), ...(one.shadowRoot ? all(one.shadowRoot) : [])]);
    return all(document).join(' ');
  `);

test('a message to a shopper reaches a real browser as a notification, and a click opens the order', async () => {
  const chat = await twoPeople(client);
  await firefox.open(`${client.url}/shopper#token=${chat.shopperToken}&shopper=ilse`);
  await eventually(
    () => textOf(firefox),
    (text) => text.includes('Notifications are on'),
  );
  await client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body: 'Please ring twice' } });
  const alert = await eventually(
    () => alertOf(firefox),
    (shown) => shown?.title === 'New message from a customer',
  );
  assert.doesNotMatch(JSON.stringify(alert), /ring|Noor/);
  assert.deepEqual(service.codes, [100]);
  await click(firefox);
  await eventually(
    () => textOf(firefox),
    (text) => text.includes('Please ring twice'),
  );
});

test('a message to a customer whose page is closed reaches their browser, and a click opens the page of the order', async () => {
  const chat = await twoPeople(client);
  const path = `/v2/fulfillment/users/${chat.userId}/orders/${chat.orderId}`;
  const { order_url } = (await client.get(path, { token: chat.token })).body;
  await firefox.open(order_url);
  await eventually(
    () => textOf(firefox),
    (text) => text.includes('Notifications are on'),
  );
  await firefox.open('about:blank');
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'Ripe or firm?');
  const alert = await eventually(
    () => alertOf(firefox),
    (shown) => shown?.title === 'New message about your order',
  );
  assert.doesNotMatch(JSON.stringify(alert), /Ripe/);
  assert.deepEqual(service.codes, [100, 100]);
  await click(firefox);
  const opened = await eventually(
    () =>
      firefox.inBrowser<string[]>(`
      return [...Services.wm.getEnumerator('navigator:browser')].flatMap((window) =>
        window.gBrowser.tabs.map((tab) => tab.linkedBrowser.currentURI.spec));
    `),
    (addresses) => addresses.includes(order_url),
  );
  assert.ok(opened.includes(order_url));
});
