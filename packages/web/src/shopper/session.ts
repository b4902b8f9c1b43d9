/** The session of a signed-in shopper: the connection, the outbox, and the open conversation. */
import { type Connection, Outbox, sendAsShopper, wakeOnReturn } from '@aislechat/client';
import { Conversation, type ConversationOptions } from '../conversation.ts';
import { deviceStorage } from '../device-storage.ts';
import { Photos } from '../photos.ts';

export class ShopperSession {
  readonly connection: Connection;
  /** Prefix of everything that this device stores for this person. */
  readonly name: string;
  readonly outbox: Outbox;
  readonly photos: Photos;
  readonly #sleep: () => void;
  #conversation: Conversation | undefined;

  constructor(connection: Connection, person: string) {
    this.connection = connection;
    this.name = `aislechat:shopper:${person}`;
    this.photos = new Photos(deviceStorage, this.name, sendAsShopper);
    this.outbox = new Outbox(connection, {
      storage: deviceStorage,
      name: this.name,
      send: this.photos.send,
      stepsAside: this.photos.stepsAside,
      onSent: (message, answer) => {
        this.#conversation?.acknowledged(message, answer.id);
        this.photos.sent(message);
      },
    });
    this.photos.forgetOthers(this.outbox.messages());
    this.#sleep = wakeOnReturn({ wake: () => this.wake() });
  }

  /** Opens a conversation and closes the previous one. */
  open(orderId: string, on: Pick<ConversationOptions, 'onChange' | 'onOrder'>): Conversation {
    this.leave();
    const { connection, outbox, photos } = this;
    this.#conversation = new Conversation({
      connection,
      orderId,
      side: 'driver',
      outbox,
      photos,
      ...on,
    });
    return this.#conversation;
  }

  /** Drops what the person began to write, in all orders. */
  dropDrafts(): void {
    for (const key of deviceStorage.keys()) {
      if (key.startsWith(`${this.name}:draft:`)) deviceStorage.remove(key);
    }
  }

  leave(): void {
    this.#conversation?.close();
    this.#conversation = undefined;
  }

  wake(): void {
    this.outbox.wake();
    this.#conversation?.wake();
  }

  close(): void {
    this.#sleep();
    this.leave();
    this.outbox.close();
  }
}
