import type { Socket } from 'node:net';
import pg from 'pg';

type Callback = (error: Error | null, client?: Client) => void;

/** The driver's client, with two things it leaves to its users. */
export class Client extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    // A broken connection fails the statements on it. It may break between two of them, and even in the packet that
    // completes the handshake; without a listener, that would end the process.
    this.on('error', () => {});
  }

  /** The driver leaves the socket open when the handshake fails, which would keep a command from ending. */
  override connect(): Promise<this>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<this> | undefined {
    const connected = super.connect().then(
      () => this,
      (error: Error) => {
        (this as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
        throw error;
      },
    );
    if (!callback) return connected;
    connected.then(() => callback(null, this), callback);
    return undefined;
  }
}
