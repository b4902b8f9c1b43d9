import { isolated } from './names.ts';

/** The forms of a text with a number, by the plural categories of `Intl.PluralRules`. */
interface Forms {
  one: string;
  other: string;
}

/**
 * The texts of the chat and the shopper's page in English, French and Spanish. `{name}` marks a value to fill in. What
 * people wrote, and notices that name a product, come from the server and are shown unchanged.
 */
const en = {
  language: 'en',
  /** Stands between a label and its text. */
  colon: ':',
  chat: 'Chat about your order',
  messages: 'Messages',
  loading: 'Loading the chat',
  shopping: '{name} is shopping for you',
  shopped: '{name} shopped for you',
  wasShopping: '{name} was shopping for you',
  delivering: '{name} is bringing your order',
  noShopper: 'Your shopper will appear here',
  customerOf: 'Order {order}',
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
  waiting: 'Waiting for the network',
  sent: 'Sent',
  read: 'Read',
  failed: 'Not sent',
  again: 'Try again',
  discard: 'Delete',
  picture: 'Picture from {name}',
  openPicture: 'Open the picture from {name}',
  closePicture: 'Close',
  noPicture: 'The picture could not be loaded',
  offline: 'You are offline. Your messages will be sent when the connection is back.',
  notYet: 'The chat opens when shopping starts.',
  closed: 'This order is complete. You can read the chat for 24 hours.',
  closedCanceled: 'This order was canceled. You can read the chat for 24 hours.',
  notNow: 'Messages cannot be sent at the moment.',
  expiredTitle: 'This chat has ended',
  expired: 'Messages are deleted 24 hours after an order ends.',
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
  late: 'Your delivery is running late.',
  delivery_in_progress: 'Your order is on its way.',
  delivery_completed: 'Your order has been delivered.',
  order_canceled: 'Your order has been canceled.',
  order_rescheduled: 'Your order has been rescheduled.',
  approved: 'Replacement approved',
  rejected: 'Replacement declined',
  // The shopper's page.
  orders: 'Your orders',
  noOrders: 'No orders at the moment',
  back: 'Back to your orders',
  unreadCount: { one: '{count} unread', other: '{count} unread' },
  quick: 'Quick replies',
  photo: 'Take a photo',
  sendPhoto: 'Add a photo',
  photoWaiting: 'Photo',
  photoFailed: 'The photo could not be saved. Try a smaller one.',
  photoUnreadable: 'This file is not a readable picture. Try a JPEG, PNG or WebP file.',
  notKept: 'This device cannot save your messages. Keep this page open until they are sent.',
  unsent: 'Not sent',
  signIn: 'Open this page from your shopper app to sign in.',
  choose: 'Choose an order to see its chat.',
  quick1: 'On it!',
  quick2: 'It is out of stock. Would you like something else?',
  quick3: 'Here is what they have.',
  quick4: 'I am at the checkout.',
  quick5: 'I am on my way.',
};

export type Words = typeof en;

/**
 * French for France and everywhere but Canada. U+202F, a narrow no-break space, stands before `?` and `!`, and U+00A0
 * before `:`.
 */
const fr: Words = {
  language: 'fr',
  colon: '\u00a0:',
  chat: 'Discussion sur votre commande',
  messages: 'Messages',
  loading: 'Chargement de la conversation',
  shopping: '{name} fait vos courses',
  shopped: '{name} a fait vos courses',
  wasShopping: '{name} faisait vos courses',
  delivering: '{name} apporte votre commande',
  noShopper: 'Votre préparateur s’affichera ici',
  customerOf: 'Commande {order}',
  took: '{name} fait maintenant vos courses',
  handedOver: '{name} a pris le relais pour votre commande',
  tookOwn: '{name} s’occupe maintenant de cette commande',
  you: 'Vous',
  shopper: 'Votre préparateur',
  customer: 'Client',
  unread: 'Nouveaux messages',
  typing: '{name} est en train d’écrire',
  jump: 'Messages les plus récents',
  jumpNew: { one: '{count} nouveau', other: '{count} nouveaux' },
  write: 'Votre message',
  send: 'Envoyer',
  left: { one: '{count} caractère restant', other: '{count} caractères restants' },
  tooLong: { one: '{count} caractère de trop', other: '{count} caractères de trop' },
  sending: 'Envoi en cours',
  waiting: 'En attente du réseau',
  sent: 'Envoyé',
  read: 'Lu',
  failed: 'Échec de l’envoi',
  again: 'Réessayer',
  discard: 'Supprimer',
  picture: 'Photo envoyée par {name}',
  openPicture: 'Ouvrir la photo envoyée par {name}',
  closePicture: 'Fermer',
  noPicture: 'La photo n’a pas pu être chargée',
  offline: 'Vous êtes hors connexion. Vos messages partiront dès le retour du réseau.',
  notYet: 'La conversation s’ouvrira quand vos courses commenceront.',
  closed: 'Cette commande est terminée. La conversation reste lisible pendant 24 heures.',
  closedCanceled: 'Cette commande a été annulée. La conversation reste lisible pendant 24 heures.',
  notNow: 'L’envoi de messages est impossible pour le moment.',
  expiredTitle: 'Cette conversation est terminée',
  expired: 'Les messages sont supprimés 24 heures après la fin de la commande.',
  removedTitle: 'Pas de conversation pour cette commande',
  removed: 'Le magasin ne communique pas d’informations sur ses préparateurs.',
  lostTitle: 'Un autre préparateur s’occupe maintenant de cette commande',
  lost: 'La conversation se poursuit avec lui.',
  unknownTitle: 'Commande introuvable',
  unknown: 'Rouvrez la conversation depuis votre commande.',
  refusedTitle: 'Veuillez vous reconnecter',
  refused: 'Votre session a expiré.',
  brokenTitle: 'Un problème est survenu',
  broken: 'Impossible d’afficher cette page. Nouvel essai dans un instant.',
  empty: 'Aucun message pour l’instant',
  late: 'Votre livraison a du retard.',
  delivery_in_progress: 'Votre commande est en route.',
  delivery_completed: 'Votre commande a été livrée.',
  order_canceled: 'Votre commande a été annulée.',
  order_rescheduled: 'Votre commande a été reportée.',
  approved: 'Remplacement accepté',
  rejected: 'Remplacement refusé',
  orders: 'Vos commandes',
  noOrders: 'Aucune commande pour l’instant',
  back: 'Retour à vos commandes',
  unreadCount: { one: '{count} non lu', other: '{count} non lus' },
  quick: 'Réponses rapides',
  photo: 'Prendre une photo',
  sendPhoto: 'Ajouter une photo',
  photoWaiting: 'Photo',
  photoFailed: 'La photo n’a pas pu être enregistrée. Essayez avec une photo plus petite.',
  photoUnreadable: 'Ce fichier n’est pas une image lisible. Essayez avec un fichier JPEG, PNG ou WebP.',
  notKept:
    'Cet appareil ne peut pas enregistrer vos messages. Laissez cette page ouverte jusqu’à leur envoi.',
  unsent: 'Non envoyés',
  signIn: 'Pour vous connecter, ouvrez cette page depuis votre application de préparateur.',
  choose: 'Choisissez une commande pour voir sa conversation.',
  quick1: 'Je m’en occupe\u202f!',
  quick2: 'C’est en rupture de stock. Souhaitez-vous autre chose\u202f?',
  quick3: 'Voici ce qui est disponible.',
  quick4: 'Je suis à la caisse.',
  quick5: 'Je suis en route.',
};

/**
 * French for Canada, where usage differs: `clavardage` and `achats`, and no space before a question or exclamation
 * mark, as the Office québécois de la langue française advises.
 */
const frCA: Words = {
  ...fr,
  chat: 'Clavardage sur votre commande',
  shopping: '{name} fait vos achats',
  shopped: '{name} a fait vos achats',
  wasShopping: '{name} faisait vos achats',
  took: '{name} fait maintenant vos achats',
  handedOver: '{name} a pris la relève pour votre commande',
  offline: 'Vous êtes hors ligne. Vos messages partiront dès le retour du réseau.',
  notYet: 'La conversation s’ouvrira quand vos achats commenceront.',
  quick1: 'Je m’en occupe!',
  quick2: 'C’est en rupture de stock. Souhaitez-vous autre chose?',
};

const es: Words = {
  language: 'es',
  colon: ':',
  chat: 'Chat sobre su pedido',
  messages: 'Mensajes',
  loading: 'Cargando el chat',
  shopping: '{name} está haciendo su compra',
  shopped: '{name} hizo su compra',
  wasShopping: '{name} estaba haciendo su compra',
  delivering: '{name} le lleva su pedido',
  noShopper: 'Su asistente de compras aparecerá aquí',
  customerOf: 'Pedido {order}',
  took: '{name} ahora está haciendo su compra',
  handedOver: '{name} ahora se encarga de su pedido',
  tookOwn: '{name} ahora se encarga de este pedido',
  you: 'Usted',
  shopper: 'Su asistente de compras',
  customer: 'Cliente',
  unread: 'Mensajes nuevos',
  typing: '{name} está escribiendo',
  jump: 'Mensajes más recientes',
  jumpNew: { one: '{count} nuevo', other: '{count} nuevos' },
  write: 'Su mensaje',
  send: 'Enviar',
  left: { one: 'Queda {count} carácter', other: 'Quedan {count} caracteres' },
  tooLong: { one: 'Sobra {count} carácter', other: 'Sobran {count} caracteres' },
  sending: 'Enviando',
  waiting: 'En espera de conexión',
  sent: 'Enviado',
  read: 'Leído',
  failed: 'No se envió',
  again: 'Reintentar',
  discard: 'Eliminar',
  picture: 'Foto de {name}',
  openPicture: 'Abrir la foto de {name}',
  closePicture: 'Cerrar',
  noPicture: 'No se pudo cargar la foto',
  offline: 'No hay conexión. Sus mensajes se enviarán cuando se restablezca.',
  notYet: 'El chat se abrirá cuando comience la compra.',
  closed: 'Este pedido ha finalizado. Puede leer el chat durante 24 horas.',
  closedCanceled: 'Este pedido se canceló. Puede leer el chat durante 24 horas.',
  notNow: 'En este momento no se pueden enviar mensajes.',
  expiredTitle: 'Este chat ha terminado',
  expired: 'Los mensajes se eliminan 24 horas después de que termina el pedido.',
  removedTitle: 'No hay chat para este pedido',
  removed: 'La tienda no comparte información sobre sus asistentes de compras.',
  lostTitle: 'Otra persona se encarga ahora de este pedido',
  lost: 'El chat continúa con esa persona.',
  unknownTitle: 'No se encontró el pedido',
  unknown: 'Vuelva a abrir el chat desde su pedido.',
  refusedTitle: 'Vuelva a iniciar sesión',
  refused: 'Su sesión ha expirado.',
  brokenTitle: 'Ocurrió un problema',
  broken: 'No se pudo mostrar esta página. Se volverá a intentar en un momento.',
  empty: 'Todavía no hay mensajes',
  late: 'Su entrega está retrasada.',
  delivery_in_progress: 'Su pedido está en camino.',
  delivery_completed: 'Su pedido fue entregado.',
  order_canceled: 'Su pedido fue cancelado.',
  order_rescheduled: 'Su pedido fue reprogramado.',
  approved: 'Reemplazo aprobado',
  rejected: 'Reemplazo rechazado',
  orders: 'Sus pedidos',
  noOrders: 'No hay pedidos por ahora',
  back: 'Volver a sus pedidos',
  unreadCount: { one: '{count} sin leer', other: '{count} sin leer' },
  quick: 'Respuestas rápidas',
  photo: 'Tomar una foto',
  sendPhoto: 'Agregar una foto',
  photoWaiting: 'Foto',
  photoFailed: 'No se pudo guardar la foto. Pruebe con una más pequeña.',
  photoUnreadable: 'Este archivo no se puede leer como imagen. Pruebe con un archivo JPEG, PNG o WebP.',
  notKept:
    'Este dispositivo no puede guardar sus mensajes. Mantenga esta página abierta hasta que se envíen.',
  unsent: 'No enviados',
  signIn: 'Para iniciar sesión, abra esta página desde su aplicación de compras.',
  choose: 'Elija un pedido para ver su chat.',
  quick1: '¡Ya me encargo!',
  quick2: 'Está agotado. ¿Desea otra cosa?',
  quick3: 'Estas son las opciones disponibles.',
  quick4: 'Estoy en la caja.',
  quick5: 'Voy en camino.',
};

const dictionaries: Record<string, Words> = { en, fr, 'fr-ca': frCA, es };

/** The language to declare for a page whose reader asked for `locale`. */
export const languageOf = (locale: string): string => (wordsOf(locale) === en ? 'en' : locale);

/** The texts for a locale. Only French has regional texts, for Canada. Languages without a translation get English. */
export function wordsOf(locale: string): Words {
  // `-u-` begins the options of a locale, among them `ca` for its calendar.
  const [language = '', ...regions] = locale.toLowerCase().split('-u-')[0]!.split('-');
  const regional = regions.includes('ca') ? dictionaries[`${language}-ca`] : undefined;
  return regional ?? dictionaries[language] ?? en;
}

/** Fills values into a text for the screen. Each value is isolated, so that it cannot turn the direction of the text. */
export const fill = (text: string, values: Record<string, string | number>): string =>
  filled(
    text,
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, isolated(String(value))])),
  );

/** A text with a number for the screen, in the form that the language's plural rules ask for. */
export function fillCount({ language }: Words, forms: Forms, count: number): string {
  const isOne = new Intl.PluralRules(language).select(count) === 'one';
  return fill(isOne ? forms.one : forms.other, { count });
}

/** Fills values into a text that is sent as a message. The values stay unchanged. */
export const filled = (text: string, values: Record<string, string>): string =>
  text.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
