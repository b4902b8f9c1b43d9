// A shop's own server: a page with the chat of an order, and the route that gives the page its token.
// npx node docs/examples/shop-page.mjs, beside a running demo (CHAT_URL, default http://127.0.0.1:3000), then open
// http://127.0.0.1:4000/ (PORT).
import { createServer } from 'node:http';
import { userAssertion } from '@aislechat/client';

const chat = process.env.CHAT_URL ?? 'http://127.0.0.1:3000';
const port = Number(process.env.PORT ?? 4000);

/** In a real shop, who is asking comes from the session of the request, and the secret from a setting. */
const getToken = userAssertion({
  url: chat,
  clientId: 'demo-client',
  clientSecret: 'demo-secret',
  user: 'demo-customer',
  scope: 'connect:post_checkout',
});

const page = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>Your order</title>
  <script type="module" src="${chat}/aislechat.js"></script>
  <script type="module" src="/order.js"></script>
  <main>
    <h1>Your order</h1>
    <aislechat-order order-id="DEMO-1"></aislechat-order>
  </main>
</html>`;

const script = `document.querySelector('aislechat-order').token = async () => {
  const answer = await fetch('/chat-token', { method: 'POST' });
  return answer.json();
};`;

const policy = [
  "default-src 'none'",
  `script-src 'self' ${chat}`,
  `connect-src 'self' ${chat}`,
  `img-src ${chat} blob:`,
].join('; ');

const server = createServer(async (request, response) => {
  const send = (status, type, body) =>
    response.writeHead(status, { 'content-type': type, 'content-security-policy': policy }).end(body);
  if (request.url === '/') send(200, 'text/html; charset=utf-8', page);
  else if (request.url === '/order.js') send(200, 'text/javascript; charset=utf-8', script);
  // A page of another site must not get the token.
  else if (request.url === '/chat-token' && request.headers['sec-fetch-site'] === 'same-origin')
    send(200, 'application/json', JSON.stringify(await getToken()));
  else send(404, 'text/plain', 'Not found');
});
server.listen(port, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}/\n`));
