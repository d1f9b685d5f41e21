import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCollectFilesActivities } from '../../activities/collect-files.js';
import { createCollectOddsActivities } from '../../activities/collect-odds.js';
import { createCollectScoresActivities } from '../../activities/collect-scores.js';
import { createReconcileToldActivities } from '../../activities/reconcile-told.js';
import { createRefineBronzeActivities } from '../../activities/refine-bronze.js';
import { createRefinePricesActivities } from '../../activities/refine-prices.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { providersOf } from '../../adapters/providers/registry.js';
import { redactor } from '../../adapters/redaction/redactor.js';
import type { ProviderBudget } from '../../schemas/budgets.js';
import { DependencyAway, QuotaExhausted } from '../../schemas/errors.js';
import { ReconcileResult } from '../../schemas/jobs/reconcile.js';
import { instant, instantFromIso, type Instant } from '../../schemas/values.js';
import { prefixes, type Simulator } from '../../simulator/server.js';
import { usualPlans } from '../../simulator/simulation.js';
import { matchesTruth } from '../../simulator/truth.js';
import { aBudget, noReserve } from '../support/budgets.js';
import { asActivity, openHouse, type TestHouse } from '../support/house.js';
import { collectSimulatedFixtures } from '../support/live-collection.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { stoppedAt } from '../support/score-house.js';
import { runningSeason, serveStandingStill } from '../support/simulation.js';
import { startTestTemporal, type TestTemporal } from '../support/temporal.js';

/** The eve of a Saturday with matches. */
const friday = instantFromIso('2026-09-11T18:00:00Z');
const hour = 3_600_000;
const day = 24 * hour;
const after = (from: Instant, span: number): Instant => instant(from + span);

let postgres: TestPostgres;
let temporal: TestTemporal;
beforeAll(async () => {
  [postgres, temporal] = await Promise.all([startTestPostgres(), startTestTemporal()]);
});
afterAll(async () => {
  await temporal.stop();
  await postgres.stop();
});

/** A house that was told the simulated league's list on a Friday evening, and nothing since. */
async function withHouse(work: (world: World) => Promise<void>): Promise<void> {
  const house = openHouse(await postgres.freshDatabase());
  const simulator = await serveStandingStill(friday);
  try {
    await collectSimulatedFixtures(house, simulator);
    await work(worldOf(house, simulator));
  } finally {
    await simulator.close();
    await house.close();
  }
}

/** The activities of the job and of the collection that it sends for. */
function activitiesOf(
  { pools }: TestHouse,
  { url }: Pick<Simulator, 'url'>,
  budgets: readonly ProviderBudget[],
) {
  const { pool, db } = pools.writer;
  const apiFootball = { url: `${url}${prefixes.api_football}`, key: usualPlans.apiFootball.key };
  const oddsApi = { url: `${url}${prefixes.odds_api}`, key: usualPlans.oddsApi.key };
  const scoresApi = { url: undefined, key: undefined, transport: 'http' as const };
  const collecting = { pool, db, redactor, meters: createMeters(), budgets };
  const providers = providersOf({ apiFootball, oddsApi, scoresApi }, () => instant(Date.now()));
  const sources = { apiFootball, oddsApi, openMeteo: { url: undefined, archiveUrl: undefined } };
  const adminPool = pools.admin.pool;
  return {
    ...createCollectFilesActivities({ ...collecting, providers }),
    ...createCollectScoresActivities({ ...collecting, scoresApi, apiFootball }),
    ...createCollectOddsActivities({ ...collecting, adminPool, sources }),
    ...createRefineBronzeActivities({ pool, adminPool, providers }),
    ...createRefinePricesActivities({ pool }),
    ...createReconcileToldActivities({ ...collecting, scoresApi, apiFootball, sources }),
  };
}

type World = ReturnType<typeof worldOf>;
function worldOf(house: TestHouse, simulator: Simulator) {
  const { simulation } = simulator;
  const clock = () => stoppedAt(simulation.now);
  const all = async <T extends object>(sql: string): Promise<T[]> => (await house.pool.query<T>(sql)).rows;
  return {
    house,
    simulation,
    clock,
    all,
    activities: (budgets: readonly ProviderBudget[] = []) => activitiesOf(house, simulator, budgets),
    list: () => collectSimulatedFixtures(house, simulator),
    /** One run of the job of one kind, of API-Football; what it says of the source. */
    reconcile: async (kind: 'scores' | 'prices') => {
      const { result, failure } = await temporal.run(
        'reconcile',
        { kinds: [kind], dataSources: ['api_football'], clock: clock() },
        activitiesOf(house, simulator, []),
      );
      expect(failure).toBeUndefined();
      const [source, ...others] = ReconcileResult.parse(result).sources;
      expect(others).toEqual([]);
      return source;
    },
    /** The gaps of all runs so far, by kind. */
    gaps: () =>
      all<{ kind: string; gaps: number; filled: number; reasons: string[] | null }>(
        `select kind, count(*)::integer as gaps, count(filled_at)::integer as filled,
           array_agg(distinct left_reason) filter (where left_reason is not null) as reasons
         from reconciliation_gaps group by kind order by kind`,
      ),
    /** How silver says that matches ended, by the provider's ids. */
    results: async (ids: Iterable<string>): Promise<ReadonlyMap<string, string>> => {
      const { rows } = await house.pool.query<{ id: string; said: string }>(
        `select i.source_id as id, concat(m.match_status, ' ', m.home_score, '-', m.away_score) as said
         from matches m join match_external_ids x on x.match_id = m.id
         join source_match_ids i on i.data_source = x.data_source and i.external_match_id = x.external_id
         where x.data_source = 'api_football' and i.source_id = any($1) order by i.source_id`,
        [[...ids]],
      );
      return new Map(rows.map(({ id, said }) => [id, said]));
    },
    /** How the matches of the weekend ended that were completed and whose window is over, by the provider's ids. */
    truth: (): ReadonlyMap<string, string> => {
      const until = after(simulation.now, -4 * hour);
      return new Map(
        matchesTruth(simulation.competition, runningSeason, simulation.now)
          .filter(({ status }) => status === 'completed')
          .filter(({ kickOff }) => instantFromIso(kickOff) >= friday && instantFromIso(kickOff) < until)
          .map(({ id, score }): [string, string] => [
            String(id),
            `completed ${score?.home ?? ''}-${score?.away ?? ''}`,
          ])
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      );
    },
    /** The first match of the Saturday. */
    get firstMatch(): string {
      const [first] = matchesTruth(simulation.competition, runningSeason, simulation.now).filter(
        ({ kickOff, status }) => instantFromIso(kickOff) >= after(friday, 6 * hour) && status === 'scheduled',
      );
      return String(first?.id);
    },
    /** Collects the prices of the matches ahead, of all bookmakers or some, but for some matches. */
    collectPrices: async ({
      bookmakers,
      without = [],
    }: { bookmakers?: readonly string[]; without?: readonly string[] } = {}): Promise<void> => {
      const live = activitiesOf(house, simulator, []);
      const { sources } = await asActivity(() =>
        live.oddsRequests({ dataSources: ['api_football'], clock: clock() }),
      );
      for (const source of sources) {
        for (const request of source.kind === 'due' ? source.requests : []) {
          if (without.includes(request.subject)) continue;
          const asked = { ...request, ...(bookmakers === undefined ? {} : { bookmakers }) };
          await asActivity(() =>
            live.collectOddsRequest({ dataSource: 'api_football', ...asked, clock: clock() }),
          );
        }
      }
      await house.refine();
    },
  };
}

const filled = (found: number) => ({ found, filled: found, left: 0 });
const none = { found: 0, filled: 0, left: 0 };

describe('the reconciliation of scores', () => {
  it('finds the matches of a weekend that nobody polled, fills them with their results, and finds none the next time', async () => {
    await withHouse(async ({ simulation, reconcile, results, truth, all }) => {
      simulation.advanceTo(after(friday, 3 * day));
      const played = truth();
      expect(played.size).toBeGreaterThan(5);
      expect(await reconcile('scores')).toMatchObject({
        result: { outcome: 'succeeded' },
        gaps: filled(played.size),
      });
      expect(await results(played.keys())).toEqual(played);
      const payloads = await all('select id from raw_scores_data');
      expect(payloads).toHaveLength(played.size);
      expect(await reconcile('scores')).toMatchObject({ gaps: none });
      expect(await all('select id from raw_scores_data')).toEqual(payloads);
    });
  }, 120_000);

  it('finds a result that the feed tells otherwise by now, and takes its word', async () => {
    await withHouse(async ({ house, simulation, reconcile, results, truth, all }) => {
      simulation.advanceTo(after(friday, 3 * day));
      await reconcile('scores');
      // What the house heard last of one match is not what the feed says of it now.
      await house.pool.query(
        `with told as (select * from raw_scores_data where match_status = 'completed' order by id limit 1)
         insert into raw_scores_data (data_source, external_match_id, record_key, raw_data, collected_at, last_seen_at,
           content_hash, dedup_key, match_status, home_score, away_score)
         select data_source, external_match_id, record_key,
           jsonb_set(jsonb_set(raw_data, '{goals,home}', '9'), '{score,fulltime,home}', '9'),
           collected_at + interval '1 hour', collected_at + interval '1 hour', '\\x01', '\\x01', match_status, 9, away_score
         from told`,
      );
      simulation.advanceTo(after(simulation.now, day));
      await house.pool.query(
        `update raw_match_data set processed = false, process_status = 'pending' where match_time is not null`,
      );
      await house.refine();
      const wrong = await all(`select id from matches where home_score = 9`);
      expect(wrong).toHaveLength(1);
      expect(await reconcile('scores')).toMatchObject({ gaps: filled(1) });
      expect(await results(truth().keys())).toEqual(truth());
    });
  }, 120_000);

  it('asks for nothing twice where an answer is cut off, and finds all once it comes whole', async () => {
    await withHouse(async ({ simulation, reconcile, activities, clock, all, truth }) => {
      simulation.advanceTo(after(friday, 3 * day));
      simulation.switchFaults([{ kind: 'truncated', providers: ['api_football'], rate: 1 }]);
      const told = activities();
      const run = { runId: 'cut/1', dataSource: 'api_football', kind: 'scores' as const };
      await asActivity(() => told.beginToldReconciliation({ ...run, clock: clock() }));
      await expect(asActivity(() => told.compareScores({ run, clock: clock() }))).rejects.toThrow(
        DependencyAway,
      );
      expect(await all('select id from reconciliation_gaps')).toEqual([]);
      simulation.switchFaults([]);
      expect(await reconcile('scores')).toMatchObject({
        gaps: filled(truth().size),
      });
    });
  }, 120_000);

  it('leaves a match that the feed never told of, with its reason, and counts it once', async () => {
    await withHouse(async ({ house, simulation, reconcile, gaps, truth }) => {
      simulation.advanceTo(after(friday, 3 * day));
      const played = truth();
      const [unknown] = played.keys();
      await house.pool.query('delete from source_match_ids where source_id = $1', [unknown]);
      expect(await reconcile('scores')).toMatchObject({
        gaps: { found: played.size, filled: played.size - 1, left: 1 },
      });
      expect(await gaps()).toContainEqual({
        kind: 'untold',
        gaps: 1,
        filled: 0,
        reasons: ['the feed has not told of the match'],
      });
      simulation.advanceTo(after(simulation.now, 7 * day));
      await reconcile('scores');
      expect(await gaps()).toContainEqual(expect.objectContaining({ kind: 'untold', gaps: 1 }));
    });
  }, 120_000);
});

describe('the reconciliation of prices', () => {
  it('finds the matches ahead of which a bookmaker was not stored, fills them, and finds none the next time', async () => {
    await withHouse(async ({ reconcile, collectPrices, gaps, all }) => {
      await collectPrices({ bookmakers: ['Bet365'] });
      const [priced] = await all<{ matches: number }>(
        'select count(distinct external_match_id)::integer as matches from raw_odds_data',
      );
      const found = priced?.matches ?? 0;
      expect(found).toBeGreaterThan(5);
      expect(await reconcile('prices')).toMatchObject({ matches: found, gaps: filled(found) });
      expect(await gaps()).toEqual([
        { kind: 'missing_in_bronze', gaps: found, filled: found, reasons: null },
      ]);
      const bookmakers = await all('select distinct bookmaker from odds');
      expect(bookmakers.length).toBeGreaterThan(1);
      const payloads = await all('select id from raw_odds_data order by id');
      expect(await reconcile('prices')).toMatchObject({ matches: found, gaps: none });
      expect(await all('select id from raw_odds_data order by id')).toEqual(payloads);
    });
  }, 120_000);

  it('finds prices that moved while nobody asked for longer than the cadence allows, not those that moved since they were asked for in time', async () => {
    await withHouse(async ({ simulation, reconcile, collectPrices, gaps }) => {
      await collectPrices();
      simulation.advanceTo(after(friday, 15 * 60_000));
      expect(await reconcile('prices')).toMatchObject({ gaps: none });
      simulation.advanceTo(after(friday, 8 * hour));
      const source = await reconcile('prices');
      expect(source?.gaps?.found).toBeGreaterThan(0);
      expect(source?.gaps).toEqual(filled(source?.gaps?.found ?? 0));
      expect((await gaps()).map(({ kind }) => kind)).toContain('differing_in_bronze');
      expect(await reconcile('prices')).toMatchObject({ gaps: none });
    });
  }, 120_000);

  it('says of a match that was played without a price that it is lost, once, and stores none after kick-off', async () => {
    await withHouse(async ({ simulation, reconcile, collectPrices, list, gaps, all, firstMatch: lost }) => {
      await collectPrices({ without: [lost] });
      simulation.advanceTo(after(friday, 3 * day));
      await list();
      const first = await reconcile('prices');
      expect(first?.gaps?.left).toBe(1);
      const left = (await gaps()).find(({ kind }) => kind === 'lost');
      expect(left).toMatchObject({ gaps: 1, filled: 0 });
      expect(left?.reasons).toEqual([expect.stringContaining('prematch_after_kickoff')]);
      expect(await all(`select id from raw_odds_data where external_match_id = '${lost}'`)).toEqual([]);
      simulation.advanceTo(after(simulation.now, 7 * day));
      await list();
      await reconcile('prices');
      const named = await all(
        `select g.id from reconciliation_gaps g
         join match_external_ids x on x.match_id = g.match_key::bigint
         join source_match_ids i on i.data_source = x.data_source and i.external_match_id = x.external_id
         where g.kind = 'lost' and i.source_id = '${lost}'`,
      );
      expect(named).toHaveLength(1);
    });
  }, 120_000);

  it('asks no more than the budget leaves, and says of what was found and not filled that it was not collected', async () => {
    await withHouse(async ({ simulation, activities, clock, gaps }) => {
      const asked = (): number =>
        simulation.requests
          .counts(0, Infinity)
          .filter(({ endpoint }) => endpoint === '/odds')
          .reduce((sum, { requests }) => sum + requests, 0);
      const told = activities([aBudget({ perDay: 2, perMinute: 2, reserve: noReserve })]);
      const run = { runId: 'spent/1', dataSource: 'api_football', kind: 'prices' as const };
      await asActivity(() => told.beginToldReconciliation({ ...run, clock: clock() }));
      const { subjects } = await asActivity(() => told.pricesToCompare({ run, clock: clock() }));
      expect(subjects.length).toBeGreaterThan(2);
      await expect(asActivity(() => told.comparePrices({ run, subjects, clock: clock() }))).rejects.toThrow(
        QuotaExhausted,
      );
      expect(asked()).toBe(2);
      const { matchIds } = await asActivity(() => told.matchesToFill(run));
      expect(matchIds).toHaveLength(2);
      expect(await asActivity(() => told.settleToldReconciliation({ ...run, clock: clock() }))).toEqual({
        ...{ found: 2, filled: 0, left: 2 },
      });
      const [gap] = await gaps();
      expect(gap?.reasons?.every((reason) => reason.endsWith('of its prices were not collected'))).toBe(true);
    });
  }, 120_000);
});
