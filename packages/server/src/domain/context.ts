import type { Store } from '../storage/store.ts';
import type { Access } from './access/access.ts';
import type { OrderLinks } from './access/order-links.ts';
import type { Callbacks } from './callbacks/callbacks.ts';
import type { Clock } from './clock.ts';
import type { Images } from './images/images.ts';
import type { Notifications } from './notifications/notifications.ts';

/** The dependencies of every use case. */
export interface Context {
  readonly store: Store;
  readonly clock: Clock;
  readonly access: Access;
  /** Key for the hashes stored in idempotency records. */
  readonly hashKey: string;
  readonly images: Images;
  readonly orderLinks: OrderLinks;
  readonly callbacks: Callbacks;
  readonly notifications: Notifications;
}
