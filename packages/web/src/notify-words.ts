/** The texts about notifications on a device, which only our own pages have. */
import { inLanguage } from './words.ts';

const en = {
  notifyWhyCustomer: 'Get a notification when your shopper writes, even if this page is closed.',
  notifyOn: 'Turn on',
  notifyLater: 'Not now',
  notifiedHere: 'Notifications are on',
  notifyOff: 'Turn off',
  notifyFailed: 'Notifications could not be turned on.',
};
export type NotifyWords = typeof en;

const fr: NotifyWords = {
  notifyWhyCustomer: 'Recevez une notification quand votre préparateur écrit, même si cette page est fermée.',
  notifyOn: 'Activer',
  notifyLater: 'Plus tard',
  notifiedHere: 'Les notifications sont activées',
  notifyOff: 'Désactiver',
  notifyFailed: 'Les notifications n’ont pas pu être activées.',
};

const es: NotifyWords = {
  notifyWhyCustomer:
    'Reciba una notificación cuando le escriban sobre su pedido, aunque esta página esté cerrada.',
  notifyOn: 'Activar',
  notifyLater: 'Ahora no',
  notifiedHere: 'Las notificaciones están activadas',
  notifyOff: 'Desactivar',
  notifyFailed: 'No se pudieron activar las notificaciones.',
};

export const notifyWordsOf = (locale: string): NotifyWords => inLanguage({ en, fr, es }, locale) ?? en;
