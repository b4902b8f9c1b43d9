import { demoCredentials, demoOrder, demoUser } from '../demo/demo.ts';

/** Returns lines that work when pasted into a shell with only curl and sed. */
export function demoTour(url: string, hasConsole: boolean, link: string | null): string {
  const assertion = Buffer.from(JSON.stringify({ user_id: demoUser })).toString('base64');
  const { clientId, clientSecret } = demoCredentials;
  const chat = `${url}/v2/post_checkout/chat/${demoOrder}/messages`;
  return `
Demo: open ${url}/ to see both sides of order ${demoOrder}${hasConsole ? `, or ${url}/console for the console` : ''}.
${link === null ? '' : `Demo: open ${link} for the page that the customer of the order gets.\n`}Demo: ${demoUser} talks to a shopper about it. Paste into another terminal:

# 1. a token for the customer
TOKEN=$(curl -s ${url}/v2/oauth/token -H 'Content-Type: application/json' \\
  -d '{"grant_type":"fulfillment_user_assertion","client_id":"${clientId}","client_secret":"${clientSecret}","assertion":"${assertion}","scope":"connect:post_checkout"}' \\
  | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
# 2. read the chat
curl -s ${chat} -H "Authorization: Bearer $TOKEN"
# 3. answer the shopper
curl -s ${chat} -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"body":"Firm ones are fine"}'
# 4. read again: the shopper answers after two seconds
sleep 3; curl -s ${chat} -H "Authorization: Bearer $TOKEN"
`;
}
