import { afterAll, beforeAll, expect, it } from 'vitest';
import { mergeTeams } from '../../../activities/merge-teams.js';
import {
  archivedBeforeMerge,
  archivedSinceMerge,
} from '../../../adapters/postgres/identity/archived-predictions.js';
import { openDatabase, type OpenDatabase } from '../../../adapters/postgres/open-database.js';
import { storePredictions } from '../../../adapters/postgres/store-predictions.js';
import { inTransaction } from '../../../adapters/postgres/transaction.js';
import { instant } from '../../../schemas/values.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';
import { seedMatch, type SeededMatch } from '../../support/silver-rows.js';

let postgres: TestPostgres;
let database: OpenDatabase;
beforeAll(async () => {
  postgres = await startTestPostgres();
  database = openDatabase(postgres.url, { applicationName: 'test', max: 2 });
});
afterAll(async () => {
  await database.db.destroy();
  await postgres.stop();
});

/** Predicts the match from features that the letter names. */
const predict = (match: SeededMatch, letter: string): Promise<number> =>
  storePredictions(database.pool, [
    {
      ...{ matchId: match.matchId, modelName: 'model', modelVersion: '1', featureHash: letter.repeat(64) },
      ...{ chances: [0.25, 0.25, 0.5], predicted: 'home', featuresUsed: '{}', metadata: {} },
      createdAt: instant(Date.now()),
    },
  ]);
/** What the archive takes from Postgres. */
const archive = (match: SeededMatch) =>
  database.pool.query('delete from predictions where match_id = $1', [match.matchId]);

it('a merge and its undoing say how many predictions in the lake they do not reach', async () => {
  const kept = await seedMatch(database.pool);
  const twice = await seedMatch(database.pool);
  await database.pool.query('update match_registry set league_id = $1, away_team_id = $2 where id = $3', [
    kept.leagueId,
    kept.awayId,
    twice.matchId,
  ]);
  await predict(twice, 'a');
  await archive(twice);
  await predict(twice, 'b');
  const counts = await inTransaction(database.pool, async (transaction) => {
    const { client } = transaction;
    const teams = { keptId: kept.homeId, mergedId: twice.homeId, by: 'a test', why: 'one club' };
    const { mergeId, folded } = await mergeTeams(transaction, teams);
    expect(folded).toBe(1);
    const before = await archivedBeforeMerge(client, mergeId);
    const none = await archivedSinceMerge(client, mergeId);
    await client.query('delete from predictions where match_id = $1', [kept.matchId]);
    return { before, none, since: await archivedSinceMerge(client, mergeId) };
  });
  expect(counts).toEqual({ before: 1, none: 0, since: 1 });
});
