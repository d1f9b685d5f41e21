import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  describeMaterializedViews,
  materializedViews,
  refreshMaterializedView,
} from '../../../adapters/postgres/materialized-views.js';
import { openDatabase, type OpenDatabase } from '../../../adapters/postgres/open-database.js';
import { quarantineRows, releaseRows } from '../../../adapters/postgres/anomaly/quarantines.js';
import { inTransaction } from '../../../adapters/postgres/transaction.js';
import type { WatchedTable } from '../../../schemas/records/anomaly.js';
import { readExample, timeExample, viewExamples } from '../../../adapters/postgres/view-examples.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';
import { insertRow, matchRow, quoteRow, seedMatch, type Columns } from '../../support/silver-rows.js';

let postgres: TestPostgres;
let database: OpenDatabase;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  await (database as OpenDatabase | undefined)?.db.destroy();
  database = openDatabase(await postgres.freshDatabase(), { applicationName: 'test', max: 4 });
});
afterAll(() => database.db.destroy());

const query = async (text: string): Promise<Record<string, unknown>[]> =>
  (await database.pool.query<Record<string, unknown>>(text)).rows;
const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
const refreshAll = async (): Promise<void> => {
  for (const view of materializedViews) await refreshMaterializedView(database.pool, view);
};

const ada = { by: 'ada', why: 'She looked at it' };
const quarantine = (table: WatchedTable, id: number): Promise<number> =>
  inTransaction(database.pool, async ({ client }) => {
    const [made] = await quarantineRows(client, {
      table,
      rows: [{ id, why: ada.why }],
      detectionId: null,
      by: ada.by,
    });
    return made ?? NaN;
  });
const release = (id: number) => inTransaction(database.pool, ({ client }) => releaseRows(client, [id], ada));

/** A match of two new teams, so many days ago. */
async function play(days: number, row: Columns = {}) {
  const seeded = await seedMatch(database.pool, daysAgo(days));
  await insertRow(database.pool, 'matches', { ...matchRow(seeded), ...row });
  return seeded;
}

const ahead = { match_status: 'scheduled', home_score: null, away_score: null };

describe('the indexes of the catalogue', () => {
  it('stand under their names, on their columns', async () => {
    const { rows } = await database.pool.query<{ name: string; columns: string }>(
      `select indexname as name, regexp_replace(indexdef, '.* USING btree ', '') as columns
       from pg_indexes where indexname like 'idx\\_%' and tablename in ('matches', 'odds', 'features', 'predictions')`,
    );
    const listed = Object.fromEntries(rows.map(({ name, columns }) => [name, columns]));
    expect(listed).toMatchObject({
      idx_matches_time_status: '(match_time, match_status)',
      idx_matches_home_team_time: '(home_team_id, match_time)',
      idx_matches_away_team_time: '(away_team_id, match_time)',
      idx_matches_league_season: '(league_id, season)',
      idx_odds_match_bookmaker_collected: '(match_id, bookmaker, collected_at)',
      idx_odds_collected_at_desc: '(collected_at DESC)',
      idx_odds_match_market_type: '(match_id, market_type)',
      idx_features_match_team: '(match_id, team_id)',
      idx_features_team_created: '(team_id, created_at DESC)',
      idx_predictions_match_created: '(match_id, created_at DESC)',
      idx_predictions_model_created: '(model_name, created_at)',
    });
  });
});

describe('mv_team_recent_performance', () => {
  it('counts the completed matches of the last 30 days at home and away, and nothing else', async () => {
    const first = await play(3);
    const { homeId, awayId, leagueId } = first;
    const again = async (days: number, row: Columns): Promise<void> => {
      const seeded = await seedMatch(database.pool, daysAgo(days));
      await insertRow(database.pool, 'matches', {
        ...matchRow(seeded),
        league_id: leagueId,
        home_team_id: awayId,
        away_team_id: homeId,
        ...row,
      });
    };
    await again(10, { home_score: 0, away_score: 3 });
    await again(31, {});
    await again(5, { match_status: 'abandoned' });
    await again(6, { match_status: 'scheduled', home_score: null, away_score: null });
    await again(7, { source_present: false });
    await refreshAll();
    expect(
      await query(
        `select * from mv_team_recent_performance where team_id in (${homeId}, ${awayId}) order by team_id`,
      ),
    ).toMatchObject([
      {
        team_id: homeId,
        recent_home_matches: 1,
        recent_away_matches: 1,
        recent_home_wins: 1,
        recent_away_wins: 1,
        recent_home_goals: 2,
        recent_away_goals: 3,
        recent_home_conceded: 1,
        recent_away_conceded: 0,
      },
      {
        team_id: awayId,
        recent_home_matches: 1,
        recent_away_matches: 1,
        recent_home_wins: 0,
        recent_away_wins: 0,
        recent_home_goals: 0,
        recent_away_goals: 1,
      },
    ]);
  });

  it('leaves out a match in quarantine until it is released', async () => {
    const { homeId, matchId } = await play(3);
    const form = async () => {
      await refreshAll();
      return await query(
        `select recent_home_matches as n from mv_team_recent_performance where team_id = ${homeId}`,
      );
    };
    expect(await form()).toEqual([{ n: 1 }]);
    const id = await quarantine('matches', matchId);
    expect(await form()).toEqual([{ n: 0 }]);
    await release(id);
    expect(await form()).toEqual([{ n: 1 }]);
  });

  it('has a row for a team that did not play', async () => {
    const { homeId } = await seedMatch(database.pool);
    await refreshAll();
    expect(await query(`select * from mv_team_recent_performance where team_id = ${homeId}`)).toMatchObject([
      { recent_home_matches: 0, recent_away_matches: 0, recent_home_goals: 0, last_match_time: null },
    ]);
  });
});

describe('mv_odds_trends', () => {
  it('averages the prices of books before kick-off, with their spread and what they imply without the margin', async () => {
    const seeded = await play(-2, ahead);
    const quote = quoteRow(seeded);
    const add = (row: Columns): Promise<void> => insertRow(database.pool, 'odds', { ...quote, ...row });
    await add({ home_odds: 2, draw_odds: 4, away_odds: 4 });
    await add({ bookmaker: 'pinnacle', home_odds: 2.2, draw_odds: 4, away_odds: 4 });
    // None of these is a book's price that stands.
    await add({ bookmaker: 'market_average', quote_kind: 'aggregate', home_odds: 9 });
    await add({ bookmaker: 'betfair', quote_kind: 'exchange', home_odds: 9 });
    await add({ bookmaker: 'odd', suspicious_odds: true, home_odds: 900 });
    await refreshAll();
    expect(await query(`select * from mv_odds_trends where match_id = ${seeded.matchId}`)).toMatchObject([
      {
        market_type: '1x2',
        line_value: 0,
        bookmaker_count: 2,
        quote_count: 2,
        home_odds_avg: 2.1,
        draw_odds_avg: 4,
        home_odds_volatility: 0.1,
        draw_odds_volatility: 0,
        over_odds_avg: null,
        home_implied_probability: 0.4878,
        draw_implied_probability: 0.2561,
        away_implied_probability: 0.2561,
        overround: -0.0238,
      },
    ]);
  });

  it('takes a quote at the value it was last given, and not at all where it was taken back', async () => {
    const seeded = await play(-2, ahead);
    const quote = quoteRow(seeded);
    const add = (row: Columns): Promise<void> => insertRow(database.pool, 'odds', { ...quote, ...row });
    await add({ home_odds: 21 });
    await add({ home_odds: 2.1, recorded_at: daysAgo(-1) });
    await add({ bookmaker: 'pinnacle', home_odds: 5 });
    await add({
      bookmaker: 'pinnacle',
      home_odds: null,
      draw_odds: null,
      away_odds: null,
      recorded_at: daysAgo(-1),
    });
    await refreshAll();
    expect(await query(`select * from mv_odds_trends where match_id = ${seeded.matchId}`)).toMatchObject([
      { bookmaker_count: 1, quote_count: 1, home_odds_avg: 2.1 },
    ]);
  });

  it('leaves out a quote whose value is in quarantine, until that is released or another value is told', async () => {
    const seeded = await play(-2, ahead);
    const quote = quoteRow(seeded);
    const add = (row: Columns): Promise<void> => insertRow(database.pool, 'odds', { ...quote, ...row });
    const average = async () => {
      await refreshAll();
      return await query(
        `select quote_count as n, home_odds_avg as home from mv_odds_trends where match_id = ${seeded.matchId}`,
      );
    };
    await add({ home_odds: 2 });
    await add({ bookmaker: 'pinnacle', home_odds: 8 });
    const [price] = await query(
      `select id from odds where match_id = ${seeded.matchId} and bookmaker = 'pinnacle'`,
    );
    expect(await average()).toEqual([{ n: 2, home: 5 }]);
    const id = await quarantine('odds', Number(price?.['id']));
    expect(await average()).toEqual([{ n: 1, home: 2 }]);
    await release(id);
    expect(await average()).toEqual([{ n: 2, home: 5 }]);
    await quarantine('odds', Number(price?.['id']));
    await add({ bookmaker: 'pinnacle', home_odds: 2.2, recorded_at: daysAgo(-1) });
    expect(await average()).toEqual([{ n: 2, home: 2.1 }]);
  });

  it('lets only complete quotes of a market speak, and says nothing of a market without one', async () => {
    const seeded = await play(-2, ahead);
    const quote = quoteRow(seeded);
    const add = (row: Columns): Promise<void> => insertRow(database.pool, 'odds', { ...quote, ...row });
    await add({ home_odds: 2, draw_odds: 4, away_odds: 4 });
    await add({ bookmaker: 'pinnacle', home_odds: 9, draw_odds: null });
    const total = { market_type: 'over_under', home_odds: null, draw_odds: null, away_odds: null };
    await add({ ...total, line_value: 2.5, over_odds: 2, under_odds: 1.9 });
    await add({ ...total, line_value: 2.5, bookmaker: 'pinnacle', over_odds: 9 });
    await add({ ...total, line_value: 3.5, over_odds: 3 });
    await add({ market_type: 'asian_handicap', line_value: 0, draw_odds: null, away_odds: null });
    await refreshAll();
    expect(
      await query(`select * from mv_odds_trends where match_id = ${seeded.matchId} order by market_type`),
    ).toMatchObject([
      { market_type: '1x2', quote_count: 1, home_odds_avg: 2, draw_odds_avg: 4, overround: 0 },
      { market_type: 'over_under', line_value: 2.5, quote_count: 1, over_odds_avg: 2, under_odds_avg: 1.9 },
    ]);
  });

  it('covers the matches ahead and of the last 30 days', async () => {
    for (const days of [31, 29, -60]) {
      await insertRow(database.pool, 'odds', quoteRow(await play(days)));
    }
    await refreshAll();
    expect(
      await query(
        `select (now()::date - m.match_time::date) as days from mv_odds_trends t join matches m on m.id = t.match_id
         order by 1`,
      ),
    ).toEqual([{ days: -60 }, { days: 29 }]);
  });

  it('keeps the lines of a market apart', async () => {
    const seeded = await play(-2, ahead);
    const quote = { ...quoteRow(seeded), market_type: 'asian_handicap', draw_odds: null };
    for (const line of [-0.25, 0, 0.25])
      await insertRow(database.pool, 'odds', { ...quote, line_value: line });
    await refreshAll();
    expect(
      await query(`select line_value from mv_odds_trends where match_id = ${seeded.matchId} order by 1`),
    ).toEqual([{ line_value: -0.25 }, { line_value: 0 }, { line_value: 0.25 }]);
  });
});

describe('a refresh', () => {
  it('lets a reader that is in the view go on, and waits for no reader', async () => {
    await play(3);
    const reader = await database.pool.connect();
    try {
      await reader.query('begin');
      await reader.query('select * from mv_team_recent_performance');
      // A refresh that is not concurrent would wait for the reader here, for ever.
      const refreshed = await refreshMaterializedView(database.pool, 'mv_team_recent_performance');
      expect(refreshed).toMatchObject({ view: 'mv_team_recent_performance', rows: 2 });
    } finally {
      await reader.query('rollback');
      reader.release();
    }
  });

  it('is noted with its time; before the first there is none', async () => {
    expect(await describeMaterializedViews(database.pool)).toMatchObject(
      materializedViews.map((view) => ({ view, rows: 0, refreshedAt: null, tookMs: null })),
    );
    await play(3);
    await refreshAll();
    const [teams] = await describeMaterializedViews(database.pool);
    expect(teams).toMatchObject({ rows: 2, refreshedAt: expect.any(Date) as unknown });
    expect(teams?.bytes).toBeGreaterThan(8_000);
  });
});

describe('the example queries', () => {
  beforeEach(async () => {
    for (let day = 1; day < 15; day += 1) {
      const seeded = await play(day, { home_score: day % 3 });
      for (const [bookmaker, price] of [
        ['bet365', 2],
        ['pinnacle', 2 + day / 10],
      ] as const) {
        await insertRow(database.pool, 'odds', { ...quoteRow(seeded), bookmaker, home_odds: price });
      }
    }
    await refreshAll();
  });

  it.each(viewExamples)('%s answers the same from its view as from the tables', async (name) => {
    const { view, plain } = await readExample(name);
    const fromView = await query(view);
    expect(fromView.length).toBeGreaterThan(0);
    expect(fromView).toEqual(await query(plain));
  });

  it('most_active_teams lists ten teams that played, by matches, then by what they won', async () => {
    const { view } = await readExample('most_active_teams');
    const rows = await query(view);
    expect(rows).toHaveLength(10);
    expect(rows[0]).toEqual({
      team_name: expect.stringMatching(/^(Home|Away)/) as unknown,
      total_recent_matches: 1,
      total_wins: 1,
      win_percentage: 100,
    });
  });

  it('are timed against the plain query', async () => {
    const times = await timeExample(database.pool, 'team_form', 3);
    expect(times.viewMs).toBeGreaterThan(0);
    expect(times.plainMs).toBeGreaterThan(0);
  });
});
