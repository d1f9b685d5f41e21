import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Each of its waits has an end of its own, so the whole needs none. */
    endsByItself?: true;
  }
}

/**
 * Gives each route that does not say otherwise so long for an answer; what takes longer is told as the absence of what it waits for. The limit makes a signal and at its end an error for each
 * request, a sixth of what a read of features costs: a route that is asked hundreds of times a second, and whose waits end by themselves, does without.
 */
export function limitAnswers(app: FastifyInstance, withinMs: number): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.endsByItself !== true) route.handlerTimeout ??= withinMs;
  });
}
