import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import { QuotaExhausted } from '../../schemas/errors.js';
import { instant, instantFromIso } from '../../schemas/values.js';
import type { Simulator } from '../../simulator/server.js';
import { aBudget, noReserve } from '../support/budgets.js';
import { asActivity, openHouse, type TestHouse } from '../support/house.js';
import { clockOf, collectSimulatedFixtures, liveCollection } from '../support/live-collection.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { serveStandingStill } from '../support/simulation.js';

/** A Friday evening: the matches of the weekend are priced. */
const friday = instantFromIso('2026-09-11T18:00:00Z');
const minute = 60_000;

let postgres: TestPostgres;
let house: TestHouse;
let simulator: Simulator;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
beforeEach(async () => {
  house = openHouse(await postgres.freshDatabase());
  simulator = await serveStandingStill(friday);
  await collectSimulatedFixtures(house, simulator);
});
afterEach(async () => {
  await simulator.close();
  await house.close();
});
afterAll(async () => {
  await postgres.stop();
});

const due = async (live: ReturnType<typeof liveCollection>, dataSources = ['api_football']) =>
  (await asActivity(() => live.oddsRequests({ dataSources, clock: clockOf(simulator) }))).sources;

/** Collects everything that is due of API-Football now. */
async function collectDue(live = liveCollection(house, simulator)): Promise<number> {
  const [source] = await due(live);
  if (source?.kind !== 'due') return 0;
  for (const request of source.requests) {
    await asActivity(() =>
      live.collectOddsRequest({ dataSource: 'api_football', ...request, clock: clockOf(simulator) }),
    );
  }
  return source.requests.length;
}

const requestsMade = (): number =>
  simulator.simulation.requests
    .counts(0, Infinity)
    .filter(({ endpoint }) => endpoint === '/odds')
    .reduce((sum, { requests }) => sum + requests, 0);

async function payloads(): Promise<{ all: number; first: number; moved: number }> {
  const { rows } = await house.pool.query<{ all: number; first: number; moved: number }>(
    `select count(*)::integer as all, count(distinct (external_match_id, record_key))::integer as first,
       count(*) filter (where last_seen_at > collected_at)::integer as moved from raw_odds_data`,
  );
  return rows[0] ?? { all: 0, first: 0, moved: 0 };
}

describe('the prices of the matches ahead', () => {
  it('are asked for by the clock of each match, and not again before their time', async () => {
    expect(await collectDue()).toBeGreaterThan(5);
    const asked = requestsMade();
    simulator.simulation.advanceTo(instant(friday + 4 * minute));
    expect(await collectDue()).toBe(0);
    expect(requestsMade()).toBe(asked);
    // An hour later those of tomorrow are due, those of next week are not.
    simulator.simulation.advanceTo(instant(friday + 60 * minute));
    const again = await collectDue();
    expect(again).toBeGreaterThan(0);
    expect(again).toBeLessThan(asked);
  });

  it('are stored once while they stay as they are, with the last time that they were seen', async () => {
    await collectDue();
    const before = await payloads();
    expect(before).toMatchObject({ all: before.first, moved: 0 });
    expect(before.all).toBeGreaterThan(100);
    // The simulator stands still: the same prices again, an hour later by the clock of the job.
    const live = liveCollection(house, simulator);
    const [source] = await due(live);
    expect(source?.kind).toBe('skipped');
    const later = { ...clockOf(simulator), startsAt: instant(friday + 60 * minute) };
    const { sources } = await asActivity(() =>
      live.oddsRequests({ dataSources: ['api_football'], clock: later }),
    );
    const [again] = sources;
    if (again?.kind !== 'due') throw new Error('nothing is due');
    const [request] = again.requests;
    if (request === undefined) throw new Error('nothing is due');
    const counts = await asActivity(() =>
      live.collectOddsRequest({ dataSource: 'api_football', ...request, clock: later }),
    );
    expect(counts).toMatchObject({ stored: 0, unchanged: counts.told });
    expect(await payloads()).toEqual({ ...before, moved: counts.told });
  });

  it('come from The Odds API league by league, as soon as a source has told of its matches', async () => {
    const live = liveCollection(house, simulator);
    const sources = await due(live, ['odds_api', 'api_football']);
    expect(sources.map(({ dataSource }) => dataSource)).toEqual(['odds_api', 'api_football']);
    const counts = await asActivity(() =>
      live.collectOddsRequest({
        ...{ dataSource: 'odds_api', subject: 'soccer_simulated_league', priority: 'regular' },
        clock: clockOf(simulator),
      }),
    );
    expect(counts.stored).toBe(counts.told);
    expect(counts.told).toBeGreaterThan(100);
  });

  it('are taken of the bookmakers that are named alone', async () => {
    const live = liveCollection(house, simulator);
    const [source] = await due(live);
    if (source?.kind !== 'due') throw new Error('nothing is due');
    const [request] = source.requests;
    if (request === undefined) throw new Error('nothing is due');
    await asActivity(() =>
      live.collectOddsRequest({
        ...{ dataSource: 'api_football', bookmakers: ['bet365'], ...request },
        clock: clockOf(simulator),
      }),
    );
    const { rows } = await house.pool.query('select distinct bookmaker from raw_odds_data');
    expect(rows).toEqual([{ bookmaker: 'Bet365' }]);
  });

  it('are not asked for where the budget of the day is spent, which is told', async () => {
    const spent = [aBudget({ perDay: 2, perMinute: 2, reserve: noReserve })];
    const live = liveCollection(house, simulator, spent);
    const before = requestsMade();
    await expect(collectDue(live)).rejects.toThrow(QuotaExhausted);
    expect(requestsMade() - before).toBe(2);
    const { rows } = await house.pool.query(`select priority, reason from provider_skips`);
    expect(rows).toEqual([{ priority: 'regular', reason: 'day_spent' }]);
  });

  it('that cannot be had are an error of the request, with its endpoint, and of the subject, in a row', async () => {
    simulator.simulation.switchFaults([{ kind: 'server-error', providers: ['api_football'], rate: 1 }]);
    const live = liveCollection(house, simulator);
    await expect(collectDue(live)).rejects.toThrow('api_football');
    const { rows: polls } = await house.pool.query(
      `select failures_in_a_row, answered_at from provider_polls where kind = 'odds'`,
    );
    expect(polls).toEqual([{ failures_in_a_row: 1, answered_at: null }]);
    const { rows: errors } = await house.pool.query(`select error_type from error_logs`);
    expect(errors).toEqual([{ error_type: 'DependencyAway' }]);
  });
});

describe('who misses a match', () => {
  it('is asked for once for each league that plays, and stored once while it stays', async () => {
    const live = liveCollection(house, simulator);
    const clock = clockOf(simulator);
    const { sources } = await asActivity(() => live.injuriesRequests({ clock }));
    expect(sources).toEqual([
      {
        kind: 'due',
        dataSource: 'api_football',
        requests: [{ subject: '9001/2026-27', priority: 'regular' }],
      },
    ]);
    const request = { subject: '9001/2026-27', priority: 'regular' as const, clock };
    const first = await asActivity(() => live.collectInjuriesRequest(request));
    expect(first).toMatchObject({ stored: first.told, rejected: 0 });
    expect(first.told).toBeGreaterThan(0);
    expect(await asActivity(() => live.collectInjuriesRequest(request))).toMatchObject({
      ...{ told: first.told, stored: 0, unchanged: first.told },
    });
  });
});
