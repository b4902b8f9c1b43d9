/**
 * Photos on their way. One is made smaller on the device, kept beside the outbox, uploaded when there is a network, and
 * then sent with its message. The number that the server gave it is kept before the message is sent: a message that
 * is sent again is the same one.
 */
import {
  type Connection,
  type OutboxMessage,
  type OutboxStorage,
  type Send,
  uploadImage,
} from '@aislechat/client';

/** What a message of the outbox says of its photo. */
export interface WithPhoto {
  body: string;
  photo?: string;
}

const longestSidePx = 1280;
const quality = 0.75;

export class Photos {
  readonly #storage: OutboxStorage;
  readonly #prefix: string;
  readonly #send: Send;
  readonly #links = new Map<string, string>();

  /** @param send sends a message of this side, once the photo has its number */
  constructor(storage: OutboxStorage, name: string, send: Send) {
    this.#storage = storage;
    this.#send = send;
    this.#prefix = `${name}:photo:`;
  }

  /** @returns its name. @throws what the storage throws when it is full, and what the browser cannot decode */
  async keep(file: Blob): Promise<string> {
    const name = crypto.getRandomValues(new Uint32Array(2)).join('-');
    this.#storage.set(this.#prefix + name, await smaller(file));
    return name;
  }

  /** An address for the page, as long as the photo waits. */
  linkOf(name: string): string | undefined {
    const known = this.#links.get(name);
    if (known !== undefined) return known;
    const blob = this.#blob(name);
    if (blob === undefined) return undefined;
    const link = URL.createObjectURL(blob);
    this.#links.set(name, link);
    return link;
  }

  forget(name: string): void {
    this.#storage.remove(this.#prefix + name);
    this.#storage.remove(`${this.#prefix}${name}:image`);
    const link = this.#links.get(name);
    if (link !== undefined) URL.revokeObjectURL(link);
    this.#links.delete(name);
  }

  /** Those that nothing in the outbox speaks of: a reload came between. */
  forgetOthers(waiting: OutboxMessage[]): void {
    const wanted = new Set(waiting.map(({ body }) => (body as WithPhoto).photo));
    for (const key of this.#storage.keys()) {
      if (!key.startsWith(this.#prefix)) continue;
      const name = key.slice(this.#prefix.length).split(':')[0]!;
      if (!wanted.has(name)) this.#storage.remove(key);
    }
  }

  /** The server has it. */
  sent({ body }: OutboxMessage): void {
    const { photo } = body as WithPhoto;
    if (photo !== undefined) this.forget(photo);
  }

  readonly send: Send = async (connection, orderId, message, options) => {
    const { photo, ...body } = message as WithPhoto;
    if (photo === undefined) return this.#send(connection, orderId, body, options);
    const imageId = await this.#uploaded(connection, orderId, photo);
    return this.#send(connection, orderId, { ...body, image_id: imageId }, options);
  };

  async #uploaded(connection: Connection, orderId: string, name: string): Promise<number> {
    const key = `${this.#prefix}${name}:image`;
    const known = this.#storage.get(key);
    if (known !== null) return Number(known);
    const { image_id: imageId } = await uploadImage(connection, orderId, this.#blob(name) ?? new Blob());
    this.#storage.set(key, String(imageId));
    return imageId;
  }

  #blob(name: string): Blob | undefined {
    const text = this.#storage.get(this.#prefix + name);
    if (text === null) return undefined;
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return new Blob([bytes], { type: 'image/jpeg' });
  }
}

/** @returns a JPEG as Base64, upright, no longer than what a phone shows */
async function smaller(file: Blob): Promise<string> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const scale = Math.min(1, longestSidePx / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext('2d')!.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas.toDataURL('image/jpeg', quality).split(',')[1]!;
}
