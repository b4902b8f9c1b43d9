/** The texts of the shopper's page, besides those of the chat. */
import { inLanguage, type Words, wordsOf } from '../words.ts';

const en = {
  wantsOther: 'The customer wants something else',
  orders: 'Your orders',
  noOrders: 'No orders at the moment',
  searchOrders: 'Number or name',
  ordersOver: 'Finished',
  nothingFound: 'No order matches',
  youSaid: 'You:',
  stepWaiting: 'Not started',
  stepShopping: 'Shopping',
  stepCheckout: 'At the checkout',
  stepReady: 'Packed',
  stepDelivering: 'On the way',
  stepDelivered: 'Delivered',
  stepCanceled: 'Canceled',
  back: 'Back to your orders',
  replaceItem: 'Replace',
  refundItem: 'Refund',
  proposed: 'Replacement proposed',
  otherProduct: 'Product to offer',
  productCode: 'Barcode (UPC)',
  howMany: 'How many',
  propose: 'Offer it',
  unreadCount: { one: '{count} unread', other: '{count} unread' },
  unsent: 'Not sent',
  signIn: 'Open this page from your shopper app to sign in.',
  choose: 'Choose an order to see its chat.',
  elsewhere: 'New message from {name}',
  notifyWhy: 'Get a notification when a customer writes, even if this page is closed.',
  staySignedIn: 'Stay signed in on this device',
  quick1: 'On it!',
  quick2: 'It is out of stock. Would you like something else?',
  quick3: 'Here is what they have.',
  quick4: 'I am at the checkout.',
  quick5: 'I am on my way.',
};

type Own = typeof en;
export type ShopperWords = Words & Own;

const fr: Own = {
  wantsOther: 'Le client souhaite autre chose',
  orders: 'Vos commandes',
  noOrders: 'Aucune commande pour l’instant',
  searchOrders: 'Numéro ou nom',
  ordersOver: 'Terminées',
  nothingFound: 'Aucune commande ne correspond',
  youSaid: 'Vous\u00a0:',
  stepWaiting: 'Pas commencée',
  stepShopping: 'En préparation',
  stepCheckout: 'À la caisse',
  stepReady: 'Emballée',
  stepDelivering: 'En route',
  stepDelivered: 'Livrée',
  stepCanceled: 'Annulée',
  back: 'Retour à vos commandes',
  replaceItem: 'Remplacer',
  refundItem: 'Rembourser',
  proposed: 'Remplacement proposé',
  otherProduct: 'Produit à proposer',
  productCode: 'Code-barres (CUP)',
  howMany: 'Quantité',
  propose: 'Proposer',
  unreadCount: { one: '{count} non lu', other: '{count} non lus' },
  unsent: 'Non envoyés',
  signIn: 'Pour vous connecter, ouvrez cette page depuis votre application de préparateur.',
  choose: 'Choisissez une commande pour voir sa conversation.',
  elsewhere: 'Nouveau message de {name}',
  notifyWhy: 'Recevez une notification quand un client écrit, même si cette page est fermée.',
  staySignedIn: 'Rester connecté sur cet appareil',
  quick1: 'Je m’en occupe\u202f!',
  quick2: 'C’est en rupture de stock. Souhaitez-vous autre chose\u202f?',
  quick3: 'Voici ce qui est disponible.',
  quick4: 'Je suis à la caisse.',
  quick5: 'Je suis en route.',
};

const frCA: Own = {
  ...fr,
  quick1: 'Je m’en occupe!',
  quick2: 'C’est en rupture de stock. Souhaitez-vous autre chose?',
};

const es: Own = {
  wantsOther: 'El cliente quiere otra cosa',
  orders: 'Sus pedidos',
  noOrders: 'No hay pedidos por ahora',
  searchOrders: 'Número o nombre',
  ordersOver: 'Terminados',
  nothingFound: 'Ningún pedido coincide',
  youSaid: 'Usted:',
  stepWaiting: 'Sin empezar',
  stepShopping: 'En preparación',
  stepCheckout: 'En la caja',
  stepReady: 'Empacado',
  stepDelivering: 'En camino',
  stepDelivered: 'Entregado',
  stepCanceled: 'Cancelado',
  back: 'Volver a sus pedidos',
  replaceItem: 'Reemplazar',
  refundItem: 'Reembolsar',
  proposed: 'Reemplazo propuesto',
  otherProduct: 'Producto que ofrece',
  productCode: 'Código de barras (UPC)',
  howMany: 'Cantidad',
  propose: 'Ofrecerlo',
  unreadCount: { one: '{count} sin leer', other: '{count} sin leer' },
  unsent: 'No enviados',
  signIn: 'Para iniciar sesión, abra esta página desde su aplicación de compras.',
  choose: 'Elija un pedido para ver su chat.',
  elsewhere: 'Nuevo mensaje de {name}',
  notifyWhy: 'Reciba una notificación cuando un cliente escriba, aunque esta página esté cerrada.',
  staySignedIn: 'Mantener la sesión en este dispositivo',
  quick1: '¡Ya me encargo!',
  quick2: 'Está agotado. ¿Desea otra cosa?',
  quick3: 'Estas son las opciones disponibles.',
  quick4: 'Estoy en la caja.',
  quick5: 'Voy en camino.',
};

const dictionaries: Record<string, Own> = { en, fr, 'fr-ca': frCA, es };

/** Made once for each language. */
const made = new Map<Words, ShopperWords>();

export function shopperWordsOf(locale: string): ShopperWords {
  const chat = wordsOf(locale);
  const known = made.get(chat) ?? { ...chat, ...(inLanguage(dictionaries, locale) ?? en) };
  made.set(chat, known);
  return known;
}
