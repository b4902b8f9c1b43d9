/**
 * One HTTP/1.1 keep-alive connection over a raw socket. It parses only a response's status and length, so that
 * generating load costs far less than serving it.
 */
import { connect, type Socket } from 'node:net';

const readBufferBytes = 64 * 1024;
const headEnd = '\r\n\r\n';
const quotedCharacters = 600;

export class Connection {
  /** Called after every complete response. */
  onAnswer: () => void = () => {};
  /** Called when the connection breaks, or when a response is not as expected. */
  onFailure: (error: Error) => void = () => {};
  readonly #socket: Socket;
  readonly #status: number;
  #head = '';
  #bodyLeft = 0;

  /** Resolves once it is connected. @param status expected of every response */
  static open(port: number, status: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const connection = new Connection(port, status);
      connection.onFailure = reject;
      connection.#socket.once('connect', () => resolve(connection));
    });
  }

  private constructor(port: number, status: number) {
    this.#status = status;
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      // One buffer for the life of the connection: nothing is allocated per response.
      onread: { buffer: Buffer.allocUnsafeSlow(readBufferBytes), callback: this.#read },
    });
    this.#socket.on('error', (error) => this.onFailure(error));
    this.#socket.on('end', () => this.onFailure(new Error('The server closed a connection')));
  }

  send(request: Buffer): void {
    this.#socket.write(request);
  }

  close(): void {
    this.#socket.destroy();
  }

  #read = (length: number, buffer: Uint8Array): boolean => {
    try {
      if (this.#bodyLeft > 0) this.#take(length);
      else this.#readHead((buffer as Buffer).toString('latin1', 0, length));
    } catch (error) {
      this.onFailure(error as Error);
    }
    return true;
  };

  #readHead(text: string): void {
    this.#head += text;
    const end = this.#head.indexOf(headEnd);
    if (end === -1) return;
    const answer = this.#head;
    this.#head = '';
    const status = Number(answer.slice(9, 12));
    if (status !== this.#status) {
      throw new Error(`Expected status ${this.#status}, got: ${answer.slice(0, quotedCharacters)}`);
    }
    this.#bodyLeft = status === 304 ? 0 : contentLength(answer);
    this.#take(answer.length - end - headEnd.length);
  }

  #take(bytes: number): void {
    this.#bodyLeft -= bytes;
    if (this.#bodyLeft < 0) throw new Error('A response is longer than its Content-Length');
    if (this.#bodyLeft === 0) this.onAnswer();
  }
}

function contentLength(answer: string): number {
  const length = /\r\ncontent-length: (\d+)/i.exec(answer)?.[1];
  if (length === undefined) throw new Error(`No Content-Length in: ${answer.slice(0, quotedCharacters)}`);
  return Number(length);
}
