import type { Meters } from '../adapters/metrics/meters.js';
import type { ApiServer } from './api-server.js';

/**
 * Measures how long each answer took (MET-43), by the route as it is declared: ids stand in no label, and what is asked for at addresses
 * that there are not makes no series.
 */
export function meterRequests(app: ApiServer, meters: Pick<Meters, 'observe'>): void {
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url;
    if (route !== undefined && !request.is404) {
      meters.observe(
        'football_http_request_duration_seconds',
        { method: request.method, route, status: String(reply.statusCode) },
        reply.elapsedTime / 1_000,
      );
    }
    done();
  });
}
