/** Whether a webhook comes from Twilio. */
import { createHmac } from 'node:crypto';
import { sameText } from '../../domain/access/secrets.ts';

/** Twilio signs the address and the sorted parameters with the auth token. */
export function isSignedByTwilio(
  token: string,
  url: string,
  parameters: Readonly<Record<string, string>>,
  signature: string | undefined,
): boolean {
  const content = Object.keys(parameters)
    .sort()
    .reduce((text, name) => text + name + parameters[name], url);
  const expected = createHmac('sha1', token).update(content, 'utf8').digest('base64');
  return signature !== undefined && sameText(expected, signature);
}
