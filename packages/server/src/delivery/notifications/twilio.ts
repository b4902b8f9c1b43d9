/** Text messages through Twilio's API, or one of the same shape. */
import type { SmsProvider, SmsSender } from '../../domain/notifications/notifications.ts';
import { callProvider, isGone, resultOf, type Send } from './sms-call.ts';

const publicApi = 'https://api.twilio.com';

export interface TwilioParts {
  send: Send;
  now(): number;
  baseUrl(): string | undefined;
}

export const createTwilio = ({ send, now, baseUrl }: TwilioParts): SmsProvider => ({
  async send(sender, { to, text }) {
    const form = new URLSearchParams({ To: to, From: sender.number, Body: text });
    form.set('StatusCallback', `${baseUrl()}/v1/sms/${sender.retailerId}/twilio/status`);
    const headers = { ...headersOf(sender), 'content-type': 'application/x-www-form-urlencoded' };
    const url = new URL(`${pathOf(sender)}.json`);
    return resultOf(await callProvider(send, { url, headers, body: form.toString() }), 'sid', now());
  },

  async deleteCopy(sender, providerId) {
    const url = new URL(`${pathOf(sender)}/${encodeURIComponent(providerId)}.json`);
    const call = { url, method: 'DELETE', headers: headersOf(sender), body: '' } as const;
    return isGone(await callProvider(send, call));
  },
});

const pathOf = ({ url, account }: SmsSender): string =>
  `${(url ?? publicApi).replace(/\/$/, '')}/2010-04-01/Accounts/${encodeURIComponent(account!)}/Messages`;

const headersOf = ({ account, secret }: SmsSender) => ({
  authorization: `Basic ${Buffer.from(`${account}:${secret}`).toString('base64')}`,
  'user-agent': 'aislechat',
});
