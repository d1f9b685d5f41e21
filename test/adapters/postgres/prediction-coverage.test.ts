import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase, type OpenDatabase } from '../../../adapters/postgres/open-database.js';
import { readCoverage } from '../../../adapters/postgres/verified-predictions.js';
import { instantFromIso } from '../../../schemas/values.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';
import { insertRow, matchRow, seedMatch, type SeededMatch } from '../../support/silver-rows.js';

let postgres: TestPostgres;
let database: OpenDatabase;
beforeAll(async () => {
  postgres = await startTestPostgres();
  database = openDatabase(postgres.url, { applicationName: 'test', max: 1 });
});
afterAll(async () => {
  await database.db.destroy();
  await postgres.stop();
});

/** A match that was played; in a league of its own, or in that of another match. */
async function played(kickoff: string, of?: SeededMatch): Promise<SeededMatch> {
  const { pool } = database;
  const seeded = await seedMatch(pool, kickoff);
  const match = { ...seeded, leagueId: of?.leagueId ?? seeded.leagueId };
  await pool.query('select ensure_month_partitions($1, $2, $2)', ['matches', kickoff]);
  await pool.query('update match_registry set league_id = $2 where id = $1', [match.matchId, match.leagueId]);
  await insertRow(pool, 'matches', matchRow(match));
  return match;
}

const predict = ({ matchId }: SeededMatch, version: string, before: string) =>
  database.pool.query(
    `insert into predictions (match_id, model_version, model_name, home_win_probability, draw_probability, away_win_probability,
       predicted_result, confidence_score, features_used, prediction_metadata, created_at)
     select id, $2, 'model', .5, .3, .2, 'home', .5, '{}', '{}', match_time - $3::interval from match_registry where id = $1`,
    [matchId, version, before],
  );

it('a version is measured by the matches of the leagues that it knows, those it missed among them, and not by those that it refuses by design', async () => {
  const first = await played('2024-03-02T15:00:00Z');
  await played('2024-03-03T15:00:00Z', first);
  await played('2024-03-04T15:00:00Z');
  const earlier = await played('2024-02-10T15:00:00Z');
  await played('2024-03-05T15:00:00Z', earlier);
  await predict(first, '1', '1 hour');
  await predict(first, '1', '2 hours');
  await predict(first, '2', '1 hour');
  // It spoke of another league before the month that is asked about, and of none of its matches in it.
  await predict(earlier, '2', '1 hour');
  await predict(earlier, '3', '1 hour');
  const month = {
    after: instantFromIso('2024-02-20T00:00:00Z'),
    until: instantFromIso('2024-03-20T00:00:00Z'),
  };
  expect(await readCoverage(database.pool, month)).toEqual([
    { model: 'model', version: '1', predicted: 1, played: 2 },
    { model: 'model', version: '2', predicted: 1, played: 3 },
  ]);
});
