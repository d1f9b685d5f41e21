import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMatchStates } from '../../adapters/postgres/match-states.js';
import type { Computed, Row } from '../../adapters/postgres/row.js';
import type { SimulatedClock } from '../../schemas/jobs/simulated-clock.js';
import { instant, instantFromIso, Season, type Instant } from '../../schemas/values.js';
import type { FaultSwitch } from '../../simulator/faults/faults.js';
import { prefixes, serveSimulator, type Simulator } from '../../simulator/server.js';
import { matchesTruth } from '../../simulator/truth.js';
import { openHouse, type TestHouse } from '../support/house.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { matchState, serveScores } from '../support/scores-feed.js';
import { scoresOf, stoppedAt, type TestFeed } from '../support/score-house.js';
import { firstDifference, readTables } from '../support/silver-snapshot.js';
import { standingStill } from '../support/simulation.js';

const season = Season.parse('2024-25');
const minute = 60_000;
const at = (text: string): Instant => instantFromIso(`${text}:00Z`);

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

let runs = 0;
/** A house whose matches are those of the simulator, as its API-Football lists them now. */
async function withHouse(
  startsAt: Instant,
  work: (world: World) => Promise<void>,
  faults: readonly FaultSwitch[] = [],
): Promise<void> {
  const house = openHouse(await postgres.freshDatabase());
  const simulator = await serveSimulator(standingStill(startsAt));
  try {
    const world = worldOf(house, simulator);
    await world.list();
    simulator.simulation.switchFaults(faults);
    await work(world);
  } finally {
    await simulator.close();
    await house.close();
  }
}

type World = ReturnType<typeof worldOf>;
function worldOf(house: TestHouse, simulator: Simulator) {
  const { simulation } = simulator;
  const now = () => simulation.now;
  const clock = () => stoppedAt(now());
  return {
    house,
    simulation,
    async list(): Promise<void> {
      const location = `${simulator.url}${prefixes.api_football}`;
      for (const file of await house.list(location, 'api_football', {
        seasons: [season],
        divisions: ['SIM'],
      })) {
        await house.collectFile({
          file,
          runId: `scores/${(runs += 1)}`,
          reading: 'if-changed',
          clock: clock(),
        });
      }
      await house.refine();
      // Leagues of the feed of scores, until its own lists tell them.
      await house.pool.query(
        `insert into league_external_ids (data_source, external_id, league_id)
         select 'scores_api', code, id from leagues where code = 'SIM' on conflict do nothing`,
      );
    },
    /** One run of the job at the time that the simulation shows. Whether anything was asked. */
    async poll(feed: TestFeed = 'api_football'): Promise<boolean> {
      const scores = scoresOf(house, simulator, feed);
      const source = await scores.source({ clock: clock() });
      if (source.kind !== 'open') return false;
      const { dataSource } = source;
      const { changedMatches } = await scores.collect({ dataSource, liveOnly: false, clock: clock() });
      if (changedMatches > 0) await house.refineBatch(1_000);
      return true;
    },
    /** How silver says that the matches of a day stood, as known at an instant; by the provider's id. */
    async known(day: string, asOf: Instant): Promise<ReadonlyMap<string, unknown>> {
      const { rows } = await house.pool.query<{ id: number; source: string }>(
        `select m.id, i.source_id as source
         from matches m join match_external_ids x on x.match_id = m.id
         join source_match_ids i on i.data_source = x.data_source and i.external_match_id = x.external_id
         where m.match_time::date = $1 order by m.id`,
        [day],
      );
      const ids = rows.map(({ id }) => id);
      const states = await readMatchStates(house.pool, ids, new Date(asOf));
      return new Map(
        rows.map(({ id, source }) => {
          const state = states.get(id);
          return [source, said(state?.matchStatus, state?.homeScore, state?.awayScore)];
        }),
      );
    },
    /** How they stood. */
    truth(day: string, asOf: Instant): ReadonlyMap<string, unknown> {
      return new Map(
        matchesTruth(simulation.competition, season, asOf)
          .filter(({ kickOff }) => kickOff.startsWith(day))
          .map(({ id, status, score }) => [String(id), said(status, score?.home, score?.away)] as const)
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      );
    },
    requests: () => simulation.requests.counts(0, Infinity).reduce((sum, { requests }) => sum + requests, 0),
    feed: (feed: TestFeed) => scoresOf(house, simulator, feed),
    clock,
  };
}
const said = (status?: string, home?: number | null, away?: number | null): string =>
  `${status ?? 'unknown'} ${home ?? ''}-${away ?? ''}`;
const inOrder = (map: ReadonlyMap<string, unknown>) => new Map([...map].sort(([a], [b]) => (a < b ? -1 : 1)));

describe('matches in play, polled every two minutes', () => {
  it('are known at each poll as they stood: goals, one taken back, one match abandoned; a correction a day later with the list', async () => {
    await withHouse(at('2024-09-21T13:30'), async (world) => {
      const { simulation, house } = world;
      const polls: Instant[] = [];
      const follow = async (from: Instant, until: Instant): Promise<void> => {
        for (let now = from; now <= until; now = instant(now + 2 * minute)) {
          simulation.advanceTo(now);
          if (await world.poll()) polls.push(now);
        }
      };
      // In these a goal is taken back at 15:36, and on Sunday a match is abandoned at 13:23, and another's result told wrongly.
      await follow(at('2024-09-21T13:40'), at('2024-09-21T16:10'));
      simulation.advanceTo(at('2024-09-22T02:00'));
      await world.list();
      await follow(at('2024-09-22T12:40'), at('2024-09-22T15:10'));
      expect(polls.length).toBeGreaterThan(130);
      for (const poll of polls) {
        const day = new Date(poll).toISOString().slice(0, 10);
        expect(inOrder(await world.known(day, poll)), new Date(poll).toISOString()).toEqual(
          world.truth(day, poll),
        );
      }
      const before = world.truth('2024-09-22', at('2024-09-22T15:10')).get('2024059');
      simulation.advanceTo(at('2024-09-24T02:00'));
      await world.list();
      const after = world.truth('2024-09-22', simulation.now).get('2024059');
      expect(after).not.toBe(before);
      expect((await world.known('2024-09-22', simulation.now)).get('2024059')).toBe(after);
      expect((await world.known('2024-09-22', at('2024-09-23T20:00'))).get('2024059')).toBe(before);

      const { rows } = await house.pool.query<{ type: string }>(
        `select distinct error_type as type from data_quality_logs where raw_score_id is not null or error_type like '%score%'`,
      );
      expect(rows).toEqual([{ type: 'score_corrected' }]);
      const grown = await readTables(house.pool);
      await house.rebuild();
      expect(firstDifference(grown, await readTables(house.pool))).toBeUndefined();
    });
  }, 240_000);

  it('end as they ended where they were told late, out of order, twice, under other names, and not at all for a while', async () => {
    const faults = (['late', 'out-of-order', 'duplicates', 'varied-names', 'quiet'] as const).map(
      (kind): FaultSwitch => ({ kind, providers: ['api_football'], rate: 0.4 }),
    );
    await withHouse(
      at('2024-09-22T12:30'),
      async (world) => {
        const { simulation, house } = world;
        for (
          let now = at('2024-09-22T12:46');
          now <= at('2024-09-22T15:40');
          now = instant(now + 6 * minute)
        ) {
          simulation.advanceTo(now);
          await world.poll();
        }
        simulation.switchFaults([]);
        simulation.advanceTo(at('2024-09-22T15:50'));
        await world.poll();
        const day = '2024-09-22';
        expect(inOrder(await world.known(day, simulation.now))).toEqual(world.truth(day, simulation.now));
        const { rows } = await house.pool.query<{ quiet: number }>(
          `select count(*)::integer as quiet from raw_scores_data where last_seen_at > collected_at + interval '5 minutes'`,
        );
        expect(rows[0]?.quiet).toBeGreaterThan(0);
      },
      faults,
    );
  }, 120_000);
});

describe('a feed of scores', () => {
  it('is not asked while no match is in its window, and is from 15 minutes before kick-off on', async () => {
    await withHouse(at('2024-09-22T02:00'), async (world) => {
      const { simulation } = world;
      const before = world.requests();
      for (const quiet of ['2024-09-22T02:00', '2024-09-22T09:00', '2024-09-22T12:44']) {
        simulation.advanceTo(at(quiet));
        const source = await world.feed('api_football').source({ clock: world.clock() });
        expect(source).toEqual({
          kind: 'closed',
          dataSource: 'api_football',
          reason: 'No match is in its window',
        });
        const asked = { dataSource: 'api_football', liveOnly: false, clock: world.clock() } as const;
        expect(await world.feed('api_football').collect(asked)).toMatchObject({ told: 0 });
        const streamed = { dataSource: 'scores_api', liveOnly: false, clock: world.clock() } as const;
        expect(await world.feed('scores_api over websocket').stream(streamed)).toMatchObject({ told: 0 });
      }
      expect(world.requests()).toBe(before);
      simulation.advanceTo(at('2024-09-22T12:45'));
      expect(await world.poll()).toBe(true);
      expect(world.requests()).toBe(before + 1);
    });
  });

  it('is the feed of scores where there is one, else API-Football, else missing with both variables', async () => {
    await withHouse(at('2024-09-22T13:00'), async (world) => {
      const clock = world.clock();
      expect(await world.feed('scores_api over http').source({ clock })).toEqual({
        ...{ kind: 'open', dataSource: 'scores_api', transport: 'http' },
      });
      expect(await world.feed('api_football').source({ clock })).toMatchObject({
        dataSource: 'api_football',
      });
      expect(await world.feed('none').source({ clock })).toEqual({
        kind: 'missing',
        reason: 'There is no feed of scores: neither SCORES_API_URL nor API_FOOTBALL_KEY is set',
      });
    });
  });

  it('makes known a match that it adds during the day: its list need not come again, and takes nothing from it', async () => {
    const added = {
      ...matchState,
      id: 'm-1002',
      home: { name: 'Leeds', goals: 2 },
      away: { name: 'Fulham', goals: 0 },
    };
    const late = {
      ...added,
      id: 'm-1003',
      home: { name: 'Burnley', goals: 0 },
      away: { name: 'Brentford', goals: 3 },
    };
    let matches = [matchState];
    const feed = await serveScores({
      get body() {
        return { matches };
      },
    });
    const house = openHouse(await postgres.freshDatabase());
    try {
      const list = async (clock: SimulatedClock): Promise<void> => {
        for (const file of await house.list(feed.url, 'scores_api')) {
          await house.collectFile({ file, runId: `scores/${(runs += 1)}`, reading: 'if-changed', clock });
        }
        await house.refine();
      };
      await list(stoppedAt(at('2026-11-28T08:00')));
      const { collect } = scoresOf(house, feed, 'scores_api over http');
      const poll = async (time: string): Promise<number> => {
        const clock = stoppedAt(at(time));
        const { unknownMatches } = await collect({ dataSource: 'scores_api', liveOnly: false, clock });
        await house.refine();
        return unknownMatches;
      };
      expect(await poll('2026-11-28T15:48')).toBe(0);
      const editions = async () =>
        (
          await house.pool.query<Row<{ line: Computed<string> }>>(
            `select concat_ws(' ', uri, edition_no, row_count) as line from source_editions order by id`,
          )
        ).rows.map(({ line }) => line);
      expect(await editions()).toEqual(['matches.json 1 1']);

      matches = [matchState, added];
      expect(await poll('2026-11-28T15:50')).toBe(0);
      expect(await poll('2026-11-28T15:52')).toBe(0);
      matches = [matchState, added, late];
      expect(await poll('2026-11-28T15:54')).toBe(0);
      expect(await editions()).toEqual([
        'matches.json 1 1',
        'matches-polled.json 1 1',
        'matches-polled.json 2 1',
      ]);
      const stand = async () =>
        (
          await house.pool.query<Row<{ line: Computed<string> }>>(
            `select concat_ws(' ', h.name, m.match_status, m.home_score || '-' || m.away_score) as line
             from matches m join teams h on h.id = m.home_team_id
             join fixture_revisions r on r.match_id = m.id and r.source_present
             group by 1 order by 1`,
          )
        ).rows.map(({ line }) => line);
      const asTold = ['Arsenal live 1-0', 'Burnley live 0-3', 'Leeds live 2-0'];
      expect(await stand()).toEqual(asTold);
      await list(stoppedAt(at('2026-11-28T16:00')));
      expect(await stand()).toEqual(asTold);
      const grown = await readTables(house.pool);
      await house.rebuild();
      expect(firstDifference(grown, await readTables(house.pool))).toBeUndefined();
    } finally {
      await house.close();
      await feed.close();
    }
  });

  it('gives the same rows over both transports, and makes known the matches that no list of it has told', async () => {
    const rowsBy = async (feed: 'scores_api over http' | 'scores_api over websocket') => {
      const rows: unknown[] = [];
      await withHouse(at('2024-09-21T14:10'), async (world) => {
        const { simulation, house } = world;
        const asked = { dataSource: 'scores_api', liveOnly: false, clock: world.clock() } as const;
        const stored = async () =>
          (
            await house.pool.query<{ id: string; status: string }>(
              `select external_match_id as id, raw_data as raw, match_status as status, home_score as home, away_score as away,
                 match_minute as minute, encode(content_hash, 'hex') as content, process_status as fate
               from raw_scores_data order by external_match_id, raw_scores_data.id`,
            )
          ).rows;
        if (feed === 'scores_api over http') {
          await world.feed(feed).collect(asked);
          simulation.advanceTo(at('2024-09-21T14:40'));
          await world.feed(feed).collect({ ...asked, clock: world.clock() });
        } else {
          const streaming = world.feed(feed).stream(asked);
          await expect.poll(async () => (await stored()).length).toBeGreaterThan(0);
          simulation.advanceTo(at('2024-09-21T14:40'));
          await streaming;
        }
        await house.refine();
        rows.push(...(await stored()));
      });
      return rows;
    };
    const polled = await rowsBy('scores_api over http');
    expect(polled.length).toBeGreaterThan(4);
    for (const row of polled) expect(row).toMatchObject({ fate: 'done' });
    expect(await rowsBy('scores_api over websocket')).toEqual(polled);
  }, 60_000);
});
