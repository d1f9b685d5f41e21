import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/**
 * Marks what a GET tells by its content, and answers 304 to who has it already (RFC 9110, 13.1.2). Refusals are not marked, nor what another method came to:
 * it was done, whatever the caller has.
 */
export function addEtags(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const isWhole = typeof payload === 'string' || Buffer.isBuffer(payload);
    if (!isRead || !isWhole || reply.statusCode !== 200) {
      done(null, payload);
      return;
    }
    const etag = `"${createHash('sha1').update(payload).digest('base64url')}"`;
    reply.header('etag', etag);
    if (isAmong(etag, request.headers['if-none-match'])) {
      reply.code(304);
      done(null, '');
    } else done(null, payload);
  });
}

/** Whether a list of marks, weak ones too, has this one; `*` has every one. */
const isAmong = (etag: string, marks: string | undefined): boolean =>
  marks !== undefined &&
  marks.split(',').some((mark) => {
    const one = mark.trim();
    return one === '*' || one.replace(/^W\//, '') === etag;
  });
