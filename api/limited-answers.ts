import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { NoAnswerInTime } from './problems.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How long an answer may take: what the route declares as its `handlerTimeout`. */
    answerWithinMs?: number;
  }
}

/**
 * Gives each route so long for an answer, its `handlerTimeout` or the usual time; what takes longer is told as the absence of what it waits for. Fastify's own limit is not used: it ends, and
 * aborts `request.signal`, when a request is closed, and Node closes one as soon as its body was read, so that no POST would have a limit. It also costs a signal and an error each time.
 */
export function limitAnswers(app: FastifyInstance, usualMs: number): void {
  app.addHook('onRoute', (route) => {
    const { handlerTimeout = usualMs, config } = route;
    route.config = { answerWithinMs: handlerTimeout, ...config };
    delete route.handlerTimeout;
  });
  app.addHook('onRequest', (request, reply, done) => {
    const limit = setTimeout(() => {
      if (reply.sent) return;
      // Half an answer cannot become a refusal any more.
      if (reply.raw.headersSent) reply.raw.destroy();
      else void reply.send(new NoAnswerInTime('No answer in time'));
    }, request.routeOptions.config.answerWithinMs ?? usualMs);
    reply.raw.once('close', () => {
      clearTimeout(limit);
    });
    done();
  });
}

/** Aborts once nobody waits for an answer any more: it was sent, or who asked has gone. */
export function whileWaitedFor({ raw }: FastifyReply): AbortSignal {
  const over = new AbortController();
  raw.once('close', () => {
    over.abort();
  });
  return over.signal;
}

/** Keeps the connection of a route open for that long while nothing is said on it: its first byte may come later than one that says nothing is closed. */
export const keptOpenFor =
  (ms: number) =>
  (_: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    reply.raw.setTimeout(ms, () => {
      reply.raw.destroy();
    });
    done();
  };
