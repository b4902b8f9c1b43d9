/** Opens the channels by which people are notified. */
import type { Settings } from '../config/settings.ts';
import type { Answer, Call } from '../delivery/call.ts';
import type { Destinations } from '../delivery/destinations.ts';
import { createPushChannel } from '../delivery/notifications/push.ts';
import { createSignedSms } from '../delivery/notifications/signed-sms.ts';
import { createTwilio } from '../delivery/notifications/twilio.ts';
import { Vapid } from '../delivery/notifications/vapid.ts';
import type { SecretBox } from '../domain/access/secret-box.ts';
import { type Clock, retailerNow } from '../domain/clock.ts';
import type { Notifications } from '../domain/notifications/notifications.ts';
import { SandboxPhones } from '../domain/sandbox/phones.ts';
import type { Store } from '../storage/store.ts';
import type { Log } from './log.ts';
import { persistentSecret } from './persistent-secret.ts';

/** Push services want to know whom to ask about a server; on a developer's machine there is nobody. */
const developerSubject = 'mailto:developer@localhost';

interface Parts {
  settings: Settings;
  store: Store;
  clock: Clock;
  box: SecretBox | undefined;
  destinations: Destinations;
  send(call: Call): Promise<Answer>;
  log: Log;
}

export interface OpenNotifications extends Notifications {
  /** For a server that learns its address when it starts listening. */
  setBase(base: string): void;
  /** The phones of the sandbox. */
  readonly phones: SandboxPhones;
}

export async function openNotifications(parts: Parts): Promise<OpenNotifications> {
  const { settings, store, box } = parts;
  let base = settings.publicUrl?.replace(/\/$/, '');
  const isDevelopment = settings.environment === 'development';
  const hasAddress = isDevelopment || base?.startsWith('https://') === true;
  const subject = () => (base?.startsWith('https://') ? base : developerSubject);
  const phones = new SandboxPhones();
  const now = () => parts.clock.now();
  const baseUrl = () => base;
  const fake = phones.provider(async (retailerId) =>
    retailerNow(parts.clock, (await store.read.retailers.find(retailerId))!),
  );
  const vapid = box && hasAddress ? new Vapid(await persistentSecret(store, 'push_key'), subject) : undefined;
  return {
    box,
    push: vapid && createPushChannel({ ...parts, vapid }),
    sms: {
      twilio: createTwilio({ send: parts.send, now, baseUrl }),
      http: createSignedSms({ send: parts.send, now }),
      ...(isDevelopment && { fake }),
    },
    accepts: (url) => parts.destinations.accepts(url),
    baseUrl,
    phones,
    setBase(address) {
      base = address;
    },
  };
}
