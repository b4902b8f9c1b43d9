/** How the server serves the pages. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { temporaryFolder, testServer } from '../../server/tests/support/server.ts';
import { builtPages } from './support/pages.ts';

const pagesFolder = await builtPages({ after });
const { client } = await testServer({ after }, {}, { pagesFolder });
const get = (path: string, headers: Record<string, string> = {}, url = client.url) =>
  fetch(url + path, { headers: { 'accept-encoding': 'identity', ...headers } });

test('the element is one file at a stable address, and a page’s script one file that is cached for ever', async () => {
  const entry = await get('/aislechat.js');
  assert.equal(entry.headers.get('cache-control'), 'public, max-age=300, stale-while-revalidate=604800');
  const text = await entry.text();
  assert.doesNotMatch(text, /\bimport\b\s*["'{*]/, 'imports no other file at its start');
  const [, dialogs] = /"(assets\/dialogs-[\w-]+\.js)"/.exec(text)!;
  const [, path] = /src="(\/assets\/shopper-[\w-]+\.js)"/.exec(await (await get('/shopper')).text())!;
  const script = await get(path!);
  assert.equal(script.status, 200);
  assert.equal(script.headers.get('cache-control'), 'public, max-age=31536000, immutable');
  const languages = await get('/aislechat-languages.js');
  assert.equal(languages.headers.get('cache-control'), entry.headers.get('cache-control'));
  const later = await get(`/${dialogs}`);
  assert.equal(later.headers.get('cache-control'), script.headers.get('cache-control'));
  for (const { headers } of [entry, script, languages, later]) {
    assert.equal(headers.get('content-type'), 'text/javascript; charset=utf-8');
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('access-control-allow-origin'), '*');
  }
});

test('a file is sent compressed or plain as the client accepts, and not sent again while unchanged', async () => {
  const plain = await get('/aislechat.js');
  const etag = plain.headers.get('etag')!;
  const text = await plain.text();
  for (const encoding of ['br', 'gzip']) {
    const answer = await get('/aislechat.js', { 'accept-encoding': `deflate, ${encoding}` });
    assert.equal(answer.headers.get('content-encoding'), encoding);
    assert.equal(answer.headers.get('vary'), 'Origin, Accept-Encoding');
    assert.equal(await answer.text(), text);
  }
  for (const tags of [etag, etag.replace('W/', ''), `"another", ${etag}`]) {
    const again = await get('/aislechat.js', { 'if-none-match': tags });
    assert.equal(again.status, 304, tags);
    assert.equal(await again.text(), '');
  }
  assert.equal((await get('/aislechat.js', { 'if-none-match': '"another"' })).status, 200);
  assert.throws(() => gunzipSync(Buffer.from(text)));
});

test('only built files are served', async () => {
  for (const path of [
    '/assets/',
    '/assets/..%2f..%2fpackage.json',
    '/aislechat.js.br',
    '/dist/aislechat.js',
  ]) {
    assert.equal((await get(path)).status, 404, path);
  }
});

test('without a build the server starts, and the page’s address explains how to build it', async (t) => {
  const { client } = await testServer(t, {}, { pagesFolder: temporaryFolder(t) });
  const answer = await get('/aislechat.js', {}, client.url);
  assert.equal(answer.status, 404);
  assert.match(await answer.text(), /npm run build -w packages\/web/);
  assert.equal((await client.get('/healthz')).status, 200);
});
