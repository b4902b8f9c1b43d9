/** Answers requests that are not readable HTTP, for which there is no reply object. */
import type { Socket } from 'node:net';
import { Refusal } from '../../domain/errors.ts';
import { answerTo } from './errors.ts';
import { STATUS_CODES } from './node-http.ts';

const reasons: Record<string, 'request_timeout' | 'headers_too_large'> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

/** Handles Node's `clientError`: sends the error in the envelope and closes the connection. */
export function answerUnreadable(error: { code?: string }, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const reason = reasons[error.code ?? ''] ?? 'malformed_request';
  const { status, body } = answerTo(new Refusal(reason), { oauth: false, emptyUnauthorized: false });
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
  ];
  socket.end([...head, '', text].join('\r\n'));
}
