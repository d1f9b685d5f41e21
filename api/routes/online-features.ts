import { readOnline } from '../../adapters/online/read-online.js';
import { kickOffsTogether } from '../../adapters/postgres/kick-offs.js';
import { envelopeOf, told } from '../../schemas/api/envelope.js';
import { mostOnline, OnlineAnswer, OnlineBody } from '../../schemas/api/features.js';
import { toIso, type Instant } from '../../schemas/values.js';
import type { ApiServer } from '../api-server.js';
import type { ApiDeps } from '../deps.js';
import { joinRows, onlinePlans } from '../online-plan.js';

/** FEAT-12: what is served of matches now. */
export function onlineFeatureRoutes(app: ApiServer, { online, services, features, now }: ApiDeps): void {
  const planOf = onlinePlans(features, services);
  const askKickOffs = kickOffsTogether(online.pool);
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
      const isoOf = isoOnce();
      const answer: OnlineAnswer = {
        services: plan.services.map(({ id }) => id),
        features: plan.columns.map(({ name }) => name),
        rows: joinRows(plan, read).map(({ matchId, status, asOf, values }) => ({
          ...{ match_id: matchId, status, values },
          as_of: asOf === null ? null : isoOf(asOf),
        })),
      };
      // Each vector was held against its contract as it was read: once more would take longer than all else.
      return reply.type('application/json; charset=utf-8').serializer(JSON.stringify).send(told(answer));
    },
  );
}

/** Vectors that were made together are as of one instant: it is written once. */
function isoOnce(): (at: Instant) => string {
  let last: { readonly at: Instant; readonly text: string } | undefined;
  return (at) => {
    if (last?.at !== at) last = { at, text: toIso(at) };
    return last.text;
  };
}
