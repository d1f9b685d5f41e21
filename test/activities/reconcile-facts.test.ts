import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createCollectFilesActivities } from '../../activities/collect-files.js';
import { createCollectInjuriesActivities } from '../../activities/collect-injuries.js';
import { createCollectMatchFactsActivities } from '../../activities/collect-match-facts.js';
import { createReconcileFactsActivities } from '../../activities/reconcile-facts.js';
import { createReconcileToldActivities } from '../../activities/reconcile-told.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { providersOf } from '../../adapters/providers/registry.js';
import { redactor } from '../../adapters/redaction/redactor.js';
import type { ProviderBudget } from '../../schemas/budgets.js';
import { ReconcileResult } from '../../schemas/jobs/reconcile.js';
import type { ReconciledToldKind } from '../../schemas/records/reconciliation.js';
import { instant, instantFromIso } from '../../schemas/values.js';
import { prefixes, type Simulator } from '../../simulator/server.js';
import { usualPlans } from '../../simulator/simulation.js';
import { matchesTruth } from '../../simulator/truth.js';
import { aBudget, noReserve } from '../support/budgets.js';
import { serveChangedAnswers } from '../support/changed-answers.js';
import { asActivity, openHouse, type TestHouse } from '../support/house.js';
import { collectSimulatedFixtures } from '../support/live-collection.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { stoppedAt } from '../support/score-house.js';
import { apiFootballKey, ask, runningSeason, serveStandingStill } from '../support/simulation.js';
import { startTestTemporal, type TestTemporal } from '../support/temporal.js';

/** Some days after a Saturday with matches: of all that were played so far the weather is measured. */
const friday = instantFromIso('2026-09-18T18:00:00Z');
const hour = 3_600_000;
const day = 24 * hour;

let postgres: TestPostgres;
let temporal: TestTemporal;
beforeAll(async () => {
  [postgres, temporal] = await Promise.all([startTestPostgres(), startTestTemporal()]);
});
afterAll(async () => {
  await temporal.stop();
  await postgres.stop();
});

/** A house that knows the simulated league's list of a Friday, and was told nothing else of its matches. */
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

interface Circumstances {
  readonly budgets?: readonly ProviderBudget[];
  /** The address of API-Football, where it is not the simulator's. */
  readonly apiFootballAt?: string;
}

function activitiesOf(
  { pools }: TestHouse,
  { url }: Pick<Simulator, 'url'>,
  { budgets = [], apiFootballAt = `${url}${prefixes.api_football}` }: Circumstances,
) {
  const { pool, db } = pools.writer;
  const apiFootball = { url: apiFootballAt, key: usualPlans.apiFootball.key };
  const oddsApi = { url: undefined, key: undefined };
  const scoresApi = { url: undefined, key: undefined, transport: 'http' as const };
  const weatherAt = `${url}${prefixes.open_meteo}`;
  const collecting = { pool, db, redactor, meters: createMeters(), budgets };
  const sources = { apiFootball, oddsApi, openMeteo: { url: weatherAt, archiveUrl: weatherAt } };
  return {
    ...createCollectFilesActivities({
      ...collecting,
      providers: providersOf({ apiFootball, oddsApi, scoresApi }, () => instant(Date.now())),
    }),
    ...createCollectMatchFactsActivities({ ...collecting, sources }),
    ...createCollectInjuriesActivities({ ...collecting, sources }),
    ...createReconcileToldActivities({ ...collecting, scoresApi, apiFootball, sources }),
    ...createReconcileFactsActivities({ ...collecting, sources }),
  };
}

const dataSourceOf = { lineups: 'api_football', injuries: 'api_football', weather: 'open_meteo' } as const;
type Kind = ReconciledToldKind & keyof typeof dataSourceOf;

const Injuries = z.object({
  response: z.array(z.object({ fixture: z.object({ id: z.number() }) })),
});

type World = ReturnType<typeof worldOf>;
function worldOf(house: TestHouse, simulator: Simulator) {
  const { simulation } = simulator;
  const { competition } = simulation;
  const all = async <T extends object>(sql: string): Promise<T[]> => (await house.pool.query<T>(sql)).rows;
  const matchOf = async (id: string): Promise<number> => {
    const [match] = await all<{ id: number }>(
      `select x.match_id as id from source_match_ids s
       join match_external_ids x on x.data_source = s.data_source and x.external_id = s.external_match_id
       where s.data_source = 'api_football' and s.source_id = '${id}'`,
    );
    if (match === undefined) throw new Error(`Match ${id} is not known`);
    return match.id;
  };
  return {
    ...{ house, simulator, simulation, all, matchOf },
    activities: (circumstances: Circumstances = {}) => activitiesOf(house, simulator, circumstances),
    /** One run of the job; what it says of the kind's source. */
    reconcile: async (kind: Kind, circumstances: Circumstances = {}) => {
      const { result, failure } = await temporal.run(
        'reconcile',
        { kinds: [kind], clock: stoppedAt(simulation.now) },
        activitiesOf(house, simulator, circumstances),
      );
      expect(failure).toBeUndefined();
      const [source, ...others] = ReconcileResult.parse(result).sources;
      expect(others).toEqual([]);
      expect(source).toMatchObject({ kind, dataSource: dataSourceOf[kind], lists: 0 });
      return source;
    },
    /** The matches of four weeks that were played until so long ago, by the provider's ids, in the order of their kick-offs. */
    played: (ago: number): string[] =>
      matchesTruth(competition, runningSeason, simulation.now)
        .filter(({ status }) => status === 'completed' || status === 'abandoned' || status === 'live')
        .filter(({ kickOff }) => {
          const at = instantFromIso(kickOff);
          return at >= simulation.now - 28 * day && at < simulation.now - ago;
        })
        .sort((a, b) => (a.kickOff < b.kickOff ? -1 : 1))
        .map(({ id }) => String(id)),
    /** How often an endpoint was asked. */
    asked: (path: string): number =>
      simulation.requests
        .counts(0, Infinity)
        .filter(({ endpoint }) => endpoint === path)
        .reduce((sum, { requests }) => sum + requests, 0),
    /** The gaps of all runs so far, by kind. */
    gaps: () =>
      all<{ kind: string; gaps: number; filled: number; reasons: string[] | null }>(
        `select kind, count(*)::integer as gaps, count(filled_at)::integer as filled,
           array_agg(distinct left_reason order by left_reason) filter (where left_reason is not null) as reasons
         from reconciliation_gaps group by kind order by kind`,
      ),
    logs: () =>
      all(
        `select data_source as source, collection_type as type, status, records_collected as collected
         from data_collection_logs where collection_type <> 'fixtures' and collection_type <> 'history' order by id`,
      ),
  };
}

const filled = (found: number) => ({ found, filled: found, left: 0 });
const none = { found: 0, filled: 0, left: 0 };

describe('the reconciliation of line-ups', () => {
  it('finds the matches of which nobody asked for them, stores both sides of each, and finds and asks none the next time', async () => {
    await withHouse(async ({ reconcile, played, gaps, all, asked, logs }) => {
      const matches = played(4 * hour);
      expect(matches.length).toBeGreaterThan(5);
      expect(await reconcile('lineups')).toMatchObject({
        ...{ result: { outcome: 'succeeded' }, matches: matches.length },
        gaps: filled(matches.length),
      });
      expect(
        await all(
          'select external_match_id as id, count(*)::integer as sides from raw_lineups_data group by 1 order by 1',
        ),
      ).toEqual([...matches].sort().map((id) => ({ id, sides: 2 })));
      expect(await gaps()).toEqual([
        { kind: 'missing_in_bronze', gaps: matches.length, filled: matches.length, reasons: null },
      ]);
      expect(await logs()).toEqual([
        { source: 'api_football', type: 'lineups', status: 'SUCCESS', collected: 2 * matches.length },
      ]);
      expect(asked('/fixtures/lineups')).toBe(matches.length);
      expect(await reconcile('lineups')).toMatchObject({ matches: matches.length, gaps: none });
      expect(asked('/fixtures/lineups')).toBe(matches.length);
    });
  }, 120_000);

  it('leaves those that the source does not have, or of one side alone, with the reason, and asks for them no more', async () => {
    await withHouse(async ({ simulator, reconcile, played, gaps, asked }) => {
      const matches = played(4 * hour);
      const [withNone, withOne] = matches;
      const source = await serveChangedAnswers(
        `${simulator.url}${prefixes.api_football}`,
        ({ searchParams }, body) => {
          const answer = z.looseObject({ response: z.array(z.unknown()) }).parse(body);
          const fixture = searchParams.get('fixture');
          if (fixture === withNone) return { ...answer, response: [] };
          return fixture === withOne ? { ...answer, response: answer.response.slice(0, 1) } : answer;
        },
      );
      try {
        const changed = { apiFootballAt: source.url };
        expect(await reconcile('lineups', changed)).toMatchObject({
          result: { outcome: 'succeeded' },
          gaps: { found: matches.length, filled: matches.length - 2, left: 2 },
        });
        expect(await gaps()).toContainEqual({
          ...{ kind: 'untold', gaps: 2, filled: 0 },
          reasons: [
            'of the line-ups of the match those of one side alone can be read',
            'the source has no line-ups of the match',
          ],
        });
        const before = asked('/fixtures/lineups');
        expect(await reconcile('lineups', changed)).toMatchObject({ gaps: none });
        expect(asked('/fixtures/lineups')).toBe(before);
      } finally {
        await source.close();
      }
    });
  }, 120_000);

  it('leaves a match of which the source has not told, and asks for the others', async () => {
    await withHouse(async ({ house, reconcile, played, gaps }) => {
      const matches = played(4 * hour);
      await house.pool.query('delete from source_match_ids where source_id = $1', [matches[0]]);
      expect(await reconcile('lineups')).toMatchObject({
        gaps: { found: matches.length, filled: matches.length - 1, left: 1 },
      });
      expect(await gaps()).toContainEqual({
        ...{ kind: 'untold', gaps: 1, filled: 0, reasons: ['the source has not told of the match'] },
      });
    });
  }, 120_000);

  it('asks for no more than the budget leaves, says so, and fills the rest when there is more', async () => {
    await withHouse(async ({ reconcile, played, gaps, asked, logs }) => {
      const matches = played(4 * hour);
      const spent = { budgets: [aBudget({ perDay: 3, perMinute: 3, reserve: noReserve })] };
      expect(await reconcile('lineups', spent)).toMatchObject({
        result: {
          outcome: 'partial',
          reason: expect.stringContaining('api_football is not asked') as unknown,
        },
        gaps: { found: matches.length, filled: 3, left: matches.length - 3 },
      });
      expect(asked('/fixtures/lineups')).toBe(3);
      expect(await gaps()).toEqual([
        {
          ...{ kind: 'missing_in_bronze', gaps: matches.length, filled: 3 },
          reasons: ['the source was not asked'],
        },
      ]);
      expect(await logs()).toMatchObject([{ type: 'lineups', status: 'SUCCESS', collected: 6 }]);
      expect(await reconcile('lineups')).toMatchObject({ gaps: filled(matches.length - 3) });
    });
  }, 120_000);
});

describe('the reconciliation of weather', () => {
  it('finds the matches of which none is stored, fills them with what was measured, and finds none the next time', async () => {
    await withHouse(async ({ simulation, activities, reconcile, matchOf, house, played, all }) => {
      const matches = played(6 * day);
      expect(matches.length).toBeGreaterThan(5);
      // Of one the forecast was stored in time, of one nobody knows where its ground is.
      const [forecast = '', nowhere = '', ...others] = matches;
      const [told] = await all<{ kickoff: Date }>(
        `select match_time as kickoff from matches where id = ${await matchOf(forecast)}`,
      );
      const inTime = stoppedAt(instant((told?.kickoff.getTime() ?? NaN) - 6 * hour));
      const match = { matchId: await matchOf(forecast), clock: inTime };
      expect(await asActivity(() => activities().collectWeather(match))).toMatchObject({ basis: 'forecast' });
      await house.pool.query(`update matches set venue = 'A Meadow' where id = $1`, [await matchOf(nowhere)]);

      expect(await reconcile('weather')).toMatchObject({
        ...{ result: { outcome: 'succeeded' }, matches: matches.length - 1 },
        gaps: filled(others.length),
      });
      const measured = await all<{ id: string; late: boolean }>(
        `select external_match_id as id, collected_at = '${new Date(simulation.now).toISOString()}' as late
         from raw_weather_data where record_key like '%|measured%'`,
      );
      expect(new Set(measured.map(({ id }) => Number(id)))).toEqual(
        new Set(await Promise.all(others.map(matchOf))),
      );
      expect(measured.every(({ late }) => late)).toBe(true);
      expect(await reconcile('weather')).toMatchObject({ matches: matches.length - 1, gaps: none });
    });
  }, 120_000);

  it('finds a match that has moved since its weather was stored', async () => {
    await withHouse(async ({ house, reconcile, played, matchOf }) => {
      const matches = played(6 * day);
      expect(await reconcile('weather')).toMatchObject({ gaps: filled(matches.length) });
      await house.pool.query(
        `update match_registry set match_time = match_time + interval '2 hours' where id = $1`,
        [await matchOf(matches[0] ?? '')],
      );
      expect(await reconcile('weather')).toMatchObject({ gaps: filled(1) });
    });
  }, 120_000);
});

describe('the reconciliation of injuries', () => {
  /** The matches, by the provider's ids, of which its list tells who missed them. */
  const toldOf = ({ simulation }: World): ReadonlySet<string> => {
    const query = `league=9001&season=${runningSeason.slice(0, 4)}`;
    const { body } = ask(simulation, 'api_football', '/injuries', query, apiFootballKey);
    return new Set(Injuries.parse(JSON.parse(body)).response.map(({ fixture }) => String(fixture.id)));
  };

  it('finds what the list of a season tells of matches that were played and nobody stored, and fills it', async () => {
    await withHouse(async (world) => {
      const { reconcile, played, gaps, all, logs } = world;
      const told = toldOf(world);
      const found = played(36 * hour).filter((id) => told.has(id)).length;
      expect(found).toBeGreaterThan(5);
      expect(await reconcile('injuries')).toMatchObject({
        ...{ result: { outcome: 'succeeded' }, matches: played(36 * hour).length },
        gaps: filled(found),
      });
      expect(await gaps()).toEqual([
        { kind: 'missing_in_bronze', gaps: found, filled: found, reasons: null },
      ]);
      expect(await logs()).toMatchObject([{ type: 'injuries', status: 'SUCCESS' }]);
      const payloads = await all('select id from raw_injuries_data order by id');
      expect(await reconcile('injuries')).toMatchObject({ gaps: none });
      expect(await all('select id from raw_injuries_data order by id')).toEqual(payloads);
    });
  }, 120_000);
});
