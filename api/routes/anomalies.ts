import { countDetections, type DetectionCount } from '../../adapters/postgres/anomaly/looks.js';
import { AnomalySummary, DetectBody, Detected, SummaryQuery } from '../../schemas/api/anomalies.js';
import { envelopeOf, told } from '../../schemas/api/envelope.js';
import { DetectAnomaliesInput } from '../../schemas/jobs/detect-anomalies.js';
import { detect, resultDocument } from '../anomalies/detect.js';
import type { ApiServer } from '../api-server.js';
import type { ApiDeps } from '../deps.js';
import { soon } from '../soon.js';
import { temporalLinks } from '../tasks/links.js';

const hourMs = 3_600_000;

const sumBy = (groups: readonly DetectionCount[], by: (group: DetectionCount) => string) => {
  const sums = new Map<string, number>();
  for (const group of groups) sums.set(by(group), (sums.get(by(group)) ?? 0) + group.detections);
  return Object.fromEntries(sums);
};

/** API-12 and API-13: what detections found, and how to have a table looked at now. */
export function anomalyRoutes(app: ApiServer, { databases, temporal, temporalUi, now }: ApiDeps): void {
  const { pool } = databases.reader;

  app.get(
    '/api/v1/anomalies/summary',
    {
      ...soon,
      config: { access: 'reader' },
      schema: {
        tags: ['anomalies'],
        operationId: 'summariseAnomalies',
        summary: 'What detections found within the last hours, counted by table, severity, method and type',
        querystring: SummaryQuery,
        response: { 200: envelopeOf(AnomalySummary) },
      },
    },
    async ({ query: { hours } }) => {
      const until = new Date(now());
      const from = new Date(now() - hours * hourMs);
      const groups = await countDetections(pool, from);
      return told({
        period: { start_date: from.toISOString(), end_date: until.toISOString() },
        total: groups.reduce((sum, { detections }) => sum + detections, 0),
        by_table: sumBy(groups, ({ table }) => table),
        by_severity: sumBy(groups, ({ severity }) => severity),
        by_method: sumBy(groups, ({ method }) => method),
        by_type: sumBy(groups, ({ type }) => type),
        groups: groups.map(({ table, type, ...group }) => ({
          ...{ table_name: table, anomaly_type: type },
          ...group,
        })),
      });
    },
  );

  app.post(
    '/api/v1/anomalies/detect',
    {
      config: { access: 'operator' },
      schema: {
        tags: ['anomalies'],
        operationId: 'detectAnomalies',
        summary: 'Have a table looked at now; what is found, or the run that goes on',
        body: DetectBody,
        response: { 200: envelopeOf(Detected), 202: envelopeOf(Detected) },
      },
    },
    async ({ body: { table_name: table, time_window_hours: windowHours, wait_seconds: wait } }, reply) => {
      const input = DetectAnomaliesInput.parse({ table, windowHours });
      const { workflowId, result } = await detect(temporal, input, wait * 1_000);
      const links = temporalLinks(temporalUi, await temporal());
      return reply.code(result === undefined ? 202 : 200).send(
        told({
          ...{
            run: workflowId,
            status: result === undefined ? ('running' as const) : ('completed' as const),
          },
          temporal_url: links.run(workflowId),
          result: result === undefined ? null : resultDocument(result),
        }),
      );
    },
  );
}
