import { z } from 'zod';
import { isAwaitingGold } from '../../adapters/postgres/awaiting-gold.js';
import { newestGoldInput } from '../../adapters/postgres/gold-inputs.js';
import { readKickOffs } from '../../adapters/postgres/kick-offs.js';
import { reachingPostgres } from '../../adapters/postgres/away.js';
import { envelopeOf, told } from '../../schemas/api/envelope.js';
import {
  BatchAnswer,
  BatchQuery,
  CalculateAnswer,
  CalculateQuery,
  RunUnderWay,
} from '../../schemas/api/features.js';
import { MatchPath } from '../../schemas/api/matches.js';
import type { ApiServer } from '../api-server.js';
import type { ApiDeps } from '../deps.js';
import { runFeatures, type FeaturesRun } from '../run-features.js';
import { noMatch } from './matches.js';

const Stored = z.object({ match: z.boolean(), home: z.boolean(), away: z.boolean() });
const Statistics = z.object({
  matches_processed: z.int(),
  teams_processed: z.int(),
  features_stored: z.int(),
});

const runLine = ({ workflow_id, begun }: FeaturesRun) => ({ workflow_id, begun });

/** What is waited for, and the questions before and after it. */
const withinMs = 60_000;

/** API-3, API-4: has features calculated. Short runs are waited for, of long ones the id is told (API-20). */
export function calculateFeatureRoutes(app: ApiServer, { databases, lake, temporal }: ApiDeps): void {
  const { pool } = databases.reader;

  /** Whether gold has all that was collected: nothing waits, and it was built from what was published last. */
  const isCurrent = async (): Promise<boolean> => {
    const [awaited, input, snapshots] = await Promise.all([
      isAwaitingGold(pool),
      reachingPostgres(() => newestGoldInput(pool)),
      lake.snapshots(),
    ]);
    const published = snapshots.find(({ info }) => info?.job === 'publish')?.id;
    return !awaited && published !== undefined && input !== undefined && published <= input;
  };

  const calculate = async (query: z.output<typeof CalculateQuery>): Promise<FeaturesRun | undefined> => {
    if (query.force_recalculate !== true && (await isCurrent())) return undefined;
    return await runFeatures(await temporal(), query.wait_seconds * 1_000);
  };

  app.post(
    '/api/v1/features/calculate/:match_id',
    {
      config: { access: 'operator' },
      handlerTimeout: withinMs,
      schema: {
        tags: ['features'],
        operationId: 'calculateMatchFeatures',
        summary: 'Has the features of a match calculated, where they are missing or outdated',
        description:
          'Runs the job calculate-features, which brings all that is known to gold; one run at a time, so a request goes along with a run that is under way. Answers 202 with its id where it has not ended within `wait_seconds`; asked again, it goes along with it.',
        params: MatchPath,
        querystring: CalculateQuery,
        response: { 200: envelopeOf(CalculateAnswer), 202: envelopeOf(RunUnderWay) },
      },
    },
    async ({ params: { match_id: matchId }, query }, reply) => {
      if (!(await readKickOffs(pool, [matchId])).has(matchId)) throw noMatch(matchId);
      const run = await calculate(query);
      if (run?.hasEnded === false) return reply.code(202).send(told({ run: runLine(run) }));
      const [row] = await lake.query(
        `select count(*) filter (f.match_id is not null) > 0 as match, count(*) filter (r.team_type = 'home') > 0 as home,
           count(*) filter (r.team_type = 'away') > 0 as away
         from (select ${Math.trunc(matchId)} as id) m left join gold.match_features f on f.match_id = m.id
         left join gold.recent_form r on r.match_id = m.id`,
      );
      const stored = Stored.parse(row);
      return told({
        match_id: matchId,
        match_features_stored: stored.match,
        home_team_features_stored: stored.home,
        away_team_features_stored: stored.away,
        run: run === undefined ? null : runLine(run),
      });
    },
  );

  app.post(
    '/api/v1/features/batch/calculate',
    {
      config: { access: 'operator' },
      handlerTimeout: withinMs,
      schema: {
        tags: ['features'],
        operationId: 'calculateFeaturesOfDays',
        summary: 'Has the features of the matches of some days calculated, and counts them',
        description:
          'As for one match. The statistics are of the matches that kick off on these days (UTC), as gold has them after the run.',
        querystring: BatchQuery,
        response: { 200: envelopeOf(BatchAnswer), 202: envelopeOf(RunUnderWay) },
      },
    },
    async ({ query }, reply) => {
      const run = await calculate(query);
      if (run?.hasEnded === false) return reply.code(202).send(told({ run: runLine(run) }));
      const { start_date, end_date } = query;
      const inRange = `match_time >= timestamptz '${start_date} 00:00:00+00'
        and match_time < timestamptz '${end_date} 00:00:00+00' + interval 1 day`;
      const [row] = await lake.query(
        `with described as (select match_id, home_team_id, away_team_id from gold.match_features where ${inRange}),
           teams as (select home_team_id as id from described union select away_team_id from described)
         select (select count(*) from described) as matches_processed, (select count(*) from teams) as teams_processed,
           (select count(*) from described) + (select count(*) from gold.recent_form where ${inRange}) as features_stored`,
      );
      return told({
        date_range: { start_date, end_date },
        statistics: Statistics.parse(row),
        run: run === undefined ? null : runLine(run),
      });
    },
  );
}
