/** What people are notified about, how, and with which texts. */

/** Why somebody is notified. All but `message` are about the order itself, and only the customer gets them. */
export const notificationKinds = [
  'message',
  'shopping_started',
  'replacement',
  'on_the_way',
  'delivered',
  'canceled',
] as const;
export type NotificationKind = (typeof notificationKinds)[number];

/**
 * `seen`: the person read or received the messages before. `dropped`: there was a reason not to send it. `dead`: every
 * attempt failed; it can be replayed.
 */
export const notificationStates = ['pending', 'sent', 'seen', 'dropped', 'dead'] as const;
export type NotificationState = (typeof notificationStates)[number];

export const notificationChannels = ['push', 'sms'] as const;
export type NotificationChannel = (typeof notificationChannels)[number];

/** `fake` is a phone in the memory of a development server. */
export const smsAdapters = ['twilio', 'http', 'fake'] as const;
export type SmsAdapter = (typeof smsAdapters)[number];

export const notificationLanguages = ['en', 'fr', 'es'] as const;
export type NotificationLanguage = (typeof notificationLanguages)[number];

/** Returns the language for a language tag or a list of them, such as an `Accept-Language` header; `en` by default. */
export function notificationLanguage(...tags: (string | null | undefined)[]): NotificationLanguage {
  for (const tag of tags.flatMap((list) => (list ?? '').split(','))) {
    const language = notificationLanguages.find(
      (known) => known === /^\s*([a-z]{2})\b/i.exec(tag)?.[1]?.toLowerCase(),
    );
    if (language) return language;
  }
  return 'en';
}

/** The placeholders that each text may contain. */
export const notificationTexts = {
  /** A push notification to the customer, and one to the shopper. */
  message: ['order', 'retailer', 'shopper'],
  message_to_shopper: ['order', 'retailer'],
  /** A text message without and with what was written. */
  message_sms: ['order', 'retailer', 'shopper', 'link'],
  message_sms_full: ['order', 'retailer', 'shopper', 'link', 'text'],
  shopping_started: ['order', 'retailer'],
  replacement: ['order', 'retailer'],
  on_the_way: ['order', 'retailer'],
  delivered: ['order', 'retailer'],
  canceled: ['order', 'retailer'],
} as const satisfies Record<string, readonly string[]>;
export type NotificationTextName = keyof typeof notificationTexts;

const textPattern = /^([a-z_]+)\.([a-z]{2}): ([\s\S]+)$/;

/**
 * Parses a retailer's own text, such as `delivered.en: Your groceries are there!`; undefined if its name, its language
 * or a placeholder is unknown.
 */
export function readNotificationText(
  entry: string,
): { name: NotificationTextName; language: NotificationLanguage; text: string } | undefined {
  const [, given, tag, text] = textPattern.exec(entry) ?? [];
  const name = (Object.keys(notificationTexts) as NotificationTextName[]).find((known) => known === given);
  const language = notificationLanguages.find((known) => known === tag);
  if (!name || !language || text === undefined) return undefined;
  const allowed: readonly string[] = notificationTexts[name];
  const placeholders = [...text.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1]!);
  const leftover = text.replaceAll(/\{[^{}]*\}/g, '');
  const isValid = placeholders.every((one) => allowed.includes(one)) && !/[{}]/.test(leftover);
  return isValid ? { name, language, text } : undefined;
}
