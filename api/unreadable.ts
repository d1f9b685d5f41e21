import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Problem } from '../schemas/api/envelope.js';

/** What Node says of a request that it does not read to its end. */
const statusOf: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
};
const codes: Readonly<Record<number, string>> = {
  400: 'bad_request',
  408: 'too_slow',
  413: 'body_too_large',
  431: 'headers_too_large',
};

/** Answers what is no request of HTTP, or came too slowly, with a problem, and closes the connection: where the next request begins nobody knows. */
export function refuseUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (socket.destroyed) return;
  // Whoever has gone hears nothing.
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = statusOf[error.code ?? ''] ?? 400;
  const code = codes[status] ?? 'bad_request';
  const title = STATUS_CODES[status] ?? 'Bad Request';
  const told: Problem = {
    ...{ success: false, data: null, message: title, type: `/problems/${code}`, title, status },
    ...{ detail: title, code, request_id: randomUUID() },
  };
  const body = JSON.stringify(told);
  socket.write(
    [
      `HTTP/1.1 ${status} ${title}`,
      'content-type: application/problem+json',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
  // Half closed it would be held for as long as the other side likes.
  socket.destroySoon();
}
