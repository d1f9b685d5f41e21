import { setConnections } from '../../adapters/metrics/connection-gauges.js';
import { connectionsHeld } from '../../adapters/postgres/role-pools.js';
import type { ApiDeps } from '../deps.js';
import type { ApiServer } from '../api-server.js';

/** API-16: what this process counts, for Prometheus. */
export function metricsRoutes(app: ApiServer, { meters, databases }: ApiDeps): void {
  for (const url of ['/metrics', '/monitoring/metrics']) {
    app.get(url, { config: { access: 'reader' }, schema: { hide: true } }, async (_, reply) => {
      setConnections(meters, connectionsHeld(databases));
      const { contentType, text } = await meters.exposition();
      return reply.type(contentType).send(text);
    });
  }
}
