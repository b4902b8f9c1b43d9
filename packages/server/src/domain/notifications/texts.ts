/** The texts of notifications in each language, and those that a retailer replaces. */
import {
  limits,
  type NotificationLanguage,
  type NotificationTextName,
  readNotificationText,
} from '@aislechat/contract';
import { InvalidParameters } from '../errors.ts';

type Texts = Record<NotificationTextName, string>;

const texts: Record<NotificationLanguage, Texts> = {
  en: {
    message: 'New message about your order',
    message_to_shopper: 'New message from a customer',
    message_sms: '{shopper} wrote about your order: {link}',
    message_sms_full: '{shopper}: {text}',
    shopping_started: 'Shopping for your order has started.',
    replacement: 'A replacement in your order waits for your answer.',
    on_the_way: 'Your order is on its way.',
    delivered: 'Your order has been delivered.',
    canceled: 'Your order has been canceled.',
  },
  fr: {
    message: 'Nouveau message au sujet de votre commande',
    message_to_shopper: 'Nouveau message d’un client',
    message_sms: '{shopper} vous a écrit au sujet de votre commande : {link}',
    message_sms_full: '{shopper} : {text}',
    shopping_started: 'La préparation de votre commande a commencé.',
    replacement: 'Un remplacement dans votre commande attend votre réponse.',
    on_the_way: 'Votre commande est en route.',
    delivered: 'Votre commande a été livrée.',
    canceled: 'Votre commande a été annulée.',
  },
  es: {
    message: 'Nuevo mensaje sobre su pedido',
    message_to_shopper: 'Nuevo mensaje de un cliente',
    message_sms: '{shopper} le ha escrito sobre su pedido: {link}',
    message_sms_full: '{shopper}: {text}',
    shopping_started: 'Hemos empezado a preparar su pedido.',
    replacement: 'Una sustitución de su pedido espera su respuesta.',
    on_the_way: 'Su pedido está en camino.',
    delivered: 'Su pedido ha sido entregado.',
    canceled: 'Su pedido ha sido cancelado.',
  },
};

/** @param own the retailer's texts @param values what takes the place of the placeholders; null: nothing */
export function textOf(
  name: NotificationTextName,
  language: NotificationLanguage,
  own: readonly string[],
  values: Readonly<Record<string, string | null>>,
): string {
  const replaced = own
    .map(readNotificationText)
    .find((entry) => entry?.name === name && entry.language === language);
  const text = replaced?.text ?? texts[language][name];
  // A value may contain braces, so placeholders are replaced in one pass. Without a link, its colon goes too.
  return text.replaceAll(/(?:\s?:\s*)?\{link\}|\{(\w+)\}/g, (found, key: string | undefined) =>
    key === undefined ? (values.link ? found.replace('{link}', values.link) : '') : (values[key] ?? ''),
  );
}

/** @throws InvalidParameters */
export function assertTexts(own: readonly string[]): void {
  const key = 'notification_texts';
  const { notificationTexts: most, notificationTextCharacters: limit } = limits;
  if (own.length > most) throw new InvalidParameters({ key, problem: 'invalid' });
  if (own.some((text) => text.length > limit))
    throw new InvalidParameters({ key, problem: 'too_long', limit });
  if (own.some((text) => !readNotificationText(text)))
    throw new InvalidParameters({ key, problem: 'invalid' });
}
