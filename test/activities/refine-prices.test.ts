import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aMatch } from '../support/api-football-payloads.js';
import { serveApiFootball, type ApiFootballServer } from '../support/api-football-server.js';
import { openHouse, testKey, type TestHouse } from '../support/house.js';
import { tellPrices, type TestPrice } from '../support/live-prices.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { decide, findingsOf } from '../support/review.js';
import { firstDifference, readTables } from '../support/silver-snapshot.js';

let postgres: TestPostgres;
let house: TestHouse;
let url: string;
let server: ApiFootballServer;
let runs = 0;

beforeAll(async () => {
  postgres = await startTestPostgres();
  server = await serveApiFootball(testKey);
});
afterAll(async () => {
  await server.close();
  await postgres.stop();
});
beforeEach(async () => {
  url = await postgres.freshDatabase();
  house = openHouse(url);
});
afterEach(() => house.close());

const noGoals = { home: null, away: null };
const kickoff = '2024-08-20T19:00:00Z';

interface Fixture {
  readonly id?: number;
  readonly code?: 'NS' | '2H' | 'FT' | 'PST';
  readonly at?: string;
  readonly home?: string;
}

function listed({ id = 1, code = 'NS', at = kickoff, home }: Fixture) {
  const isPlayed = code === 'FT';
  const score = { home: 2, away: 1 };
  return aMatch({
    code,
    fixture: { id, date: at.replace('Z', '+00:00'), timestamp: Date.parse(at) / 1000 },
    status: { elapsed: isPlayed ? 90 : code === '2H' ? 60 : null },
    goals: code === 'NS' || code === 'PST' ? noGoals : score,
    score: { halftime: noGoals, fulltime: isPlayed ? score : noGoals },
    home: home === undefined ? {} : { name: home },
  });
}

/** Collects the list of fixtures as it is now; nothing is refined. */
async function collect(...fixtures: readonly Fixture[]): Promise<void> {
  server.fixtures = { '39': fixtures.map(listed) };
  const [file] = await house.list(server.url, 'api_football', { seasons: ['2024-25'], divisions: ['E0'] });
  if (file === undefined) throw new Error('There is no list of the Premier League');
  await house.collectFile({ file, runId: `prices/${(runs += 1)}`, reading: 'if-changed' });
}

const tell = (at: string, ...prices: readonly TestPrice[]) => tellPrices(house, { at }, ...prices);

const time = (at: Date): string => at.toISOString().slice(11, 16);

/** The prices in silver: `prematch 2.1 from 10:00`. */
async function prices(): Promise<string[]> {
  const { rows } = await house.pool.query<{
    phase: string;
    home: number | null;
    at: Date;
    recorded: Date;
    suspicious: boolean;
  }>(
    `select price_phase as phase, home_odds as home, collected_at as at, recorded_at as recorded, suspicious_odds as suspicious
     from odds order by collected_at, recorded_at`,
  );
  return rows.map(
    ({ phase, home, at, recorded, suspicious }) =>
      `${phase} ${home ?? 'gone'} from ${time(at)}` +
      (recorded.getTime() === at.getTime() ? '' : ` told ${time(recorded)}`) +
      (suspicious ? ', suspicious' : ''),
  );
}

async function lastSeen(): Promise<string[]> {
  const { rows } = await house.pool.query<{ phase: string; at: Date }>(
    'select price_phase as phase, last_seen_at as at from odds_last_seen order by 1, 2',
  );
  return rows.map(({ phase, at }) => `${phase} ${time(at)}`);
}

async function payloads(): Promise<string[]> {
  const { rows } = await house.pool.query<{ status: string; error: string | null }>(
    'select process_status as status, process_error as error from raw_odds_data order by collected_at, id',
  );
  return rows.map(({ status, error }) => (error === null ? status : `${status}: ${error}`));
}

const unknown = 'held: match: no match is known by this id yet';
const late = 'held: prematch_after_kickoff: A price before the match, given after its kick-off';

/** Silver equals what a rebuild of it makes. */
async function expectRebuilt(): Promise<void> {
  const grown = await readTables(house.pool);
  await house.rebuild();
  expect(firstDifference(grown, await readTables(house.pool))).toBeUndefined();
}

describe('a price of a live source', () => {
  it('comes to silver with its payloads: of itself, and of the match that it names', async () => {
    await collect({});
    await tell('2024-08-20T10:00:00Z', {});
    await house.refine();
    const { rows } = await house.pool.query<Record<string, unknown>>(
      `select o.data_source, o.bookmaker, o.market_type, o.quote_kind, o.home_odds, o.draw_odds, o.away_odds, o.known_at_basis,
         o.provider_updated_at, r.external_match_id as of_match, p.record_key as of_price,
         o.recorded_at = o.collected_at as known_at_once
       from odds o join raw_match_data r on r.id = o.raw_id join raw_odds_data p on p.id = o.raw_odds_id`,
    );
    expect(rows).toEqual([
      {
        data_source: 'api_football',
        bookmaker: 'bet365',
        market_type: '1x2',
        quote_kind: 'book',
        home_odds: 2.1,
        draw_odds: 3.4,
        away_odds: 3.6,
        known_at_basis: 'observed',
        provider_updated_at: new Date('2024-08-20T10:00:00Z'),
        of_match: '39/2024-25/Arsenal/Chelsea/1',
        of_price: 'Bet365|1x2|',
        known_at_once: true,
      },
    ]);
    expect(await payloads()).toEqual(['done']);
    const marks = await house.pool.query(
      `select from lake_dirty_partitions where table_name = 'odds' and month = '2024-08-01'`,
    );
    expect(marks.rowCount).toBe(1);
  });

  it('is a row at each change; the same again moves when it was last seen', async () => {
    await collect({});
    await tell('2024-08-20T10:00:00Z', {});
    await house.refine();
    await tell('2024-08-20T11:00:00Z', {});
    await house.refine();
    expect(await prices()).toEqual(['prematch 2.1 from 10:00']);
    expect(await lastSeen()).toEqual(['prematch 11:00']);
    await tell('2024-08-20T12:00:00Z', { home: '2.20' });
    await tell('2024-08-20T13:00:00Z', {});
    await house.refine();
    expect(await prices()).toEqual([
      'prematch 2.1 from 10:00',
      'prematch 2.2 from 12:00',
      'prematch 2.1 from 13:00',
    ]);
    await expectRebuilt();
  });

  it('waits for its match, and comes to silver once the match is known', async () => {
    await tell('2024-08-20T10:00:00Z', {});
    expect(await house.refinePrices()).toEqual({ claimed: 1, done: 0, held: 1 });
    expect(await payloads()).toEqual([unknown]);
    expect(await house.refinePrices()).toEqual({ claimed: 0, done: 0, held: 0 });
    await collect({});
    await house.refine();
    expect(await prices()).toEqual(['prematch 2.1 from 10:00']);
    expect(await payloads()).toEqual(['done']);
    await expectRebuilt();
  });

  it('is held where it is given as one before the match after kick-off, and stored once the match has moved', async () => {
    await collect({});
    await tell('2024-08-20T18:00:00Z', {});
    await tell('2024-08-20T19:00:00Z', { home: '2.20' });
    await house.refine();
    expect(await prices()).toEqual(['prematch 2.1 from 18:00']);
    expect(await payloads()).toEqual(['done', late]);
    expect(await findingsOf(house.pool, 'prematch_after_kickoff')).toHaveLength(1);

    await collect({ at: '2024-08-21T19:00:00Z' });
    await house.refine();
    expect(await prices()).toEqual(['prematch 2.1 from 18:00', 'prematch 2.2 from 19:00']);
    expect(await payloads()).toEqual(['done', 'done']);
    expect(await findingsOf(house.pool, 'prematch_after_kickoff')).toEqual([]);
    await expectRebuilt();

    await collect({ at: '2024-08-20T18:30:00Z' });
    await house.refine();
    expect(await prices()).toEqual(['prematch 2.1 from 18:00']);
    await expectRebuilt();
  });

  it('that is none is a finding: it takes back the one before and ends no batch', async () => {
    await collect({});
    await tell('2024-08-20T10:00:00Z', {}, { bookmaker: 'Bwin' });
    await tell('2024-08-20T11:00:00Z', { home: '1.01' }, { bookmaker: 'Bwin', home: '2.15' });
    await house.refine();
    expect(await prices()).toEqual(
      [
        'prematch 2.1 from 10:00',
        'prematch 2.1 from 10:00',
        'prematch gone from 11:00',
        'prematch 2.15 from 11:00',
      ].sort((a, b) => a.slice(-5).localeCompare(b.slice(-5))),
    );
    expect(await findingsOf(house.pool, 'price_not_above_floor')).toHaveLength(1);
    const { rows } = await house.pool.query(
      'select data_source, league, season, bookmaker from v_findings where error_type = $1',
      ['price_not_above_floor'],
    );
    expect(rows).toEqual([
      { data_source: 'api_football', league: 'E0', season: '2024-25', bookmaker: 'Bet365' },
    ]);
    await expectRebuilt();
  });

  it('that is doubted is stored as suspicious, until a person releases it', async () => {
    await collect({});
    await tell('2024-08-20T10:00:00Z', { home: '1.10', draw: '1.50', away: '1.50' });
    await house.refine();
    expect(await prices()).toEqual(['prematch 1.1 from 10:00, suspicious']);
    const ids = await findingsOf(house.pool, 'implied_total_out_of_bounds');
    expect(await decide(house.pool, 'release', ids)).toMatchObject({ pending: 1 });
    await house.refine();
    expect(await prices()).toEqual(['prematch 1.1 from 10:00']);
    await expectRebuilt();
  });
});

describe('the closing price', () => {
  it('is the last one before kick-off, once the match has begun, and known at its kick-off', async () => {
    await collect({});
    await tell('2024-08-20T10:00:00Z', {});
    await tell('2024-08-20T18:50:00Z', { home: '2.20' });
    await house.refine();
    expect(await prices()).toEqual(['prematch 2.1 from 10:00', 'prematch 2.2 from 18:50']);
    await collect({ code: '2H' });
    await house.refine();
    const closed = ['prematch 2.1 from 10:00', 'prematch 2.2 from 18:50', 'closing 2.2 from 19:00'];
    expect(await prices()).toEqual(closed);
    await collect({ code: 'FT' });
    await house.refine();
    expect(await prices()).toEqual(closed);
    await expectRebuilt();
  });

  it('is at the kick-off as it turns out to be', async () => {
    await collect({});
    await tell('2024-08-20T18:50:00Z', {});
    await tell('2024-08-20T19:20:00Z', { home: '2.30' });
    await collect({ code: 'FT' });
    await house.refine();
    expect(await prices()).toEqual(['prematch 2.1 from 18:50', 'closing 2.1 from 19:00']);
    await collect({ code: 'FT', at: '2024-08-20T19:30:00Z' });
    await house.refine();
    expect(await prices()).toEqual([
      'prematch 2.1 from 18:50',
      'prematch 2.3 from 19:20',
      'closing 2.3 from 19:30',
    ]);
    await expectRebuilt();
  });

  it('is none where nobody has looked for an hour', async () => {
    await collect({});
    await tell('2024-08-20T17:59:00Z', {});
    await collect({ code: 'FT' });
    await house.refine();
    expect(await prices()).toEqual(['prematch 2.1 from 17:59']);
  });
});

describe('prices that are refined', () => {
  it('survive that their match is told anew by its files', async () => {
    await collect({});
    await tell('2024-08-20T10:00:00Z', {});
    await tell('2024-08-20T11:00:00Z', {});
    await house.refine();
    await collect();
    await house.refine();
    await collect({});
    await house.refine();
    expect(await prices()).toEqual(['prematch 2.1 from 10:00']);
    expect(await lastSeen()).toEqual(['prematch 11:00']);
    await expectRebuilt();
  });

  it('are the same whatever order they and their match come in, in batches of any size, side by side', async () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('price' as const),
        minute: fc.integer({ min: -90, max: 30 }),
        home: fc.constantFrom('1.01', '2.10', '2.20', '900.00'),
        bookmaker: fc.constantFrom('Bet365', 'Bwin', 'bet 365'),
      }),
      fc.record({
        kind: fc.constant('fixture' as const),
        code: fc.constantFrom('NS' as const, '2H' as const, 'FT' as const),
        shift: fc.constantFrom(-30, 0, 45),
      }),
      fc.record({ kind: fc.constant('refine' as const), limit: fc.integer({ min: 1, max: 3 }) }),
    );
    const at = (minutes: number): string => new Date(Date.parse(kickoff) + minutes * 60_000).toISOString();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
        await house.pool.query(
          `truncate raw_match_data, raw_odds_data, source_match_ids, source_editions, data_quality_logs, leagues, teams cascade`,
        );
        for (const each of steps) {
          if (each.kind === 'price') await tell(at(each.minute), each);
          else if (each.kind === 'fixture')
            await collect({ code: each.code, at: at(each.shift).replace('.000', '') });
          else await house.refinePrices({ limit: each.limit, sideBySide: 2 });
          if (each.kind === 'refine' && each.limit > 1) await house.refine({ sideBySide: 2 });
        }
        await house.refine();
        await expectRebuilt();
        const { rows } = await house.pool.query(`select from raw_odds_data where process_status = 'pending'`);
        expect(rows).toEqual([]);
      }),
      { numRuns: 12 },
    );
  });
});
