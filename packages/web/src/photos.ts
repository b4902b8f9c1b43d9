/**
 * Sends photos. A photo is scaled down on the device, stored next to the outbox, uploaded when there is a network, and
 * then sent with its message. The ID from the server is stored before the message is sent, so that a retry sends the
 * same message.
 */
import {
  AbortedError,
  type Connection,
  NetworkError,
  type OutboxMessage,
  type OutboxStorage,
  type Send,
  uploadImage,
} from '@aislechat/client';

/** A message of the outbox that may have a photo. */
export interface WithPhoto {
  body: string;
  photo?: string;
  /** The last known event when the message was written. In the log, the message must come after it. */
  after?: number;
}

const longestSidePx = 1280;
const quality = 0.75;
/** How long text messages wait for a photo's upload. Then they pass it, and the upload continues. */
const patienceMs = 20_000;

/** The file is not a picture, or not one that this browser can read. */
export class UnreadablePhoto extends Error {}

export class Photos {
  readonly #storage: OutboxStorage;
  readonly #prefix: string;
  readonly #send: Send;
  readonly #links = new Map<string, string>();
  readonly #uploads = new Map<string, Promise<number>>();

  /** @param send sends a message of this side, once its photo is uploaded */
  constructor(storage: OutboxStorage, name: string, send: Send) {
    this.#storage = storage;
    this.#send = send;
    this.#prefix = `${name}:photo:`;
  }

  /** Stores a photo. @returns its name, which begins with the time. @throws the storage's error if it is full */
  keep(photo: HTMLCanvasElement): string {
    const name = `${Date.now()}-${crypto.getRandomValues(new Uint32Array(2)).join('-')}`;
    const [, data] = photo.toDataURL('image/jpeg', quality).split(',');
    if (!data) throw new Error('The picture could not be encoded');
    this.#storage.set(this.#prefix + name, data);
    return name;
  }

  /** Returns an address for the page that is valid while the photo waits. */
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

  /** Removes photos that no message of the outbox uses, which a reload may have left behind. */
  forgetOthers(waiting: OutboxMessage[]): void {
    const wanted = new Set(waiting.map(({ body }) => (body as WithPhoto).photo));
    for (const key of this.#storage.keys()) {
      if (!key.startsWith(this.#prefix)) continue;
      const name = key.slice(this.#prefix.length).split(':')[0]!;
      if (!wanted.has(name)) this.#storage.remove(key);
    }
  }

  /** Removes the photo of a message that the server has. */
  sent({ body }: OutboxMessage): void {
    const { photo } = body as WithPhoto;
    if (photo !== undefined) this.forget(photo);
  }

  /** Lets text messages pass a photo that is not uploaded yet. */
  readonly stepsAside = ({ body }: OutboxMessage): boolean => {
    const { photo } = body as WithPhoto;
    return photo !== undefined && this.#storage.get(`${this.#prefix}${photo}:image`) === null;
  };

  readonly send: Send = async (connection, orderId, message, options) => {
    const { photo, after: _, ...body } = message as WithPhoto;
    if (photo === undefined) return this.#send(connection, orderId, body, options);
    const imageId = await this.#uploadedSoon(connection, orderId, photo, options.signal);
    return this.#send(connection, orderId, { ...body, image_id: imageId }, options);
  };

  /**
   * Waits a limited time for an upload. A slow upload continues, and the next attempt waits for it again. @throws
   * NetworkError
   */
  async #uploadedSoon(
    connection: Connection,
    orderId: string,
    name: string,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const upload = this.#uploads.get(name) ?? this.#uploaded(connection, orderId, name);
    this.#uploads.set(name, upload);
    const forget = () => this.#uploads.delete(name);
    upload.then(forget, forget);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new NetworkError('The upload is slow')), patienceMs);
      const end = () => reject(new AbortedError('The call was aborted'));
      signal?.addEventListener('abort', end);
      upload.then(resolve, reject).finally(() => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
      });
    });
  }

  async #uploaded(connection: Connection, orderId: string, name: string): Promise<number> {
    const key = `${this.#prefix}${name}:image`;
    const known = this.#storage.get(key);
    if (known !== null) return Number(known);
    const { image_id: imageId } = await uploadImage(connection, orderId, this.#blob(name) ?? new Blob());
    // Another tab may have uploaded it too. Every attempt must send the same ID.
    const other = this.#storage.get(key);
    if (other !== null) return Number(other);
    if (this.#blob(name) !== undefined) this.#storage.set(key, String(imageId));
    return imageId;
  }

  #blob(name: string): Blob | undefined {
    const text = this.#storage.get(this.#prefix + name);
    if (text === null) return undefined;
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return new Blob([bytes], { type: 'image/jpeg' });
  }
}

/** Reads a picture and scales it down. @returns it upright, no larger than a phone can show @throws UnreadablePhoto */
export async function readPhoto(file: Blob): Promise<HTMLCanvasElement> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch((cause) => {
    throw new UnreadablePhoto('The file cannot be read', { cause });
  });
  const scale = Math.min(1, longestSidePx / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext('2d')!;
  // JPEG has no transparency, which would become black.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas;
}
