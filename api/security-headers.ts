import type { FastifyInstance } from 'fastify';

/** What a page may load: what comes from here, and nothing that is written into it. */
const contentSecurityPolicy = [
  ...["default-src 'none'", "base-uri 'none'", "font-src 'self'", "form-action 'self'"],
  ...["frame-ancestors 'none'", "img-src 'self' data:", "object-src 'none'", "script-src 'self'"],
  ...["script-src-attr 'none'", "style-src 'self'", "connect-src 'self'"],
].join(';');

/** Those of helmet 8, without strict-transport-security: loopback has no certificate, and a proxy that speaks TLS sets it. */
export const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'SAMEORIGIN',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
} as const;

/**
 * Sets what keeps a browser careful on every answer; a route that writes its answer by itself brings them too. They never differ, so they are put together once: a package that did it for each
 * request was a visible part of what a read of features costs, and so is an answer of Node's that has headers of its own before it is written.
 */
export function addSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (_, reply, done) => {
    reply.headers(securityHeaders);
    done();
  });
}
