import type { FastifyInstance } from 'fastify';

/** What a page may load: what comes from here, and nothing that is written into it. */
const contentSecurityPolicy = [
  ...["default-src 'none'", "base-uri 'none'", "font-src 'self'", "form-action 'self'"],
  ...["frame-ancestors 'none'", "img-src 'self' data:", "object-src 'none'", "script-src 'self'"],
  ...["script-src-attr 'none'", "style-src 'self'", "connect-src 'self'"],
].join(';');

/** Those of helmet 8, without strict-transport-security: loopback has no certificate, and a proxy that speaks TLS sets it. */
const headers: readonly (readonly [name: string, value: string])[] = [
  ['content-security-policy', contentSecurityPolicy],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['origin-agent-cluster', '?1'],
  ['referrer-policy', 'no-referrer'],
  ['x-content-type-options', 'nosniff'],
  ['x-dns-prefetch-control', 'off'],
  ['x-download-options', 'noopen'],
  ['x-frame-options', 'SAMEORIGIN'],
  ['x-permitted-cross-domain-policies', 'none'],
  ['x-xss-protection', '0'],
];

/** Sets what keeps a browser careful on every answer. They never differ, so they are put together once: a package that did it for each request was a visible part of what a read of features costs. */
export function addSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (_, reply, done) => {
    // On the bare answer: one that a route writes by itself has them too.
    for (const [name, value] of headers) reply.raw.setHeader(name, value);
    done();
  });
}
