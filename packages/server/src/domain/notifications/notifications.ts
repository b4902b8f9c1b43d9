/** What the domain needs from outside to notify people. Each channel is an adapter behind the same small port. */
import type { NotificationChannel, SmsAdapter } from '@aislechat/contract';
import type { SmsSenderRow } from '../../storage/store.ts';
import type { SecretBox } from '../access/secret-box.ts';

/** The outcome of one attempt on one device or number. */
export type ChannelResult =
  | { isTaken: true; providerId?: string | undefined }
  | {
      isTaken: false;
      /** Such as `push 403` or `timeout`. */
      reason: string;
      /** Whether another attempt may succeed. */
      isTemporary: boolean;
      /** Whether the person or a limit of ours forbids it. */
      isUnwanted?: boolean;
      /** Whether the device no longer exists. */
      isGone?: boolean;
      retryAfterMs?: number | undefined;
    };

/** A browser's push subscription. */
export interface PushTarget {
  endpoint: string;
  p256dh: string;
  auth: string;
}

export interface PushMessage {
  title: string;
  body?: string;
  language: string;
  /** What a tap opens. */
  link: string;
  /** Replaces an earlier notification with the same topic: on its way, and on the screen. */
  topic: string;
  /** Unread messages in all orders, shown on the icon. */
  badge?: number;
  /** What the page needs to know about it: the retailer's own ID of the order. */
  orderId: string;
}

export interface PushChannel {
  /** With which browsers subscribe. */
  readonly publicKey: string;
  /** Whether an address is allowed, judged by its text alone; what it resolves to is checked at each call. */
  accepts(endpoint: string): boolean;
  send(target: PushTarget, message: PushMessage): Promise<ChannelResult>;
}

/** A retailer's sender, with its secret. */
export interface SmsSender extends SmsSenderRow {
  /** In the clear. */
  secret: string;
}

export interface TextMessage {
  /** Ours, the same on every attempt. */
  id: string;
  to: string;
  text: string;
}

/** One kind of provider of text messages. */
export interface SmsProvider {
  send(sender: SmsSender, message: TextMessage): Promise<ChannelResult>;
  /** @returns whether the provider's copy is gone */
  deleteCopy(sender: SmsSender, providerId: string): Promise<boolean>;
}

export interface Notifications {
  /** Seals addresses and numbers; undefined when the server has no key, and then nobody is notified. */
  readonly box: SecretBox | undefined;
  readonly push: PushChannel | undefined;
  /** `fake` has no place in production. */
  readonly sms: Readonly<Partial<Record<SmsAdapter, SmsProvider>>>;
  /** Whether an address may be called, judged by its text alone. */
  accepts(url: string): boolean;
  /** The address at which people reach this server. */
  baseUrl(): string | undefined;
}

/** The outcome of a notification on its channels. */
export interface Sent {
  channel: NotificationChannel;
  result: ChannelResult;
}
