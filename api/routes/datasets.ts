import { reachingPostgres } from '../../adapters/postgres/away.js';
import { listCheckpoints } from '../../adapters/postgres/checkpoints.js';
import { readWaiting } from '../../adapters/postgres/unpublished.js';
import { Datasets } from '../../schemas/api/datasets.js';
import { envelopeOf, told } from '../../schemas/api/envelope.js';
import { overallTable } from '../../schemas/records/checkpoint.js';
import { lakeTables } from '../../schemas/tables/lake-tables.js';
import { toIso } from '../../schemas/values.js';
import type { ApiServer } from '../api-server.js';
import type { ApiDeps } from '../deps.js';

/** A check of some tables only says nothing of the others: theirs is found in one before. */
const checksLookedAt = 30;

/** What the lake holds, how fresh it is and how good. */
export function datasetRoutes(app: ApiServer, { databases, lake }: ApiDeps): void {
  const { pool } = databases.reader;

  app.get(
    '/api/v1/datasets',
    {
      config: { access: 'reader' },
      schema: {
        tags: ['datasets'],
        operationId: 'listDatasets',
        summary: 'The tables of the lake: rows, what waits to be published, and the last score of each',
        response: { 200: envelopeOf(Datasets) },
      },
    },
    async () => {
      const [held, [waiting, checks]] = await Promise.all([
        lake.status(lakeTables),
        reachingPostgres(() =>
          Promise.all([readWaiting(pool), listCheckpoints(pool, { kind: 'check', limit: checksLookedAt })]),
        ),
      ]);
      const scoreOf = (table: string) => {
        const check = checks.find(({ scores }) => scores[table] !== undefined);
        const score = check?.scores[table];
        return check === undefined || score === undefined
          ? null
          : { score, checkpoint: check.id, checked_at: toIso(check.runAt) };
      };
      const { snapshot, tables } = held;
      return told({
        snapshot:
          snapshot === null
            ? null
            : {
                ...{ id: snapshot.id, at: new Date(snapshot.time).toISOString() },
                job: snapshot.info?.job ?? null,
              },
        overall_score: scoreOf(overallTable)?.score ?? null,
        datasets: tables.map(({ layer, table, rows }) => {
          const dataset = `${layer}.${table}`;
          const behind = waiting.find((one) => one.dataset === dataset);
          return {
            ...{ dataset, rows, quality: scoreOf(dataset) },
            waiting:
              behind === undefined
                ? null
                : { partitions: behind.partitions, oldest: behind.oldest, hours: behind.hours },
          };
        }),
      });
    },
  );
}
