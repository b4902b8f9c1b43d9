import type { Store } from '../storage/store.ts';
import type { Access } from './access/access.ts';
import type { Callbacks } from './callbacks/callbacks.ts';
import type { Clock } from './clock.ts';
import type { Images } from './images/images.ts';

/** What every use case is given. */
export interface Context {
  readonly store: Store;
  readonly clock: Clock;
  readonly access: Access;
  /** Key of the hashes that idempotency records hold. */
  readonly hashKey: string;
  readonly images: Images;
  readonly callbacks: Callbacks;
}
