import { afterAll, beforeAll, expect, it } from 'vitest';
import { planBudgets } from '../../activities/plan-budgets.js';
import { spend } from '../../adapters/postgres/budget-account.js';
import { openDatabase, type OpenDatabase } from '../../adapters/postgres/open-database.js';
import { decideSpend } from '../../domain/budget/decide-spend.js';
import { budgetsWith, type Priority } from '../../schemas/budgets.js';
import { instantFromIso } from '../../schemas/values.js';
import { aBudget, aRequest } from '../support/budgets.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { insertRow, matchRow, seedMatch, type Columns } from '../support/silver-rows.js';

let postgres: TestPostgres;
let database: OpenDatabase;
beforeAll(async () => {
  postgres = await startTestPostgres();
  database = openDatabase(postgres.url, { applicationName: 'test', max: 2 });
});
afterAll(async () => {
  await database.pool.end();
  await postgres.stop();
});

/** A match of a league of its own, which API-Football has a name for where `collected`. */
async function addMatch(
  kickoff: string,
  change: Columns = {},
  collected: 'collected' | 'not collected' = 'collected',
): Promise<void> {
  const seeded = await seedMatch(database.pool, kickoff);
  await insertRow(database.pool, 'matches', {
    ...matchRow(seeded),
    ...{ match_status: 'scheduled', home_score: null, away_score: null },
    ...change,
  });
  if (collected === 'collected') {
    await insertRow(database.pool, 'league_external_ids', {
      data_source: 'api_football',
      external_id: String(seeded.leagueId),
      league_id: seeded.leagueId,
    });
  }
}

const wanted = async (at: string): Promise<Readonly<Record<string, number>>> => {
  const plans = await planBudgets({ pool: database.pool, budgets: budgetsWith({}) }, instantFromIso(at));
  const of = (provider: string, priority: Priority): number =>
    plans.find((one) => one.provider === provider)?.plan[priority].wanted ?? NaN;
  return {
    'api_football live': of('api_football', 'live'),
    'api_football lineups': of('api_football', 'lineups'),
    'odds_api closing': of('odds_api', 'closing'),
    'scores_api live': of('scores_api', 'live'),
    'open_meteo regular': of('open_meteo', 'regular'),
  };
};

it('the day is planned from the matches still to be played of the leagues that are collected live, for every provider', async () => {
  await addMatch('2026-11-28T15:00:00Z');
  await addMatch('2026-11-28T15:00:00Z');
  await addMatch('2026-11-28T20:00:00Z', { match_status: 'live' });
  await addMatch('2026-11-28T00:00:00Z', { kickoff_precision: 'day' });
  await addMatch('2026-11-28T15:00:00Z', { match_status: 'postponed' });
  await addMatch('2026-11-28T15:00:00Z', { source_present: false });
  await addMatch('2026-11-28T15:00:00Z', {}, 'not collected');
  await addMatch('2026-11-29T15:00:00Z');
  expect(await wanted('2026-11-28T06:00:00Z')).toEqual({
    // Three windows of 135 minutes: 15:00, 20:00, and one of the match without a time.
    'api_football live': 27,
    'api_football lineups': 20,
    'odds_api closing': 9,
    'scores_api live': 203,
    'open_meteo regular': 8,
  });
  expect(await wanted('2026-11-28T19:00:00Z')).toMatchObject({ 'api_football lineups': 10 });
});

it('a request of regular work leaves what the plan keeps for live scores, until they have it', async () => {
  await addMatch('2026-12-05T15:00:00Z');
  const at = instantFromIso('2026-12-05T12:00:00Z');
  const budget = aBudget({ perDay: 20, perMinute: 20 });
  await planBudgets({ pool: database.pool, budgets: [budget] }, at);
  const ask = async (priority: Priority, cost: number) =>
    await spend(database.pool, { budget, at }, aRequest({ priority, cost }), decideSpend);
  // 9 polls, 5 for line-ups, 2 for fixtures, and 2 that nobody planned.
  expect(await ask('regular', 3)).toMatchObject({ reason: 'kept_for_higher', left: 20, kept: 18 });
  expect(await ask('regular', 2)).toMatchObject({ outcome: 'granted' });
  expect(await ask('live', 9)).toMatchObject({ outcome: 'granted' });
  expect(await ask('fixtures', 4)).toMatchObject({ outcome: 'granted' });
});
