/**
 * An answer from a phone. STOP, START and HELP come first; anything else becomes the customer's message of their open
 * order. With two open orders, or none, it is never guessed: the answer has the link. Each message is handled once,
 * whatever the provider repeats.
 */
import { isVisible, limits, type NotificationLanguage, notificationLanguage } from '@aislechat/contract';
import type { RetailerRow, Writer } from '../../storage/store.ts';
import { appendAsCustomer, isFull, readBody } from '../chat/send.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { chatIsOpen } from '../orders/states.ts';
import { orderLink } from './links.ts';
import { numberHash, numberReader } from './phones.ts';
import { filled, repliesIn } from './texts.ts';

export interface Incoming {
  /** The provider's ID, the same on every attempt. */
  id: string;
  from: string;
  text: string;
}

/** Of several open orders. */
const linksInReply = 3;

type Keyword = 'stop' | 'start' | 'help';

/** What a message must consist of. Words that answer a shopper's question, such as YES, are not among them. */
const keywords: Record<NotificationLanguage, Record<Keyword, readonly string[]>> = {
  en: {
    stop: ['STOP', 'STOPALL', 'STOP ALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT'],
    start: ['START', 'UNSTOP'],
    help: ['HELP', 'INFO'],
  },
  fr: { stop: ['ARRET', 'DESABONNER'], start: ['DEBUT', 'COMMENCER'], help: ['AIDE'] },
  es: { stop: ['ALTO', 'BAJA', 'PARAR'], start: ['INICIAR', 'COMENZAR', 'ALTA'], help: ['AYUDA'] },
};

/** A longer text, with its marks and spaces, is no keyword: this bounds the work on what anybody may send. */
export const longestKeyword = 100;

/** @returns undefined for any other text */
export function keywordOf(text: string): { keyword: Keyword; language: NotificationLanguage } | undefined {
  if (text.length > longestKeyword) return undefined;
  const word = text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/^[\s"'.!]+|[\s"'.!]+$/g, '')
    .toUpperCase();
  for (const [language, words] of Object.entries(keywords)) {
    for (const [keyword, known] of Object.entries(words)) {
      if (known.includes(word)) {
        return { keyword: keyword as Keyword, language: language as NotificationLanguage };
      }
    }
  }
  return undefined;
}

/** @returns the text to send back; undefined if there is none */
export async function receiveText(
  context: Context,
  retailer: RetailerRow,
  own: string,
  incoming: Incoming,
): Promise<string | undefined> {
  const number = (await numberReader(own))(incoming.from) ?? incoming.from;
  const hash = numberHash(context, retailer.id, number);
  const now = retailerNow(context.clock, retailer);
  return context.store.write(async (tx) => {
    if (!(await tx.textMessages.receive(retailer.id, incoming.id, now))) return undefined;
    const found = keywordOf(incoming.text);
    if (!found) return answer(context, tx, retailer, hash, incoming.text);
    const { keyword, language } = found;
    if (keyword === 'stop') await tx.textMessages.stop(retailer.id, hash, now);
    if (keyword === 'start') await tx.textMessages.start(retailer.id, hash);
    return filled(repliesIn[language][keyword], { retailer: retailer.name });
  });
}

async function answer(
  context: Context,
  tx: Writer,
  retailer: RetailerRow,
  hash: string,
  text: string,
): Promise<string | undefined> {
  const now = retailerNow(context.clock, retailer);
  const ids = await tx.textMessages.openOrders(retailer.id, hash);
  const orders = [];
  for (const id of ids) {
    const order = await tx.orders.lock(retailer.id, { id });
    if (order && order.endedAt === null) orders.push(order);
  }
  const [order] = orders;
  const details = order && (await tx.orders.details(retailer.id, order.id));
  const user = order && (await tx.users.findUnerased(retailer.id, { id: order.userId }));
  const replies = repliesIn[notificationLanguage(details?.locale, user?.locale)];
  const links = orders.slice(0, linksInReply).map((one) => orderLink(context, retailer, one, 'user'));
  const link = links.filter((address) => address !== null).join(' ') || null;
  const values = { retailer: retailer.name, link };
  // Somebody who wants no text messages gets no answer either; what they wrote still arrives.
  const isQuiet = await tx.textMessages.hasStopped(retailer.id, hash);
  const reply = (words: string) => (isQuiet ? undefined : filled(words, values));
  if (!order) return reply(replies.noOrder);
  if (orders.length > 1) return reply(replies.severalOrders);
  if ([...text].length > limits.messageCharacters) return reply(replies.tooLong);
  const isOpen = chatIsOpen(order, retailer) && !(await isFull(tx, order));
  if (!isOpen || !isVisible(text)) return reply(replies.closed);
  await appendAsCustomer(tx, { retailer }, order, readBody(text, false), now);
  return undefined;
}
