import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aMatch } from '../support/api-football-payloads.js';
import { serveApiFootball, type ApiFootballServer } from '../support/api-football-server.js';
import { aBudget, noReserve } from '../support/budgets.js';
import { openHouse, testKey, type TestHouse } from '../support/house.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

let postgres: TestPostgres;
let house: TestHouse;
let server: ApiFootballServer;

beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  house = openHouse(await postgres.freshDatabase());
  server = await serveApiFootball(testKey);
});
afterEach(async () => {
  await server.close();
  await house.close();
});

const noGoals = { home: null, away: null };
const noScore = { halftime: noGoals, fulltime: noGoals };

/** A match that is still to be played, Arsenal against Chelsea on 20 August 2024; what the test is about is passed in. */
const scheduled = (id: number, names: { readonly home?: string } = {}, date = '2024-08-20T19:00:00+00:00') =>
  aMatch({
    code: 'NS',
    fixture: { id, date, timestamp: Date.parse(date) / 1000 },
    status: { elapsed: null },
    goals: noGoals,
    score: noScore,
    home: names.home === undefined ? {} : { name: names.home },
  });
const finished = (id: number) =>
  aMatch({
    code: 'FT',
    fixture: { id },
    status: { elapsed: 90 },
    goals: { home: 2, away: 1 },
    score: { halftime: { home: 1, away: 0 }, fulltime: { home: 2, away: 1 } },
  });

let runs = 0;
/** Collects the season of the Premier League from the server, and refines it. */
async function collect() {
  const [file] = await house.list(server.url, 'api_football', { seasons: ['2024-25'], divisions: ['E0'] });
  if (file === undefined) throw new Error('There is no list of the Premier League');
  const counts = await house.collectFile({ file, runId: `run-${(runs += 1)}`, reading: 'if-changed' });
  await house.refine();
  return counts;
}
const matches = async () =>
  (
    await house.pool.query<{
      home: string;
      kickoff: Date;
      status: string;
      score: string | null;
      key: string;
    }>(
      `select h.name as home, m.match_time as kickoff, m.match_status as status,
         m.home_score || '-' || m.away_score as score, x.external_id as key
       from matches m join teams h on h.id = m.home_team_id join match_external_ids x on x.match_id = m.id
       order by x.external_id`,
    )
  ).rows;

describe('the fixtures of API-Football', () => {
  it('become matches of silver: kick-off, teams, and in time the result', async () => {
    server.fixtures = { '39': [scheduled(1)] };
    expect(await collect()).toMatchObject({ rows: 1, stored: 1, held: 0 });
    const key = '39/2024-25/Arsenal/Chelsea/1';
    const kickoff = new Date('2024-08-20T19:00:00Z');
    expect(await matches()).toEqual([{ home: 'Arsenal', kickoff, status: 'scheduled', score: null, key }]);
    server.fixtures = { '39': [finished(1)] };
    await collect();
    expect(await matches()).toEqual([{ home: 'Arsenal', kickoff, status: 'completed', score: '2-1', key }]);
  });

  it('cost one request a list, with the whole season in it', async () => {
    server.fixtures = { '39': [scheduled(1)] };
    await collect();
    expect(server.asked).toEqual(['/fixtures?league=39&season=2024&from=2024-06-15&to=2025-08-31']);
  });

  it('stay one match when it moves and when the source calls a team otherwise: its id tells', async () => {
    server.fixtures = { '39': [scheduled(1)] };
    await collect();
    server.fixtures = { '39': [scheduled(1, { home: 'Arsenal London' }, '2024-12-03T20:15:00+00:00')] };
    expect(await collect()).toMatchObject({ stored: 1, held: 0 });
    expect(await matches()).toEqual([
      {
        home: 'Arsenal',
        kickoff: new Date('2024-12-03T20:15:00Z'),
        status: 'scheduled',
        score: null,
        key: '39/2024-25/Arsenal/Chelsea/1',
      },
    ]);
  });

  it('are asked of real leagues, and of the simulated one where it is named', async () => {
    const seasons = ['2024-25'];
    const listed = await house.list(server.url, 'api_football', { seasons });
    expect(listed.length).toBeGreaterThan(20);
    expect(listed.map(({ division }) => division)).not.toContain('9001');
    expect(await house.list(server.url, 'api_football', { seasons, divisions: ['SIM'] })).toMatchObject([
      { division: '9001', uri: 'fixtures/2024-25/9001.json' },
    ]);
  });

  it('take nothing away where the provider answers with an empty list', async () => {
    server.fixtures = { '39': [scheduled(1)] };
    await collect();
    server.fixtures = {};
    expect(await collect()).toEqual({ rows: 0, stored: 0, duplicates: 0, held: 0 });
    const { rows } = await house.pool.query(`select from fixture_revisions where not source_present`);
    expect(rows).toEqual([]);
  });

  it('are held one by one where an entry cannot be read, with its field; the others stand', async () => {
    server.fixtures = {
      '39': [scheduled(1), aMatch({ code: 'XX', fixture: { id: 2 } }), scheduled(3, { home: 'Everton' })],
    };
    expect(await collect()).toMatchObject({ rows: 3, stored: 2, held: 1 });
    expect((await matches()).map(({ home }) => home)).toEqual(['Arsenal', 'Everton']);
    const { rows } = await house.pool.query<{ field: string }>(
      `select field from data_quality_logs where error_type = 'unreadable_row'`,
    );
    expect(rows).toEqual([{ field: 'fixture.status.short' }]);
  });

  it('keep a match that is told in a way that cannot be read: its id says that it is still there', async () => {
    server.fixtures = { '39': [scheduled(1)] };
    await collect();
    const unreadable = aMatch({ code: 'XX', fixture: { id: 1 }, home: { name: 'Arsenal London' } });
    server.fixtures = { '39': [unreadable] };
    expect(await collect()).toMatchObject({ rows: 1, held: 1 });
    const { rows } = await house.pool.query(`select from fixture_revisions where not source_present`);
    expect(rows).toEqual([]);
  });

  it('are no list where nobody knows how long it is', async () => {
    server.fixtures = { '39': [scheduled(1)] };
    server.paging = { current: 1, total: 'two' };
    await expect(collect()).rejects.toMatchObject({ name: 'ContractBroken' });
  });

  it('are known since the answer was here, not since it was asked for', async () => {
    server.fixtures = { '39': [scheduled(1)] };
    await collect();
    const { rows } = await house.pool.query<{ known: Date }>(
      'select edition_time as known from source_editions',
    );
    expect(rows[0]?.known.getTime()).toBeGreaterThanOrEqual(server.answeredAt);
  });

  it('report a field that no contract knows', async () => {
    server.fixtures = {
      '39': [aMatch({ code: 'NS', fixture: { roof: 'open' }, goals: noGoals, score: noScore })],
    };
    await collect();
    const { rows } = await house.pool.query<{ field: string }>(
      `select field from data_quality_logs where error_type = 'unknown_column'`,
    );
    expect(rows).toEqual([{ field: 'response[].fixture.roof' }]);
  });

  it('name provider and variable where the key is not accepted', async () => {
    const other = await serveApiFootball('another key');
    try {
      const [file] = await house.list(other.url, 'api_football');
      if (file === undefined) throw new Error('There is no list');
      const refused: unknown = await house
        .collectFile({ file, runId: 'refused', reading: 'if-changed' })
        .catch((error: unknown) => error);
      expect(refused).toMatchObject({ name: 'KeyRefused', subject: { setting: 'API_FOOTBALL_KEY' } });
      expect(String(refused)).toContain('api_football');
      expect(JSON.stringify(refused)).not.toContain(testKey);
    } finally {
      await other.close();
    }
  });

  describe('are asked for out of the budget of the day', () => {
    const openWith = async (perDay: number): Promise<void> => {
      await house.close();
      const budgets = [aBudget({ perDay, perMinute: 100, reserve: noReserve })];
      house = openHouse(await postgres.freshDatabase(), undefined, budgets);
      server.fixtures = { '39': [scheduled(1)] };
    };
    const refusal = {
      name: 'QuotaExhausted',
      message: 'api_football is not asked: its requests of today are spent',
    };

    it('and no more once it is spent', async () => {
      await openWith(2);
      await collect();
      await collect();
      await expect(collect()).rejects.toMatchObject(refusal);
      expect(server.asked).toHaveLength(2);
      const { rows } = await house.pool.query<{ cost: number; reason: string }>(
        'select cost, reason from provider_skips',
      );
      expect(rows).toEqual([{ cost: 1, reason: 'day_spent' }]);
    });

    it('and the account follows what the provider says is left', async () => {
      await openWith(100);
      server.remainingThisMinute = 3;
      await collect();
      const { rows } = await house.pool.query<{ left: number }>(
        `select least(unit_limit, unit_ceiling) - spent as left from provider_accounts where period_kind = 'minute'`,
      );
      expect(rows).toEqual([{ left: 3 }]);
    });
  });
});
