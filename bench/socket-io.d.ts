/**
 * What the live case uses of socket.io. Only `npm ci --prefix bench` installs it, since nothing else needs its 22 packages.
 */
declare module 'socket.io' {
  export class Server {
    constructor(http: import('node:http').Server, options: { transports: string[] });
    on(event: 'connection', listener: (socket: Socket) => void): void;
    to(room: string): { emit(event: string, data: unknown): void };
  }
  export interface Socket {
    // biome-ignore lint/suspicious/noExplicitAny: the events of the test have arguments of their own
    on(event: string, listener: (...args: any[]) => void): void;
    join(room: string): void;
  }
}

declare module 'socket.io-client' {
  export function io(url: string, options: { transports: string[]; forceNew: boolean }): Socket;
  export interface Socket {
    // biome-ignore lint/suspicious/noExplicitAny: the events of the test have arguments of their own
    on(event: string, listener: (...args: any[]) => void): void;
    emit(event: string, ...args: unknown[]): void;
    emitWithAck(event: string, ...args: unknown[]): Promise<unknown>;
    close(): void;
  }
}
