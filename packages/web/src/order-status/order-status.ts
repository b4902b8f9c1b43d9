/**
 * What the page of an order shows besides the chat: the order with its steps, its items, and where it is. It does not use
 * the DOM.
 *
 * The chat's stream says when to read again, so the page needs no stream of its own. Without a chat, and for the shopper's
 * position, it reads again from time to time.
 *
 * loading -> ready        what was last read stays on the screen if the network is gone
 * '------> expired | refused | unknown      nothing is shown or kept
 * '------> elsewhere      the link is bound to other devices; a code admits this one
 */
import {
  ApiError,
  bindLinkToDevice,
  bindLinkWithCode,
  type Connection,
  getLinkedOrder,
  getOrderPage,
  type LineItem,
  type OrderLocation,
  type OrderPage,
  sendLinkCode,
} from '@aislechat/client';
import { deviceStorage, tabStorage } from '../device-storage.ts';
import { Replacements } from '../replacements.ts';
import type { LinkDevice } from './link-device.ts';

export type StatusPhase = 'loading' | 'ready' | 'expired' | 'refused' | 'unknown' | 'elsewhere';
export type Coordinates = NonNullable<OrderLocation['coordinates']>;

export interface OrderStatusOptions {
  connection: Connection;
  /** Undefined if the connection's token is the link of the order. */
  orderId?: string | undefined;
  /** Set if the connection's token is the link of the order. */
  device?: LinkDevice | undefined;
  /** Under which name the device keeps what was last read. */
  name: string;
  /** Called after each change. */
  onChange: () => void;
  /** Called when the link was bound to this device: what was refused before works now. */
  onBound?: () => void;
  /** Called when another tab of this device uses the link with a secret of its own, which is to be used here too. */
  onOutdated?: () => void;
}

const againEveryMs = 30_000;
const againAfterFailureMs = 5_000;

/** What the device keeps, without a text of the chat and without a position. */
interface Kept {
  at: number;
  page: OrderPage;
}

export class OrderStatus {
  phase: StatusPhase = 'loading';
  page: OrderPage | undefined;
  location: OrderLocation = {};
  /** Where the order goes to. */
  destination: Coordinates | undefined;
  /** The end of the number to which a code can be sent, while the link is bound to other devices; null if none can. */
  codeTo: string | null = null;
  /** Whether the last read failed: without a network, or because the server could not answer. */
  isOffline = false;
  replacements: Replacements | undefined;
  readonly #connection: Connection;
  readonly #orderId: string | undefined;
  readonly #device: LinkDevice | undefined;
  readonly #key: string;
  readonly #codeKey: string;
  readonly #onChange: () => void;
  readonly #onBound: (() => void) | undefined;
  readonly #onOutdated: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What was last kept. */
  #kept = '';
  #isReading = false;
  /** Whether the page was read, and not only restored. */
  #isRead = false;
  #isOutdated = false;
  #isClosed = false;

  constructor({ connection, orderId, device, name, onChange, onBound, onOutdated }: OrderStatusOptions) {
    this.#connection = connection;
    this.#orderId = orderId;
    this.#device = device;
    this.#key = `${name}:page`;
    this.#codeKey = `${name}:code`;
    this.#onChange = onChange;
    this.#onBound = onBound;
    this.#onOutdated = onOutdated;
    this.#restore();
    void this.refresh();
  }

  get items(): readonly LineItem[] {
    return this.replacements?.items ?? [];
  }

  /** Reads everything again. */
  async refresh(): Promise<void> {
    this.#isOutdated = true;
    if (this.#isReading || this.#isClosed) return;
    this.#isReading = true;
    clearTimeout(this.#timer);
    try {
      while (this.#isOutdated) {
        this.#isOutdated = false;
        await this.#read();
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isReading = false;
      this.#later();
    }
  }

  wake(): void {
    if (['loading', 'ready', 'elsewhere'].includes(this.phase)) void this.refresh();
  }

  /** Sends a code for this device to the customer. @throws ApiError, NetworkError */
  async sendCode(): Promise<void> {
    await this.#orElse(() => sendLinkCode(this.#connection));
    // A phone may unload the page while its user reads the text message.
    tabStorage.set(this.#codeKey, 'sent');
  }

  /** Whether this tab had a code sent. Only the server knows whether it is still valid. */
  get isCodeSent(): boolean {
    return tabStorage.get(this.#codeKey) !== null;
  }

  /** Admits this device with a code. @throws ApiError, NetworkError */
  async enterCode(code: string): Promise<void> {
    await this.#orElse(() => bindLinkWithCode(this.#connection, { link_code: code }));
    tabStorage.remove(this.#codeKey);
    await this.refresh();
  }

  /** Reads again what failed: meanwhile the link may have ended, or the order may be open to this device. */
  async #orElse<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      await this.refresh();
      throw error;
    }
  }

  /** Sends something, and reads what became of it. @throws ApiError, NetworkError */
  async act(send: (connection: Connection, orderId: string) => Promise<unknown>): Promise<void> {
    await send(this.#connection, this.page!.order_id);
    await this.refresh();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #read(): Promise<void> {
    const connection = this.#connection;
    const page =
      this.#orderId === undefined ? await this.#linked() : await getOrderPage(connection, this.#orderId);
    if (!page) return;
    this.isOffline = false;
    const isFirst = !this.#isRead;
    this.#isRead = true;
    this.#locate(page);
    // All at once, since what came later would move what is there already.
    this.#show(page, isFirst);
    this.#onChange();
    if (isFirst) return;
    await this.replacements!.refresh();
    this.#onChange();
  }

  /** Binds the link to this device if it has to. @returns undefined if the link is bound to others */
  async #linked(): Promise<OrderPage | undefined> {
    try {
      return await getLinkedOrder(this.#connection);
    } catch (error) {
      const needsDevice = error instanceof ApiError && error.name === 'insufficient_scope';
      if (!needsDevice || !this.#device) throw error;
    }
    if (!(await this.#device.keep())) {
      this.#onOutdated?.();
      return undefined;
    }
    const { is_bound, code_to } = await bindLinkToDevice(this.#connection);
    if (is_bound) {
      this.#onBound?.();
      return getLinkedOrder(this.#connection);
    }
    this.codeTo = code_to ?? null;
    this.isOffline = false;
    this.#end('elsewhere');
    return undefined;
  }

  /** @param withItems only without an answer under way, which the items of the page may not have */
  #show(page: OrderPage, withItems: boolean): void {
    this.page = page;
    this.phase = 'ready';
    this.replacements ??= new Replacements(this.#connection, page.order_id, () => {
      this.#keep();
      this.#onChange();
    });
    this.replacements.setOpen(page.workflow_state === 'picking');
    if (withItems) this.replacements.take(page.items);
  }

  /** Only a shopper who delivers has a position, and a retailer may hide it. */
  #locate({ workflow_state, location, destination }: OrderPage): void {
    if (workflow_state !== 'delivering') this.location = {};
    // Whoever does not look needs no position, and no map of it.
    else if (document.visibilityState === 'visible') {
      this.location = location ?? {};
      this.destination = destination;
    }
  }

  #fail(error: unknown): void {
    const phase = phaseOf(error);
    if (phase === undefined) {
      this.isOffline = true;
      this.#onChange();
    } else {
      if (phase === 'expired') this.#device?.forget();
      this.#end(phase);
    }
  }

  /** Shows and keeps nothing of the order any more. */
  #end(phase: StatusPhase): void {
    this.phase = phase;
    this.page = undefined;
    this.replacements?.setOpen(false);
    deviceStorage.remove(this.#key);
    this.#onChange();
  }

  /** The chat's stream wakes the page; a timer does the rest. */
  #later(): void {
    if (this.#isClosed || (this.phase !== 'ready' && this.phase !== 'loading')) return;
    const again = () => {
      if (document.visibilityState === 'visible') void this.refresh();
      else this.#later();
    };
    this.#timer = setTimeout(again, this.isOffline ? againAfterFailureMs : againEveryMs);
  }

  /** Written only if something has changed, since a change wakes the other tabs. */
  #keep(): void {
    const { items } = this;
    if (!this.page || items.length === 0) return;
    const { location, destination, ...page } = { ...this.page, items: [...items] };
    const text = JSON.stringify(page);
    if (text === this.#kept) return;
    this.#kept = text;
    const kept: Kept = { at: Date.now(), page };
    deviceStorage.set(this.#key, JSON.stringify(kept));
  }

  #restore(): void {
    const text = deviceStorage.get(this.#key);
    if (text === null) return;
    try {
      const { page } = JSON.parse(text) as Kept;
      const hasEnded = page.expires_at !== undefined && Date.parse(page.expires_at) < Date.now();
      if (hasEnded) deviceStorage.remove(this.#key);
      else this.#show(page, true);
    } catch {
      deviceStorage.remove(this.#key);
    }
  }
}

/** @returns undefined if the error is temporary */
function phaseOf(error: unknown): StatusPhase | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.status >= 500 || error.status === 408 || error.status === 429) return undefined;
  if (error.name === 'token_expired') return 'expired';
  return error.status === 401 || error.status === 403 ? 'refused' : 'unknown';
}
