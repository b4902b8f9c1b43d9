import type { Socket } from 'node:net';
import pg from 'pg';

type Callback = (error: Error | null, client?: Client) => void;

/** The driver's client, which leaves its socket open when the handshake fails: that would keep a command from ending. */
export class Client extends pg.Client {
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
