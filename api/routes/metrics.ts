import type { ApiDeps } from '../deps.js';
import type { ApiServer } from '../api-server.js';

/** API-16: what this process counts, for Prometheus. */
export function metricsRoutes(app: ApiServer, { meters }: ApiDeps): void {
  for (const url of ['/metrics', '/monitoring/metrics']) {
    app.get(url, { config: { access: 'reader' }, schema: { hide: true } }, async (_, reply) => {
      const { contentType, text } = await meters.exposition();
      return reply.type(contentType).send(text);
    });
  }
}
