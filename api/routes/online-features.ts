import { readOnline } from '../../adapters/online/read-online.js';
import { envelopeOf, told } from '../../schemas/api/envelope.js';
import { mostOnline, OnlineAnswer, OnlineBody } from '../../schemas/api/features.js';
import type { ApiServer } from '../api-server.js';
import type { ApiDeps } from '../deps.js';
import { onlinePlans } from '../online-plan.js';
import { rowTexts, withRows } from '../online-rows.js';

/** FEAT-12: what is served of matches now. */
export function onlineFeatureRoutes(
  app: ApiServer,
  { online, services, features, kickOffs: askKickOffs, now }: ApiDeps,
): void {
  const planOf = onlinePlans(features, services);
  app.post(
    '/api/v1/features/online',
    {
      config: { access: 'reader' },
      bodyLimit: 64 * 1_024,
      schema: {
        tags: ['features'],
        operationId: 'readOnlineFeatures',
        summary: 'Features of matches as they are served now',
        description: `Of a service, or those that references name. One row a match, in the order asked for, each with a status: an unknown match or an outdated value is null and no error. Up to ${mostOnline} matches and 64 KiB.`,
        body: OnlineBody,
        response: { 200: envelopeOf(OnlineAnswer) },
      },
    },
    async ({ body }, reply) => {
      const plan = planOf(body);
      const at = now();
      const kickOffs = askKickOffs(body.match_ids);
      const read = await Promise.all(
        plan.services.map((service) =>
          readOnline(online, { service, matchIds: body.match_ids, now: at, kickOffs }),
        ),
      );
      const around: OnlineAnswer = {
        services: plan.services.map(({ id }) => id),
        features: plan.columns.map(({ name }) => name),
        rows: [],
      };
      const rows = rowTexts(plan, read);
      // Each vector was held against its contract as it was read: once more would take longer than all else.
      return reply
        .type('application/json; charset=utf-8')
        .serializer((answer: unknown) => withRows(JSON.stringify(answer), rows))
        .send(told(around));
    },
  );
}
