import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refineScoredKeys } from '../../adapters/postgres/scored-keys.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import { instant, instantFromIso, toIso } from '../../schemas/values.js';
import { aMatch } from '../support/api-football-payloads.js';
import { serveApiFootball, type ApiFootballServer } from '../support/api-football-server.js';
import { openHouse, testKey, type TestHouse } from '../support/house.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { insertScore } from '../support/raw-scores.js';
import { firstDifference, readTables } from '../support/silver-snapshot.js';

let postgres: TestPostgres;
let house: TestHouse;
let server: ApiFootballServer;

beforeAll(async () => {
  postgres = await startTestPostgres();
  house = openHouse(postgres.url);
  server = await serveApiFootball(testKey);
});
afterAll(async () => {
  await server.close();
  await house.close();
  await postgres.stop();
});
const empty = () =>
  house.pool.query(
    'truncate raw_match_data, raw_scores_data, source_match_ids, source_editions, data_quality_logs, leagues, teams cascade',
  );
beforeEach(empty);

const dataSource = 'api_football';
const pair = (home: number | null, away: number | null) => ({ home, away });

/** How API-Football has the match, kick-off 20 August 2024 at 19:00. */
interface State {
  readonly code: string;
  readonly goals: readonly [number, number] | null;
  readonly halfTime?: readonly [number, number] | null;
  readonly minute?: number | null;
  readonly id?: number;
  readonly venue?: string;
}
const entry = ({ code, goals, halfTime = null, minute = null, id = 1, venue = 'Emirates Stadium' }: State) =>
  aMatch({
    code,
    fixture: { id, venue: { id: 494, name: venue, city: 'London' } },
    status: { elapsed: minute },
    goals: goals === null ? pair(null, null) : pair(...goals),
    score: {
      halftime: halfTime === null ? pair(null, null) : pair(...halfTime),
      fulltime: code === 'FT' && goals !== null ? pair(...goals) : pair(null, null),
    },
    // Another pairing for each match.
    home: { id: 40 + id, name: `Home ${id}` },
  });

let runs = 0;
async function listed(at: string, ...states: State[]): Promise<void> {
  server.fixtures = { '39': states.map(entry) };
  const [file] = await house.list(server.url, dataSource, { seasons: ['2024-25'], divisions: ['E0'] });
  if (file === undefined) throw new Error('There is no list');
  const clock = { startsAt: instantFromIso(at), realStart: 0, speed: 0 };
  await house.collectFile({ file, runId: `scores/${(runs += 1)}`, reading: 'if-changed', clock });
}
const scored = (at: string, state: State) =>
  insertScore(house.pool, {
    dataSource,
    sourceId: String(state.id ?? 1),
    at,
    minute: state.minute ?? null,
    raw: entry(state),
  });
const send = () =>
  inTransaction(house.pools.writer.pool, ({ client }) => refineScoredKeys(client, dataSource));

const revisions = async () =>
  (
    await house.pool.query<{ line: string }>(
      `select concat_ws(' ', to_char(known_at at time zone 'UTC', 'HH24:MI'), known_at_basis, match_status,
         home_score || '-' || away_score, case when raw_score_id is not null then 'by the feed' end) as line
       from fixture_revisions order by known_at`,
    )
  ).rows.map(({ line }) => line);
const current = async () =>
  (
    await house.pool.query<{ line: string }>(
      `select concat_ws(' ', match_status, home_score || '-' || away_score, minute || '''') as line from matches`,
    )
  ).rows.map(({ line }) => line);
const scores = async () =>
  (
    await house.pool.query<{ line: string }>(
      `select concat_ws(' ', process_status, process_error) as line from raw_scores_data order by id`,
    )
  ).rows.map(({ line }) => line);

const on = (time: string) => `2024-08-20T${time}:00Z`;

describe('scores in silver', () => {
  it('are revisions of their source, known when they were told, and the current row has the minute while the match is live', async () => {
    await listed(on('08:00'), { code: 'NS', goals: null });
    await house.refine();
    await scored(on('19:02'), { code: '1H', goals: [0, 0], minute: 2 });
    await scored(on('19:31'), { code: '1H', goals: [1, 0], minute: 31 });
    await scored(on('19:33'), { code: '1H', goals: [1, 0], minute: 33 });
    expect(await send()).toEqual({ known: 1, unknown: 0 });
    await house.refine();
    expect(await revisions()).toEqual([
      '08:00 estimated scheduled',
      '19:02 observed live 0-0 by the feed',
      '19:31 observed live 1-0 by the feed',
    ]);
    expect(await current()).toEqual(["live 1-0 33'"]);
    expect(await scores()).toEqual(['done', 'done', 'done']);

    await scored(on('20:52'), { code: 'FT', goals: [1, 0], halfTime: [1, 0], minute: 90 });
    await send();
    await house.refine();
    expect((await revisions()).at(-1)).toBe('20:52 observed completed 1-0 by the feed');
    expect(await current()).toEqual(['completed 1-0']);
  });

  it('of a match that nobody has told of wait, and are told once its id is known', async () => {
    await scored(on('19:31'), { code: '1H', goals: [1, 0], minute: 31 });
    expect(await send()).toEqual({ known: 0, unknown: 1 });
    expect(await scores()).toEqual(['held match: nothing is known of the match yet']);
    await listed(on('19:40'), { code: '1H', goals: [1, 0], minute: 40 });
    expect(await scores()).toEqual(['pending']);
    await house.refine();
    expect(await scores()).toEqual(['done']);
    expect(await current()).toEqual(["live 1-0 31'"]);
  });

  it('that no match can follow are held with a finding, and a release lets them in', async () => {
    await listed(on('08:00'), { code: 'NS', goals: null });
    await scored(on('20:52'), { code: 'FT', goals: [1, 0], minute: 90 });
    await scored(on('20:54'), { code: '2H', goals: [1, 0], minute: 90 });
    await send();
    await house.refine();
    expect(await scores()).toEqual(['done', 'held status: A match that is completed does not become live']);
    const { rows } = await house.pool.query<{ id: number; type: string; record: unknown; score: number }>(
      `select id, error_type as type, error_data -> 'record' as record, raw_score_id as score from data_quality_logs where raw_score_id is not null`,
    );
    expect(rows).toMatchObject([
      { type: 'illegal_status_move', record: entry({ code: '2H', goals: [1, 0], minute: 90 }) },
    ]);
    await house.pool.query(
      `update data_quality_logs set status = 'resolved', released = true, handled_by = 'Ann', handled_at = now()
       where raw_score_id is not null`,
    );
    await house.pool.query(`update raw_match_data set process_status = 'pending'`);
    await house.refine();
    expect(await scores()).toEqual(['done', 'done']);
    expect(await current()).toEqual(["live 1-0 90'"]);
    const grown = await readTables(house.pool);
    await house.rebuild();
    expect(firstDifference(grown, await readTables(house.pool))).toBeUndefined();
  });

  it('that come after later ones are told at their time, and what they change is told anew', async () => {
    await listed(on('08:00'), { code: 'NS', goals: null });
    await scored(on('19:10'), { code: '1H', goals: [1, 0], minute: 10 });
    await send();
    await house.refine();
    await scored(on('19:05'), { code: '1H', goals: [0, 0], minute: 5 });
    await scored(on('19:12'), { code: '1H', goals: [0, 0], minute: 12 });
    await send();
    await house.refine();
    expect(await revisions()).toEqual([
      '08:00 estimated scheduled',
      '19:05 observed live 0-0 by the feed',
      '19:10 observed live 1-0 by the feed',
      '19:12 observed live 0-0 by the feed',
    ]);
  });

  it('grown from any sequence of lists and scores equal, row for row, silver rebuilt from bronze', async () => {
    const state = fc.record({
      id: fc.constantFrom(1, 1, 2),
      code: fc.constantFrom('NS', '1H', '2H', '2H', 'FT', 'ABD', 'PST'),
      goals: fc.constantFrom(null, [0, 0] as const, [1, 0] as const, [1, 1] as const, [12, 0] as const),
      halfTime: fc.constantFrom(null, [0, 0] as const, [1, 0] as const),
      minute: fc.constantFrom(10, 20, null),
      venue: fc.constantFrom('Emirates Stadium', 'Wembley Stadium'),
    });
    const step = fc.record({
      said: fc.oneof(
        {
          weight: 1,
          arbitrary: fc.record({
            kind: fc.constant('list' as const),
            states: fc.array(state, { maxLength: 2 }),
          }),
        },
        {
          weight: 3,
          arbitrary: fc.record({
            kind: fc.constant('score' as const),
            state,
            minutesAgo: fc.integer({ min: 0, max: 90 }),
          }),
        },
      ),
      refined: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 9 }), async (steps) => {
        await empty();
        let now = Date.parse(on('18:00'));
        for (const { said, refined } of steps) {
          now += 20 * 60_000;
          if (said.kind === 'list')
            await listed(toIso(instant(now)), ...new Map(said.states.map((one) => [one.id, one])).values());
          else await scored(toIso(instant(now - said.minutesAgo * 60_000)), said.state);
          if (said.kind === 'score') await send();
          if (refined) await house.refine();
        }
        await house.refine();
        const grown = await readTables(house.pool);
        await house.rebuild({ limit: 2 });
        expect(firstDifference(grown, await readTables(house.pool))).toBeUndefined();
      }),
      { numRuns: 40 },
    );
  });
});
