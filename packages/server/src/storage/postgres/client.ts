import type { Socket } from 'node:net';
import pg from 'pg';
import type { Addresses } from './addresses.ts';

export interface ClientConfig extends Omit<pg.ClientConfig, 'connectionString'> {
  addresses: Addresses;
}

type Callback = (error: Error | null, client?: Client) => void;

/** The driver's client, with what it leaves to its users. */
export class Client extends pg.Client {
  readonly #addresses: Addresses;
  readonly #address: string;

  constructor(config: ClientConfig) {
    const { addresses, ...others } = config;
    const address = addresses.current;
    super({ ...others, connectionString: address });
    this.#addresses = addresses;
    this.#address = address;
    // A broken connection fails the statements on it. It may break between two of them, and even in the packet that
    // completes the handshake; without a listener, that would end the process.
    this.on('error', () => {});
  }

  /** Connects to one host, which must be the primary if there are several. If it fails, the next client tries another. */
  override connect(): Promise<this>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<this> | undefined {
    const connected = super
      .connect()
      .then(() => this.#assertPrimary())
      .then(
        () => this,
        (error: Error) => {
          this.#addresses.leave(this.#address);
          // The driver leaves the socket open, which would keep a command from ending.
          (this as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
          throw error;
        },
      );
    if (!callback) return connected;
    connected.then(() => callback(null, this), callback);
    return undefined;
  }

  /** A single host is checked with the other conditions of a database, which refuse a standby with a sentence. */
  async #assertPrimary(): Promise<void> {
    if (this.#addresses.count === 1) return;
    const { rows } = await this.query('SELECT pg_is_in_recovery() AS standby');
    if (rows[0].standby)
      throw new Error(`${this.host} is a standby, and none of the other hosts is the primary`);
  }
}

/** Tries each host once. @throws as the last one does */
export async function onPrimary<T>({ addresses }: ClientConfig, connect: () => Promise<T>): Promise<T> {
  for (let left = addresses.count; ; left--) {
    try {
      return await connect();
    } catch (error) {
      if (left <= 1) throw error;
    }
  }
}

/** Opens a connection to the primary. */
export const openClient = (config: ClientConfig): Promise<Client> =>
  onPrimary(config, () => new Client(config).connect());
