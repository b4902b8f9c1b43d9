/**
 * Notifications on this device: asks the browser when the person wants them, and subscribes at every visit, because
 * browsers replace subscriptions.
 */
import {
  type Connection,
  createPushSubscription,
  deletePushSubscription,
  getPushKey,
  listPushSubscriptions,
} from '@aislechat/client';
import { deviceStorage } from './device-storage.ts';
import type { Words } from './words.ts';

/** `ask`: the person has not decided yet. `off`: not wanted, refused, or not possible here. */
export type NotificationState = 'ask' | 'on' | 'off';

/** Who said "not now" is asked again after this time. */
const notNowMs = 7 * 86_400_000;

export class DeviceNotifications {
  readonly #connection: Connection;
  readonly #key: string;
  #subscriptionId: number | undefined;

  /** @param person under whose name this device stores what it keeps */
  constructor(connection: Connection, person: string) {
    this.#connection = connection;
    this.#key = `${person}:not-now`;
  }

  get state(): NotificationState {
    if (!isPossible()) return 'off';
    if (Notification.permission === 'granted') return this.#subscriptionId === undefined ? 'off' : 'on';
    const notNow = Number(deviceStorage.get(this.#key) ?? 0);
    return Notification.permission === 'default' && Date.now() - notNow > notNowMs ? 'ask' : 'off';
  }

  /** Subscribes if the person has agreed before. */
  async renew(language: Words['language']): Promise<void> {
    if (isPossible() && Notification.permission === 'granted') await this.#subscribe(language);
  }

  /** Called on a tap, since browsers ignore anything else. */
  async turnOn(language: Words['language']): Promise<void> {
    if ((await Notification.requestPermission()) === 'granted') await this.#subscribe(language);
  }

  notNow(): void {
    deviceStorage.set(this.#key, String(Date.now()));
  }

  /** Forgets this device on the server, and in the browser. */
  async turnOff(): Promise<void> {
    const { subscriptions } = await listPushSubscriptions(this.#connection);
    const id = this.#subscriptionId;
    if (subscriptions.some((one) => one.id === id)) await deletePushSubscription(this.#connection, id!);
    this.#subscriptionId = undefined;
    const registration = await navigator.serviceWorker.ready;
    await (await registration.pushManager.getSubscription())?.unsubscribe();
  }

  async #subscribe(language: Words['language']): Promise<void> {
    const { public_key } = await getPushKey(this.#connection);
    const registration = await navigator.serviceWorker.ready;
    const subscription = await registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: public_key,
    });
    const { endpoint, keys } = subscription.toJSON() as {
      endpoint: string;
      keys: { p256dh: string; auth: string };
    };
    const body = { endpoint, keys, language: language as 'en' | 'fr' | 'es' };
    this.#subscriptionId = (await createPushSubscription(this.#connection, body)).id;
  }
}

/** On an iPhone, only a page on the home screen has a push manager. */
const isPossible = (): boolean =>
  'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
