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

/** Of a code for another device. */
export const codeIn: Record<NotificationLanguage, string> = {
  en: '{code} is your code to open your order from {retailer} on another device. Give it to nobody.',
  fr: '{code} est votre code pour ouvrir votre commande {retailer} sur un autre appareil. Ne le donnez à personne.',
  es: '{code} es su código para abrir su pedido de {retailer} en otro dispositivo. No se lo dé a nadie.',
};

/** Takes the place of `{shopper}` if the order has no shopper. */
const yourShopper: Record<NotificationLanguage, string> = {
  en: 'Your shopper',
  fr: 'Votre préparateur',
  es: 'Su asistente de compras',
};

interface Replies {
  stop: string;
  start: string;
  help: string;
  noOrder: string;
  severalOrders: string;
  closed: string;
  tooLong: string;
}

/** What a phone gets back. */
export const repliesIn: Record<NotificationLanguage, Replies> = {
  en: {
    stop: 'You will get no more text messages from {retailer}. Answer START to get them again.',
    start: 'You will get text messages about your orders from {retailer} again. Answer STOP to end them.',
    help: '{retailer} sends text messages about your order. What you answer goes to your shopper. Answer STOP to end them.',
    noOrder: 'We found no open order for this number, so nobody reads your message.',
    severalOrders: 'You have several open orders. Please write in the chat of the one you mean: {link}',
    closed: 'Messages about your order cannot be sent at the moment. Your order: {link}',
    tooLong: 'Your message is too long. Please send at most 1,000 characters.',
  },
  fr: {
    stop: '{retailer} ne vous enverra plus de SMS. Répondez DEBUT pour en recevoir à nouveau.',
    start: '{retailer} vous enverra à nouveau des SMS sur vos commandes. Répondez ARRET pour les arrêter.',
    help: '{retailer} envoie des SMS sur votre commande. Vos réponses vont à votre préparateur. Répondez ARRET pour les arrêter.',
    noOrder: 'Aucune commande en cours pour ce numéro : personne ne lit votre message.',
    severalOrders:
      'Vous avez plusieurs commandes en cours. Écrivez dans la discussion de celle concernée : {link}',
    closed: 'L’envoi de messages sur votre commande est impossible pour le moment. Votre commande : {link}',
    tooLong: 'Votre message est trop long. Envoyez 1 000 caractères au maximum.',
  },
  es: {
    stop: 'No recibirá más SMS de {retailer}. Responda INICIAR para recibirlos de nuevo.',
    start: 'Recibirá de nuevo SMS de {retailer} sobre sus pedidos. Responda ALTO para dejar de recibirlos.',
    help: '{retailer} envía SMS sobre su pedido. Sus respuestas llegan a la persona que lo prepara. Responda ALTO para dejar de recibirlos.',
    noOrder: 'No hay ningún pedido abierto para este número, así que nadie lee su mensaje.',
    severalOrders: 'Tiene varios pedidos abiertos. Escriba en el chat del que corresponda: {link}',
    closed: 'En este momento no se pueden enviar mensajes sobre su pedido. Su pedido: {link}',
    tooLong: 'Su mensaje es demasiado largo. Envíe 1000 caracteres como máximo.',
  },
};

/** @param own the retailer's texts @param values what takes the place of the placeholders; null: nothing, or `yourShopper` */
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
  return filled(text, { ...values, shopper: values.shopper ?? yourShopper[language] });
}

/** @param values what takes the place of the placeholders; null: nothing */
export function filled(text: string, values: Readonly<Record<string, string | null>>): string {
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
