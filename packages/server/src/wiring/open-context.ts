/** Assembles what the rules of the domain work with: the store, the clock, and everything that reaches outside. */
import type { Settings } from '../config/settings.ts';
import { createSender, guardedSender } from '../delivery/attempt.ts';
import type { Destinations } from '../delivery/destinations.ts';
import { Access } from '../domain/access/access.ts';
import { OrderLinks } from '../domain/access/order-links.ts';
import type { Clock } from '../domain/clock.ts';
import type { Context } from '../domain/context.ts';
import type { Images } from '../domain/images/images.ts';
import { ImageLinks } from '../domain/images/links.ts';
import { Encoder } from '../images/encoder.ts';
import type { ImageFiles } from '../storage/images/files.ts';
import type { Store } from '../storage/store.ts';
import type { Closing } from './closing.ts';
import type { Log } from './log.ts';
import { destinationsOf, openSecretBox } from './open-callbacks.ts';
import { openImageFiles } from './open-image-files.ts';
import { type OpenNotifications, openNotifications } from './open-notifications.ts';
import { persistentSecret } from './persistent-secret.ts';

/** The parts that tests replace. */
interface Replaced {
  files?: ImageFiles;
  encode?: Images['encode'];
  destinations?: Destinations;
}

interface Parts {
  settings: Settings;
  store: Store;
  clock: Clock;
  log: Log;
  closing: Closing;
  replaced: Replaced;
}

export interface OpenContext extends Context {
  readonly notifications: OpenNotifications;
  /** For a server that learns its address when it starts listening. */
  setBase(base: string): void;
}

export async function openContext(parts: Parts): Promise<OpenContext> {
  const { settings, store, clock, log, closing, replaced } = parts;
  const { publicUrl } = settings;
  const encoder = new Encoder();
  closing.push(() => encoder.stop());
  const links = new ImageLinks(await persistentSecret(store, 'image_link_key'), publicUrl);
  const orderLinks = new OrderLinks(await persistentSecret(store, 'order_link_key'), publicUrl);
  const access = new Access(store, clock, orderLinks);
  const box = await openSecretBox(settings, store);
  const destinations = replaced.destinations ?? destinationsOf(settings);
  const { send, close } = guardedSender(destinations);
  closing.push(async () => close());
  const notifications = await openNotifications({ settings, store, clock, box, destinations, send, log });
  return {
    store,
    clock,
    access,
    hashKey: await persistentSecret(store, 'idempotency_hash_key'),
    images: {
      links,
      files: replaced.files ?? openImageFiles(settings, store),
      encode: replaced.encode ?? ((...upload) => encoder.encode(...upload)),
    },
    orderLinks,
    callbacks: createSender({ store, clock, access, box, destinations, send }),
    notifications,
    setBase(base) {
      links.setBase(base);
      orderLinks.setBase(base);
      notifications.setBase(base);
    },
  };
}
