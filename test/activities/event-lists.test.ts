import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Computed, Row } from '../../adapters/postgres/row.js';
import { parseToldList } from '../../adapters/providers/told-list.js';
import { polledMatches } from '../../adapters/providers/scores_api/match-lists.js';
import { scores } from '../../adapters/providers/scores_api/scores.js';
import { instant, type Instant } from '../../schemas/values.js';
import type { FaultSwitch } from '../../simulator/faults/faults.js';
import { prefixes, type Simulator } from '../../simulator/server.js';
import { matchesTruth } from '../../simulator/truth.js';
import { openHouse, type TestHouse } from '../support/house.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { runningSeason, saturday, serveStandingStill } from '../support/simulation.js';
import { openSuggestions } from '../support/suggestions.js';

type Live = 'api_football' | 'odds_api' | 'scores_api';
const varied: FaultSwitch = {
  kind: 'varied-names',
  providers: ['api_football', 'odds_api', 'scores_api'],
  rate: 0.5,
};

let postgres: TestPostgres;
let house: TestHouse;
let simulator: Simulator;
beforeAll(async () => {
  postgres = await startTestPostgres();
  house = openHouse(postgres.url);
  simulator = await serveStandingStill(saturday, [varied]);
});
afterAll(async () => {
  await simulator.close();
  await house.close();
  await postgres.stop();
});

let runs = 0;
/** Collects the simulated league from a provider, and refines it. */
async function collect(dataSource: Live, now: Instant) {
  const location = `${simulator.url}${prefixes[dataSource]}`;
  const asked = { seasons: [runningSeason], divisions: ['SIM'] };
  const total = { rows: 0, stored: 0, held: 0 };
  for (const file of await house.list(location, dataSource, asked)) {
    const clock = { startsAt: now, realStart: 0, speed: 0 };
    const runId = `events/${(runs += 1)}`;
    const counts = await house.collectFile({ file, runId, reading: 'if-changed', clock });
    total.rows += counts.rows;
    total.stored += counts.stored;
    total.held += counts.held;
  }
  await house.refine();
  return total;
}

interface KnownColumns {
  readonly source: 'source_match_ids.data_source';
  readonly id: 'source_match_ids.source_id';
  readonly match: 'match_external_ids.match_id';
}
/** The matches by the ids that the sources have for them. */
async function known(): Promise<Row<KnownColumns>[]> {
  const { rows } = await house.pool.query<Row<KnownColumns>>(
    `select s.data_source as source, s.source_id as id, x.match_id as match
     from source_match_ids s
     join match_external_ids x on x.data_source = s.data_source and x.external_id = s.external_match_id`,
  );
  return rows;
}

describe('the lists of matches of live sources', () => {
  it('tell the matches that API-Football tells, each as the same match, whatever their teams are called', async () => {
    expect(await collect('api_football', saturday)).toMatchObject({ rows: 380, held: 0 });
    const priced = await collect('odds_api', saturday);
    const today = await collect('scores_api', saturday);
    expect(priced.rows).toBeGreaterThan(8);
    expect(today.rows).toBeGreaterThan(3);
    expect(priced.held + today.held).toBe(0);

    expect(await openSuggestions(house)).toEqual([]);
    const matches = await known();
    const truth = matchesTruth(simulator.simulation.competition, runningSeason, saturday);
    const idOf = new Map(
      truth.flatMap(({ id, ids }) => Object.entries(ids).map(([source, name]) => [`${source}/${name}`, id])),
    );
    const told = new Map<number | undefined, Set<number>>();
    for (const { source, id, match } of matches) {
      const happened = idOf.get(`${source}/${id}`);
      told.set(happened, (told.get(happened) ?? new Set()).add(match));
    }
    expect(told.has(undefined)).toBe(false);
    expect([...told.values()].every((each) => each.size === 1)).toBe(true);
    expect(new Set(matches.map(({ match }) => match)).size).toBe(380);
    expect(matches.filter(({ source }) => source === 'odds_api')).toHaveLength(priced.rows);
    expect(matches.filter(({ source }) => source === 'scores_api')).toHaveLength(today.rows);
  });

  it('have nothing new of a match while goals are scored', async () => {
    simulator.simulation.switchFaults([]);
    await collect('scores_api', saturday);
    const later = instant(saturday + 25 * 60_000);
    simulator.simulation.advanceTo(later);
    expect(await collect('scores_api', later)).toMatchObject({ stored: 0, held: 0 });
    const { rows } = await house.pool.query<Row<{ fields: Computed<string> }>>(
      `select distinct (select string_agg(k, ' ' order by k) from jsonb_object_keys(raw_data) k) as fields
       from raw_match_data where data_source = 'scores_api'`,
    );
    expect(rows).toEqual([{ fields: 'away home id kickoff league' }]);
  });

  it('lose no match that leaves them: it has been played', async () => {
    const monday = instant(saturday + 48 * 3_600_000);
    simulator.simulation.advanceTo(monday);
    await collect('odds_api', monday);
    await collect('scores_api', monday);
    const { rows } = await house.pool.query(
      `select from fixture_revisions where not source_present
       union all select from data_quality_logs where error_type = 'missing_from_edition'`,
    );
    expect(rows).toEqual([]);
  });

  it('of the seasons that are over are none: both tell of what is ahead', async () => {
    for (const source of ['odds_api', 'scores_api'] as const) {
      expect(await house.list(simulator.url, source, { seasons: ['2019-20'] })).toEqual([]);
    }
  });
});

describe('the answer of a live poll', () => {
  const poll = (body: unknown, known: readonly string[] = []) => {
    const request = scores.request({ matches: 'live' });
    return polledMatches(scores.read(body, request, saturday), {
      location: 'http://feed.example',
      at: saturday,
      known: new Set(known),
    });
  };
  const rowsOf = (body: unknown) =>
    parseToldList(poll(body)?.fetched.bytes ?? Buffer.alloc(0), 'matches-polled.json').rows;
  const state = {
    ...{ id: 'm-1', league: 'SIM', kickoff: '2026-09-12T14:00:00Z', status: 'live', minute: 20, added: null },
    ...{ home: { name: 'A', goals: 0 }, away: { name: 'B', goals: 0 }, halfTime: null },
    updatedAt: '2026-09-12T14:20:00Z',
  };
  const head = { id: 'm-1', league: 'SIM', kickoff: state.kickoff, home: { name: 'A' }, away: { name: 'B' } };

  it('tells its matches as a file, without another request', () => {
    expect(poll({ matches: [state] })?.file).toMatchObject({ kind: 'fixtures', uri: 'matches-polled.json' });
    expect(rowsOf({ matches: [state] }).map(({ raw }) => raw)).toEqual([head]);
  });

  it('is the same file in whatever order it comes, and whatever the score', () => {
    const other = { ...state, id: 'm-2' };
    const scored = { ...state, minute: 21, home: { name: 'A', goals: 1 } };
    expect(poll({ matches: [other, scored] })?.fetched.sha256).toBe(
      poll({ matches: [state, other, state] })?.fetched.sha256,
    );
  });

  it('tells a match also where its score cannot be read', () => {
    expect(rowsOf({ matches: [{ ...state, minute: -1 }] }).map(({ raw }) => raw)).toEqual([head]);
  });

  it('tells no match that is known, and none that cannot be read', () => {
    const other = { ...state, id: 'm-2' };
    const news = poll({ matches: [state, other, { ...state, id: 'm-3', kickoff: 'soon' }] }, ['m-1']);
    const { rows } = parseToldList(news?.fetched.bytes ?? Buffer.alloc(0), 'matches-polled.json');
    expect(rows.map(({ raw }) => raw)).toEqual([{ ...head, id: 'm-2' }]);
    expect(poll({ matches: [state] }, ['m-1'])).toBeUndefined();
  });

  it('is no file where it has no match', () => {
    expect(poll({ matches: [] })).toBeUndefined();
  });
});
