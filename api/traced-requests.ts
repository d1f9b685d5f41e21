import type { Tracer } from '../adapters/traces/tracer.js';
import type { ApiServer } from './api-server.js';

/** Records each answer as a span, by its route as it is declared. */
export function traceRequests(app: ApiServer, tracer: Pick<Tracer, 'record'>): void {
  app.addHook('onResponse', (request, reply, done) => {
    const endedAt = Date.now();
    const route = request.routeOptions.url ?? 'nowhere';
    tracer.record({
      ...{ correlationId: request.id, name: `${request.method} ${route}`, kind: 'server' },
      ...{ begunAt: endedAt - reply.elapsedTime, endedAt },
      outcome: reply.statusCode >= 500 ? 'error' : 'ok',
      attributes: {
        'http.request.method': request.method,
        'http.route': route,
        'http.response.status_code': String(reply.statusCode),
      },
    });
    done();
  });
}
