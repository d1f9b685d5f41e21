import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createBuildGoldActivities } from '../../activities/build-gold.js';
import { createPublishSilverActivities } from '../../activities/publish-silver.js';
import {
  BatchAnswer,
  CalculateAnswer,
  HistoricalAnswer,
  MatchFeaturesAnswer,
  RecentStatsAnswer,
  StoredFeaturesAnswer,
  TeamFeaturesAnswer,
} from '../../schemas/api/features.js';
import { toIso } from '../../schemas/values.js';
import { startLocalTemporal, type LocalTemporal } from '../../scripts/histories/local-temporal.js';
import { standInActivities } from '../../scripts/histories/stand-ins.js';
import { openApiOverLake, type ApiOverLake, type GoldMatch } from '../support/api-lake.js';

const hour = 3_600_000;
const host = '127.0.0.1:8000';

let over: ApiOverLake;
let temporal: LocalTemporal;
let ahead: readonly GoldMatch[];
let played: readonly GoldMatch[];
beforeAll(async () => {
  temporal = await startLocalTemporal();
  over = await openApiOverLake(() => ({ temporal: () => Promise.resolve(temporal.client) }));
  ahead = await over.matches(`match_status = 'scheduled' and match_time > '${toIso(over.now)}'`);
  played = (await over.matches(`match_status = 'completed'`)).toReversed();
});
afterAll(async () => {
  await over.close();
  await temporal.stop();
});

const firstOf = <T>(items: readonly T[]): T => {
  const [first] = items;
  if (first === undefined) throw new Error('There is none');
  return first;
};
const ask = (url: string, method: 'GET' | 'POST' = 'GET') =>
  over.api.app.inject({ method, url, headers: { host } });
async function read<Data extends z.ZodType>(
  data: Data,
  url: string,
  method: 'GET' | 'POST' = 'GET',
): Promise<z.output<Data>> {
  const answer = await ask(url, method);
  expect(answer.statusCode, answer.body).toBe(200);
  return data.parse(z.object({ success: z.literal(true), data: z.unknown() }).parse(answer.json()).data);
}
const isoAt = (at: number): string => new Date(at).toISOString();
/** Somebody finds at that instant that the home team of a match had scored nine. */
const correct = (matchId: number, at: string): Promise<unknown> =>
  over.lake.house.pool.query(
    `insert into fixture_revisions (match_id, data_source, known_at, known_at_basis, raw_id, match_time, kickoff_precision, match_status, home_score, away_score)
     select match_id, data_source, $2, 'observed', raw_id, match_time, kickoff_precision, 'completed', 9, 0
     from fixture_revisions where match_id = $1 and match_status = 'completed' limit 1`,
    [matchId, at],
  );

describe('the features of a match', () => {
  it('are told with the matches and quotes that they are made of', async () => {
    for (const { id } of [firstOf(ahead), firstOf(played)]) {
      const told = await read(MatchFeaturesAnswer, `/api/v1/features/${id}?include_raw=true`);
      const { team_features: teams, h2h_features: meetings, odds_features: prices } = told.features;
      const { inputs } = told;
      if (inputs === undefined) throw new Error('Nothing was told of what they are made of');
      const wins = (games: typeof inputs.home_games) => games.filter(({ result }) => result === 'win').length;
      expect([teams[0].recent_5_wins, teams[1].recent_5_wins]).toEqual([
        wins(inputs.home_games),
        wins(inputs.away_games),
      ]);
      expect(teams[0].recent_5_goals_for).toBe(
        inputs.home_games.reduce((sum, game) => sum + game.goals_for, 0),
      );
      expect(meetings.h2h_total_matches).toBe(inputs.meetings.length);
      const books = inputs.quotes.filter(({ quote_kind: kind }) => kind === 'book');
      expect(prices.bookmaker_count).toBe(books.length);
      if (books.length > 0)
        expect(prices.home_odds_avg).toBeCloseTo(
          books.reduce((sum, { home }) => sum + home, 0) / books.length,
          9,
        );
      for (const quote of inputs.quotes)
        expect(Date.parse(quote.recorded_at)).toBeLessThanOrEqual(Date.parse(prices.calculation_date));
    }
    const { id } = firstOf(ahead);
    expect(await read(MatchFeaturesAnswer, `/api/v1/features/${id}`)).not.toHaveProperty('inputs');
    expect((await ask('/api/v1/features/999999')).statusCode).toBe(404);
    expect((await ask('/api/v1/features/none')).statusCode).toBe(422);
  });

  it('are told as of an instant by the views that had something by then', async () => {
    const { id, kickOff } = firstOf(played);
    const at = (ms: number) =>
      `as_of=${isoAt(kickOff - hour + ms)}&feature_refs=odds_features:bookmaker_count`;
    const url = `/api/v1/features/historical/${id}`;
    expect((await read(HistoricalAnswer, `${url}?${at(-1)}`)).features).toEqual({ bookmaker_count: null });
    const known = await read(HistoricalAnswer, `${url}?${at(0)}`);
    expect(known.features['bookmaker_count']).toBeGreaterThan(0);
    const usual = await read(HistoricalAnswer, url);
    expect(usual.as_of).toBe(isoAt(kickOff - hour));
    expect(Object.keys(usual.features)).toHaveLength(28);
    expect((await ask(`${url}?feature_refs=nonsense`)).statusCode).toBe(422);
    expect((await ask('/api/v1/features/historical/999999')).statusCode).toBe(404);
  });

  it('that stand are those of Postgres for a match ahead, and all that the model reads', async () => {
    const { id } = firstOf(ahead);
    const told = await read(StoredFeaturesAnswer, `/data/matches/${id}/features`);
    expect(told.stored.map(({ team_type: side }) => side)).toEqual(['home', 'away']);
    expect(told.derived?.values['home_elo']).toBeGreaterThan(0);
    expect(told.stored[0]?.['recent_5_wins']).toBe(told.derived?.values['home_recent_5_wins']);
    expect((await read(StoredFeaturesAnswer, `/data/matches/${firstOf(played).id}/features`)).stored).toEqual(
      [],
    );
    expect((await ask('/data/matches/999999/features')).statusCode).toBe(404);
  });
});

describe('the form of a team', () => {
  it('at the cutoff of any match is that of gold', async () => {
    const rows = await over.lake.lake.query(
      'select * from gold.recent_form order by hash(match_id, team_id) limit 40',
    );
    for (const row of rows) {
      const told = await read(
        TeamFeaturesAnswer,
        `/api/v1/features/teams/${z.number().parse(row['team_id'])}?calculation_date=${z.string().parse(row['cutoff'])}`,
      );
      expect(row).toMatchObject(told.features);
    }
    expect(rows).toHaveLength(40);
  });

  it('has no correction before it was made, nor do the figures of the last days', async () => {
    const { id, homeTeamId } = firstOf(played);
    await correct(id, '2026-12-24T10:00:00Z');
    const at = async (date: string) => {
      const { inputs } = await read(
        TeamFeaturesAnswer,
        `/api/v1/features/teams/${homeTeamId}?calculation_date=${date}&include_raw=true`,
      );
      const stats = await read(
        RecentStatsAnswer,
        `/data/teams/${homeTeamId}/recent_stats?days=90&as_of=${date}`,
      );
      return { goals: inputs?.games.find((game) => game.match_id === id)?.goals_for, stats };
    };
    const [before, after] = [await at('2026-12-24T09:59:59Z'), await at('2026-12-24T10:00:00Z')];
    expect(before.goals).not.toBe(9);
    expect(after.goals).toBe(9);
    expect(after.stats.goals_for - before.stats.goals_for).toBe(9 - (before.goals ?? 0));
    expect(after.stats.matches).toBe(before.stats.matches);
    expect(after.stats.home_matches + after.stats.away_matches).toBe(after.stats.matches);
  });

  it('of a team that there is not, or of days that are none, is refused', async () => {
    expect((await ask('/api/v1/features/teams/999999')).statusCode).toBe(404);
    expect((await ask('/data/teams/999999/recent_stats')).statusCode).toBe(404);
    expect((await ask('/data/teams/1/recent_stats?days=0')).statusCode).toBe(422);
    expect((await ask('/api/v1/features/teams/1?calculation_date=2026-11-24')).statusCode).toBe(422);
  });
});

describe('calculating features', () => {
  const days = 'start_date=2026-09-01&end_date=2026-09-30';
  const worked = <T>(work: () => Promise<T>): Promise<T> => {
    const deps = { pool: over.lake.house.pools.admin.pool, lake: over.lake.lake };
    const real = { ...createPublishSilverActivities(deps), ...createBuildGoldActivities(deps) };
    return temporal.withActivities(standInActivities(real), work);
  };

  it('of what is neither missing nor outdated starts nothing, and counts what is there', async () => {
    const { id } = firstOf(ahead);
    // What a correction by hand has left for the lake.
    await over.lake.house.pool.query('delete from lake_dirty_partitions');
    expect(await read(CalculateAnswer, `/api/v1/features/calculate/${id}`, 'POST')).toEqual({
      ...{ match_id: id, match_features_stored: true, run: null },
      ...{ home_team_features_stored: true, away_team_features_stored: true },
    });
    const { statistics, run } = await read(BatchAnswer, `/api/v1/features/batch/calculate?${days}`, 'POST');
    const september = await over.matches(`match_time >= '2026-09-01' and match_time < '2026-10-01'`);
    const teams = new Set(september.flatMap(({ homeTeamId, awayTeamId }) => [homeTeamId, awayTeamId]));
    expect(run).toBeNull();
    expect(statistics).toEqual({
      ...{ matches_processed: september.length, teams_processed: teams.size },
      features_stored: 3 * september.length,
    });
  });

  it('tells the id of a run that takes long, goes along with it when asked again, and its result once it has ended', async () => {
    const { id } = firstOf(ahead);
    const url = `/api/v1/features/calculate/${id}?force_recalculate=true`;
    const first = await ask(`${url}&wait_seconds=0`, 'POST');
    expect([first.statusCode, first.json()]).toMatchObject([
      202,
      { data: { run: { workflow_id: 'calculate-features', begun: 'now' } } },
    ]);
    const again = await ask(
      `/api/v1/features/batch/calculate?${days}&force_recalculate=true&wait_seconds=0`,
      'POST',
    );
    expect([again.statusCode, again.json()]).toMatchObject([202, { data: { run: { begun: 'earlier' } } }]);
    const ended = await worked(() => read(CalculateAnswer, `${url}&wait_seconds=10`, 'POST'));
    expect(ended).toMatchObject({ match_features_stored: true, run: { begun: 'earlier' } });
  });

  it('of what is outdated runs without being forced', async () => {
    await over.lake.house.pool.query(
      `insert into lake_dirty_partitions (table_name, month) values ('fixture_revisions', '2026-12-01') on conflict do nothing`,
    );
    const { run } = await worked(() =>
      read(CalculateAnswer, `/api/v1/features/calculate/${firstOf(ahead).id}`, 'POST'),
    );
    expect(run).toEqual({ workflow_id: 'calculate-features', begun: 'now' });
  });

  it('of a match that there is not, or of days that are none, is refused', async () => {
    expect((await ask('/api/v1/features/calculate/999999', 'POST')).statusCode).toBe(404);
    expect((await ask('/api/v1/features/batch/calculate', 'POST')).statusCode).toBe(422);
    const backwards = 'start_date=2026-09-30&end_date=2026-09-01';
    expect((await ask(`/api/v1/features/batch/calculate?${backwards}`, 'POST')).statusCode).toBe(422);
    const sql = `start_date=2026-09-01'--&end_date=2026-09-30`;
    expect((await ask(`/api/v1/features/batch/calculate?${sql}`, 'POST')).statusCode).toBe(422);
  });
});
