import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCheckProvidersActivities, healthQuestion } from '../../activities/check-providers.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { setProviderGauges } from '../../adapters/metrics/provider-gauges.js';
import { lastChecks, usualMeasures } from '../../adapters/postgres/provider-health.js';
import { measureProviders } from '../../adapters/postgres/provider-measures.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import { redactor } from '../../adapters/redaction/redactor.js';
import { instant, instantFromIso, type Instant } from '../../schemas/values.js';
import { prefixes, type Simulator } from '../../simulator/server.js';
import { asActivity, openHouse, type TestHouse } from '../support/house.js';
import { liveCollection } from '../support/live-collection.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { scoresOf, stoppedAt, type TestFeed } from '../support/score-house.js';
import { runningSeason, serveStandingStill } from '../support/simulation.js';

const minute = 60_000;
const at = (text: string): Instant => instantFromIso(`${text}:00Z`);

let postgres: TestPostgres;
let house: TestHouse;
let simulator: Simulator;
beforeAll(async () => {
  postgres = await startTestPostgres();
  house = openHouse(postgres.url);
  // The season has been announced, and nobody plays yet.
  simulator = await serveStandingStill(at('2026-07-20T02:00'));
});
afterAll(async () => {
  await simulator.close();
  await house.close();
  await postgres.stop();
});

const clock = () => stoppedAt(simulator.simulation.now);
let runs = 0;
/** Asks for the lists of a source as the daily schedule does, and refines them. */
async function list(dataSource: 'api_football' | 'odds_api' | 'scores_api'): Promise<void> {
  const location = `${simulator.url}${prefixes[dataSource]}`;
  const asked = { seasons: [runningSeason], divisions: ['SIM'] };
  for (const file of await house.list(location, dataSource, asked)) {
    const runId = `health/${(runs += 1)}`;
    await house.collectFile({
      file,
      runId,
      reading: 'if-changed',
      collectionType: 'fixtures',
      clock: clock(),
    });
  }
  await house.refine();
}

const feeds: readonly [dataSource: 'api_football' | 'scores_api', TestFeed][] = [
  ['api_football', 'api_football'],
  ['scores_api', 'scores_api over http'],
];
/** Asks both feeds how the matches stand, every six minutes. */
async function follow(from: Instant, until: Instant): Promise<void> {
  for (let now = from; now <= until; now = instant(now + 6 * minute)) {
    simulator.simulation.advanceTo(now);
    for (const [dataSource, feed] of feeds) {
      await scoresOf(house, simulator, feed).collect({ dataSource, liveOnly: false, clock: clock() });
    }
    await house.refineBatch(1_000);
  }
}

/** Asks for the prices that are due. */
async function price(): Promise<void> {
  const live = liveCollection(house, simulator);
  const { sources } = await asActivity(() =>
    live.oddsRequests({ dataSources: ['odds_api'], clock: clock() }),
  );
  for (const source of sources) {
    if (source.kind !== 'due') continue;
    for (const request of source.requests) {
      await asActivity(() =>
        live.collectOddsRequest({ dataSource: source.dataSource, ...request, clock: clock() }),
      );
    }
  }
}

const dataSources = ['api_football', 'odds_api', 'scores_api', 'openfootball'];
const question = () => healthQuestion(dataSources, simulator.simulation.now);

/** What is measured of the sources at the time that the simulation shows. */
const measure = () => inTransaction(house.pool, ({ client }) => measureProviders(client, question()));

/** The states of the sources by a check at the time that the simulation shows. */
async function check(): Promise<Record<string, string>> {
  const activities = createCheckProvidersActivities({
    ...{ pool: house.pools.writer.pool, redactor },
    dataSources,
  });
  const { providers } = await asActivity(() => activities.checkProviders({ clock: clock() }));
  return Object.fromEntries(providers.map(({ dataSource, state }) => [dataSource, state]));
}

interface Alarm {
  readonly type: string;
  readonly source: string;
  readonly final: boolean;
  readonly message: string;
}
const alarms = async (): Promise<Alarm[]> =>
  (
    await house.pool.query<Alarm>(
      `select error_type as type, context_data #>> '{subject,object}' as source, is_final as final,
         error_message as message from error_logs order by id`,
    )
  ).rows;

/** The lines of a source's gauges, as a worker shows them. */
async function gauges(dataSource: string): Promise<string[]> {
  const meters = createMeters();
  setProviderGauges(meters, await lastChecks(house.pools.reader.pool));
  const { text } = await meters.exposition();
  return text
    .split('\n')
    .filter((line) => line.startsWith(`football_provider_health{data_source="${dataSource}"`));
}

const quiet = (provider: 'api_football' | 'scores_api', from: Instant): void => {
  simulator.simulation.switchFaults([{ kind: 'quiet', providers: [provider], rate: 1, from }]);
};
const sources = {
  api_football: 'healthy',
  odds_api: 'healthy',
  scores_api: 'healthy',
  openfootball: 'unused',
};

describe('the check of the sources', () => {
  it('gives no alarm in the summer: the same list day after day is no sign where nobody plays', async () => {
    expect(new Set(Object.values(await check()))).toEqual(new Set(['unused']));
    for (const day of [20, 22, 24]) {
      simulator.simulation.advanceTo(at(`2026-07-${day}T02:00`));
      await list('api_football');
      await list('odds_api');
    }
    expect(await check()).toEqual({
      ...{ api_football: 'healthy', odds_api: 'unclear', scores_api: 'unused', openfootball: 'unused' },
    });
    expect(await alarms()).toEqual([]);
  });

  it('tells once of a feed that answers and says nothing new while matches are on, and no more once it has recovered', async () => {
    simulator.simulation.advanceTo(at('2026-09-12T02:00'));
    for (const source of ['api_football', 'odds_api', 'scores_api'] as const) await list(source);
    await follow(at('2026-09-12T13:50'), at('2026-09-12T14:32'));
    await price();
    expect(await check()).toEqual(sources);
    expect(await alarms()).toEqual([]);

    quiet('scores_api', at('2026-09-12T14:32'));
    await follow(at('2026-09-12T14:38'), at('2026-09-12T15:08'));
    expect(await check()).toEqual({ ...sources, scores_api: 'dying' });
    expect(await check()).toEqual({ ...sources, scores_api: 'dying' });
    expect(await alarms()).toEqual([
      {
        ...{ type: 'ProviderDying', source: 'scores_api', final: true },
        message:
          'scores_api is dying: It answers, but has told nothing new of scores since 2026-09-12T14:32:00.000Z, while 3 matches were on: 36 min, and 30 min is the limit.',
      },
    ]);
    expect(await gauges('scores_api')).toEqual([
      'football_provider_health{data_source="scores_api",measure="silence"} 1.2',
      'football_provider_health{data_source="scores_api",measure="alarm"} 2',
    ]);

    simulator.simulation.switchFaults([]);
    await follow(at('2026-09-12T15:14'), at('2026-09-12T15:14'));
    expect(await check()).toEqual(sources);
    expect(await alarms()).toHaveLength(1);
    expect(await gauges('scores_api')).toContain(
      'football_provider_health{data_source="scores_api",measure="alarm"} 0',
    );
  }, 60_000);

  it('tells of a list that is the same a day after its matches were played, by its name', async () => {
    quiet('api_football', at('2026-09-12T15:14'));
    for (const day of [13, 14, 15]) {
      expect((await check())['api_football']).toBe('healthy');
      simulator.simulation.advanceTo(at(`2026-09-${day}T02:00`));
      await list('api_football');
    }
    expect((await check())['api_football']).toBe('dying');
    expect((await alarms()).at(-1)?.message).toContain(
      'nothing new of fixtures (fixtures/2026-27/9001.json) since',
    );
    simulator.simulation.switchFaults([]);
    await list('api_football');
    expect((await check())['api_football']).toBe('healthy');
  }, 60_000);

  it('counts results that were changed after full time, and the one of three sources that stands alone', async () => {
    simulator.simulation.advanceTo(at('2026-09-15T02:01'));
    const before = await measure();
    const { rows } = await house.pool.query<{ id: number }>(
      `select m.id from matches m join match_external_ids x on x.match_id = m.id
       where m.match_status = 'completed' group by m.id having count(distinct x.data_source) = 3 order by m.id limit 2`,
    );
    const [corrected, moved] = rows;
    const now = new Date(simulator.simulation.now);
    // Its latest word again, said now, with something changed.
    const saysNow = (source: string, match: number | undefined, goals: number, hours: number) =>
      house.pool.query(
        `insert into fixture_revisions (match_id, data_source, known_at, known_at_basis, raw_id, match_time, kickoff_precision,
           match_status, home_score, away_score)
         select match_id, data_source, $3, 'observed', raw_id, match_time + make_interval(hours => $5), kickoff_precision,
           match_status, home_score + $4, away_score from latest_revisions(array[$2::bigint], 'infinity') where data_source = $1`,
        [source, match, now, goals, hours],
      );
    await saysNow('api_football', corrected?.id, 1, 0);
    await saysNow('odds_api', moved?.id, 0, 1);
    const after = await measure();

    const [was, is] = [before.get('api_football'), after.get('api_football')];
    expect(was?.results).toBeGreaterThan(2);
    expect(is).toEqual({ ...was, corrected: 1 });
    expect(after.get('odds_api')).toMatchObject({ agreed: (before.get('odds_api')?.agreed ?? 0) - 1 });
    expect(after.get('scores_api')).toEqual(before.get('scores_api'));
  });

  it('goes by what is usual for a source once there is a day of checks, of those before it fell silent', async () => {
    await house.pool.query(
      `update provider_polls set rejected_count = 30 where data_source = 'api_football' and kind = 'fixtures'`,
    );
    const checksUntil = (until: string, checks: number) =>
      house.pool.query(
        `insert into provider_health (data_source, checked_at, state, parse_yield, reasons, measures)
         select s, $1::timestamptz - n * interval '30 minutes', 'healthy', 1, '[]',
           '{"silences": [{"kind": "scores", "matches": 2, "longestMs": 600000}]}'
         from unnest(array['scores_api', 'api_football']) s, generate_series(1, $2::integer) n`,
        [until, checks],
      );
    const usual = () =>
      inTransaction(house.pool, async ({ client }) =>
        usualMeasures(client, question(), await measureProviders(client, question())),
      );
    // Most of those that the tests made lie too near.
    await checksUntil('2026-09-13T01:00:00Z', 9);
    expect((await usual()).get('scores_api')).toMatchObject({ parseYield: null });
    await checksUntil('2026-09-12T12:00:00Z', 48);
    expect((await usual()).get('scores_api')).toMatchObject({
      parseYield: 1,
      silenceMs: { scores: 600_000 },
    });
    expect((await check())['api_football']).toBe('degraded');
    expect((await alarms()).at(-1)).toMatchObject({ type: 'ProviderDegraded', source: 'api_football' });
  });
});
