import { randomUUID } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import fastify, { LogController } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { correlated } from '../adapters/correlation.js';
import { QuotaExhausted } from '../schemas/errors.js';
import type { ApiServer } from './api-server.js';
import { guard } from './access/guard.js';
import type { ApiDeps } from './deps.js';
import { documentation, documentationPages } from './documentation.js';
import { addEtags } from './etags.js';
import { NothingThere, tellProblem } from './problems.js';
import { limitAnswers } from './limited-answers.js';
import { meterRequests } from './request-meter.js';
import { addRoutes } from './routes.js';
import { addSecurityHeaders } from './security-headers.js';
import { traceRequests } from './traced-requests.js';
import { refuseUnreadable } from './unreadable.js';

export interface ServerOptions {
  /** Where it is going to listen. */
  readonly host: string;
  /** How many requests a caller has in a minute. */
  readonly requestsPerMinute: number;
  /** An answer that takes longer is a refusal: a dependency hangs. */
  readonly answerWithinMs?: number;
  /** A connection on which nothing is said for so long is closed. */
  readonly silentMs?: number;
}

const bodyLimit = 256 * 1024;
/** Whoever sends a request has so long for it: a body that trickles in holds a connection. */
const requestWithinMs = 10_000;

/**
 * Puts the API together; it does not listen yet.
 * @throws BadInput where everybody could reach it and nobody needs a key
 */
export async function apiServer(deps: ApiDeps, options: ServerOptions): Promise<ApiServer> {
  const app = fastify({
    loggerInstance: deps.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    requestTimeout: requestWithinMs,
    connectionTimeout: options.silentMs ?? 2 * requestWithinMs,
    // By itself Node looks twice a minute, and takes the longer of two limits for the body.
    http: {
      connectionsCheckingInterval: 1_000,
      headersTimeout: requestWithinMs,
      requestTimeout: requestWithinMs,
    },
    clientErrorHandler: refuseUnreadable,
    frameworkErrors: (error, request, reply) => {
      tellProblem(error, request, reply);
    },
    forceCloseConnections: 'idle',
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : randomUUID();
    },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    return503OnClosing: true,
  }).withTypeProvider<ZodTypeProvider>();
  limitAnswers(app, options.answerWithinMs ?? 10_000);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(tellProblem);
  // A page of another site may send it without asking.
  app.removeContentTypeParser('text/plain');
  app.setNotFoundHandler(() => {
    throw new NothingThere('Nothing is at this address', {
      advice: 'GET /openapi.json lists what there is.',
    });
  });
  app.addHook('onRequest', (request, _, done) => {
    correlated(request.id, done);
  });
  let isClosing = false;
  app.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    reply.header('x-request-id', request.id);
    // Kept, a connection would hold the process for as long as connections are kept.
    if (isClosing) reply.header('connection', 'close');
    done(null, payload);
  });

  meterRequests(app, deps.meters);
  if (deps.tracer !== undefined) traceRequests(app, deps.tracer);
  addSecurityHeaders(app);
  addEtags(app);
  await guard(app, { keyring: deps.keyring, host: options.host, publicBelow: documentationPages });
  await app.register(rateLimit, {
    max: options.requestsPerMinute,
    timeWindow: 60_000,
    hook: 'preHandler',
    keyGenerator: ({ caller, ip }) => (caller.name === 'nobody' ? ip : caller.name),
    errorResponseBuilder: () =>
      new QuotaExhausted('Too many requests in a minute', { advice: 'Ask again in a while.' }),
  });
  await documentation(app);
  addRoutes(app, deps);
  return app;
}
