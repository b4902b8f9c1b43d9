/**
 * Text messages through any other provider, by a small program of the retailer's: documented JSON, signed as callbacks
 * are, in both directions.
 */
import { signatureHeaders, signCallback } from '@aislechat/contract';
import type { SmsProvider, SmsSender } from '../../domain/notifications/notifications.ts';
import { callProvider, isGone, resultOf, type Send } from './sms-call.ts';

export const createSignedSms = ({ send, now }: { send: Send; now(): number }): SmsProvider => ({
  async send(sender, { id, to, text }) {
    const body = JSON.stringify({ id, from: sender.number, to, text });
    const url = new URL(sender.url!);
    const headers = { ...(await signed(sender, id, body, now())), 'content-type': 'application/json' };
    return resultOf(await callProvider(send, { url, headers, body }), 'id', now());
  },

  async deleteCopy(sender, providerId) {
    const url = new URL(sender.url!);
    url.pathname = `${url.pathname.replace(/\/$/, '')}/${encodeURIComponent(providerId)}`;
    const headers = await signed(sender, `delete-${providerId}`, '', now());
    return isGone(await callProvider(send, { url, method: 'DELETE', headers, body: '' }));
  },
});

async function signed({ secret }: SmsSender, id: string, body: string, now: number) {
  const timestamp = String(Math.floor(now / 1000));
  return {
    'user-agent': 'aislechat',
    [signatureHeaders.id]: id,
    [signatureHeaders.timestamp]: timestamp,
    [signatureHeaders.signature]: await signCallback([secret], { id, timestamp, body }),
  };
}
