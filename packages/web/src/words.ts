/**
 * The texts of the chat. English is here; other languages are added by `languages.ts`, and by a shop. `{name}` marks a
 * value to fill in. What people wrote, and notices that name a product, come from the server and are shown unchanged.
 */
import { localeOf } from './locale.ts';
import { isolated } from './names.ts';

/** The forms of a text with a number, by the plural categories of `Intl.PluralRules`. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

const en = {
  language: 'en',
  /** Stands between a label and its text. */
  colon: ':',
  chat: 'Chat about your order',
  messages: 'Messages',
  loading: 'Loading the chat',
  willShop: '{name} will shop for you',
  shopping: '{name} is shopping for you',
  shopped: '{name} shopped for you',
  wasShopping: '{name} was shopping for you',
  delivering: '{name} is bringing your order',
  noShopper: 'Your shopper will appear here',
  took: '{name} is now shopping for you',
  handedOver: '{name} has taken over your order',
  tookOwn: '{name} is now shopping for this order',
  you: 'You',
  shopper: 'Your shopper',
  customer: 'Customer',
  unread: 'New messages',
  typing: '{name} is typing',
  jump: 'Newest messages',
  jumpNew: { one: '{count} new', other: '{count} new' },
  write: 'Write a message',
  send: 'Send',
  left: { one: '{count} character left', other: '{count} characters left' },
  tooLong: { one: '{count} character over the limit', other: '{count} characters over the limit' },
  sending: 'Sending',
  waiting: 'Not sent yet. Trying again.',
  sent: 'Sent',
  read: 'Read',
  failed: 'Not sent',
  draftUnsent: 'This was not sent. You can still copy it.',
  failedLimit: 'This order has as many messages as it can have.',
  failedText: 'The store cannot take this text.',
  again: 'Try again',
  copy: 'Copy',
  copied: 'Copied',
  discard: 'Delete',
  picture: 'Picture from {name}',
  openPicture: 'Open the picture from {name}',
  closePicture: 'Close',
  noPicture: 'The picture could not be loaded',
  offline: 'No connection. Your messages will be sent when it is back.',
  notYet: 'The chat opens when shopping starts.',
  closed: 'This order is complete. You can read the chat until {day}, {time}.',
  closedCanceled: 'This order was canceled. You can read the chat until {day}, {time}.',
  notNow: 'Messages cannot be sent at the moment.',
  expiredTitle: 'This chat has ended',
  expired: 'Messages are deleted 24 hours after an order ends.',
  kept: {
    one: 'The store keeps reported messages for {count} day.',
    other: 'The store keeps reported messages for {count} days.',
  },
  removedTitle: 'There is no chat for this order',
  removed: 'The store does not share shopper information.',
  lostTitle: 'Another shopper has this order now',
  lost: 'The chat continues with them.',
  unknownTitle: 'Order not found',
  unknown: 'Open the chat from your order again.',
  refusedTitle: 'Please sign in again',
  refused: 'Your session has expired.',
  brokenTitle: 'Something went wrong',
  broken: 'This page could not be displayed. It will try again in a moment.',
  empty: 'No messages yet',
  helloTitle: 'Say hello to {name}',
  hello: '{name} sees what you write while shopping, and asks you here if something is out of stock.',
  helloReady: '{name} sees what you write.',
  helloDelivering: '{name} sees what you write on the way to you.',
  soonTitle: 'We have your order',
  soon: 'If something is out of stock, your shopper asks you here.',
  firstMessages: 'Suggested messages',
  first1: 'Please ask me before you replace anything.',
  first2: 'If something is out, please refund it.',
  first3: 'Please choose ripe fruit.',
  late: 'Your delivery is running late.',
  delivery_in_progress: 'Your order is on its way.',
  delivery_completed: 'Your order has been delivered.',
  order_canceled: 'Your order has been canceled.',
  order_rescheduled: 'Your order has been rescheduled.',
  approved: 'Replacement approved',
  rejected: 'Replacement declined',
  reopened: 'Answer to the replacement taken back',
  replacements: 'Replacements to answer',
  replacementFor: 'Instead of {item}',
  approve: 'Yes, take it',
  refundIt: 'No, refund it',
  somethingElse: 'Something else',
  chat_closed: 'The store has closed this chat.',
  chat_reopened: 'The store has opened this chat again.',
  reportTitle: 'Report this chat to the store',
  answerFailed: 'Your answer could not be sent. Try again.',
  whatInstead: 'What would you like instead of {item}?',
  tellShopper: 'Send to your shopper',
  decided: 'Your answers',
  youApproved: 'You took {item}',
  youDeclined: 'Refunded instead of {item}',
  youAsked: 'You asked for something else than {item}',
  undo: 'Undo',
  answerIsFinal: 'This answer can’t be changed any more. Write to your shopper instead.',
  customerQuick1: 'Yes please',
  customerQuick2: 'No, refund it',
  customerQuick3: 'I’m coming down',
  customerThanks: 'Thank you!',
  customerDoor: 'Please leave it at the door.',
  customerElse: 'What else do they have?',
  customerTrust: 'Whatever you think is best.',
  aboutToSend: 'About to be sent',
  cancel: 'Cancel',
  quick: 'Quick replies',
  openChat: 'Open the chat',
  closeChat: 'Close the chat',
  unreadCount: { one: '{count} unread', other: '{count} unread' },
  photo: 'Take a photo',
  sendPhoto: 'Add a photo',
  gallery: 'Choose a photo',
  photoWaiting: 'Photo',
  photoFailed: 'The photo could not be saved. Try a smaller one.',
  photoUnreadable: 'This file is not a readable picture. Try a JPEG, PNG or WebP file.',
  notKept: 'This device cannot save your messages. Keep this page open until they are sent.',
};

type OfEnglish = typeof en;
export type Words = { [Name in keyof OfEnglish]: OfEnglish[Name] extends string ? string : Forms };

const dictionaries: Record<string, Words> = { en };

/** Adds texts of other languages. A text that is missing, as in a file of another version, stays English. */
export function addLanguages(more: Record<string, Partial<Words>>): void {
  for (const [language, texts] of Object.entries(more)) dictionaries[language] = { ...en, ...texts };
}

/** The language to declare for a page whose reader asked for `locale`. */
export const languageOf = (locale: string): string => (wordsOf(locale) === en ? 'en' : locale);

/** The texts for a locale. Only French has regional texts, for Canada. Languages without a translation get English. */
export const wordsOf = (locale: string): Words => inLanguage(dictionaries, locale) ?? en;

/** Whether a locale has texts in `languages.ts` that were not added yet. */
export const lacksLanguage = (locale: string): boolean => /^(fr|es)\b/.test(locale) && wordsOf(locale) === en;

export function inLanguage<Texts>(dictionaries: Record<string, Texts>, locale: string): Texts | undefined {
  // `-u-` begins the options of a locale, among them `ca` for its calendar.
  const [language = '', ...regions] = locale.toLowerCase().split('-u-')[0]!.split('-');
  const regional = regions.includes('ca') ? dictionaries[`${language}-ca`] : undefined;
  return regional ?? dictionaries[language];
}

/** Fills values into a text for the screen. Each value is isolated, so that it cannot turn the direction of the text. */
export const fill = (text: string, values: Record<string, string | number>): string =>
  filled(
    text,
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, isolated(String(value), text)])),
  );

/** A text with a number for the screen, in the form that the language's plural rules ask for. */
export function fillCount({ language }: Words, forms: Forms, count: number): string {
  // A shop may have declared a language that `Intl` does not know.
  const category = new Intl.PluralRules(localeOf(language)).select(count);
  return fill(forms[category] ?? forms.other, { count });
}

/** Fills values into a text that is sent as a message. The values stay unchanged. */
export const filled = (text: string, values: Record<string, string>): string =>
  text.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
