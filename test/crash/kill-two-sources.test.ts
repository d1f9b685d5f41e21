import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { openDatabase, type OpenDatabase } from '../../adapters/postgres/open-database.js';
import type { Computed, Row } from '../../adapters/postgres/row.js';
import type { RunningCommand } from '../support/command-line.js';
import { aRow, fileText, writeEdition, type Cells } from '../support/football-data-files.js';
import { closeCommits, closeTable } from '../support/gate.js';
import { openHouse } from '../support/house.js';
import { killAsPlanned, type PlannedKill } from '../support/kills.js';
import { anEntry, jsonText, type MatchEntry } from '../support/openfootball-files.js';
import { answerOf, useOwnStack } from '../support/own-stack.js';
import { startTestPostgres } from '../support/postgres.js';
import { firstDifference, readReview, readTables, type TableLines } from '../support/silver-snapshot.js';
import { answer, openSuggestions, type OpenSuggestion } from '../support/suggestions.js';

// One batch at a time, so that the killed one has claimed every payload that waits.
const { ask, start, placeOf } = useOwnStack({ WORKER_CONCURRENCY: '1' });

/** How football-data.co.uk and how openfootball call a club; of the last one only openfootball tells. */
const clubs = [
  ['Arsenal', 'Arsenal FC'],
  ['Burnley', 'Burnley FC'],
  ['Chelsea', 'Chelsea FC'],
  ['Everton', 'Everton FC'],
  ['Man City', 'Manchester City FC'],
  ['Man United', 'Manchester United FC'],
] as const;
const newcomer = 'Rangers United FC';
const asked = ['Manchester City FC', 'Manchester United FC', newcomer];

/** A double round-robin, a match a week. The sources differ on its first score. */
function season(): { readonly rows: readonly Cells[]; readonly entries: readonly MatchEntry[] } {
  const rows: Cells[] = [];
  const entries: MatchEntry[] = [];
  for (const [home, [ourHome, theirHome]] of clubs.entries()) {
    for (const [away, [ourAway, theirAway]] of clubs.entries()) {
      if (home === away) continue;
      const date = new Date(Date.UTC(2021, 7, 14 + 7 * rows.length)).toISOString().slice(0, 10);
      const score = [(home + 2) % 4, (2 * away + 1) % 4] as const;
      const [goals, conceded] = score;
      rows.push(
        aRow({
          Date: date.split('-').reverse().join('/'),
          HomeTeam: ourHome,
          AwayTeam: ourAway,
          FTHG: goals,
          FTAG: conceded,
          FTR: goals === conceded ? 'D' : goals > conceded ? 'H' : 'A',
          B365H: 2.1,
          B365D: 3.4,
          B365A: 3.6,
        }),
      );
      const theirs = rows.length === 1 ? [goals + 1, conceded] : score;
      entries.push(anEntry({ date, team1: theirHome, team2: theirAway, score: { ft: theirs } }));
    }
  }
  const playOff = anEntry({
    date: '2022-05-21',
    team1: newcomer,
    team2: 'Arsenal FC',
    score: { ft: [0, 2] },
  });
  return { rows, entries: [...entries, playOff] };
}

beforeAll(async () => {
  const { rows, entries } = season();
  await writeEdition(placeOf('csv'), '2122/E0.csv', fileText(rows));
  await writeEdition(placeOf('json'), '2021-22/en.1.json', jsonText(entries));
});

const everything = async (pool: pg.Pool): Promise<TableLines> =>
  new Map([
    ...(await readTables(pool)),
    ...[...(await readReview(pool))].map(([table, lines]) => [`review of ${table}`, lines] as const),
  ]);

/** Which team a name means, by its name in football-data.co.uk; undefined for the newcomer. */
const meaningOf = (name: string): string | undefined => clubs.find(([, theirs]) => theirs === name)?.[0];

/** What comes of the same files and answers where nobody is killed. */
async function undisturbed(): Promise<TableLines> {
  const postgres = await startTestPostgres();
  const house = openHouse(postgres.url);
  try {
    await house.collect(placeOf('csv'), 'undisturbed/1');
    await house.refine();
    await house.collect(placeOf('json'), 'undisturbed/2', 'if-changed', 'openfootball');
    await house.refine();
    for (const { id, name, candidates } of newcomerFirst(await openSuggestions(house))) {
      const team = candidates.find((candidate) => candidate.name === meaningOf(name));
      await answer(
        house,
        id,
        team === undefined ? { kind: 'new-team' } : { kind: 'same-team', teamId: team.teamId },
      );
    }
    await house.refine();
    return await everything(house.pool);
  } finally {
    await house.close();
    await postgres.stop();
  }
}

const newcomerFirst = (questions: readonly OpenSuggestion[]): readonly OpenSuggestion[] => [
  ...questions.filter(({ name }) => name === newcomer),
  ...questions.filter(({ name }) => name !== newcomer),
];

const resolve = ({ id, name }: OpenSuggestion): readonly string[] => {
  const team = meaningOf(name);
  return [
    'review',
    'resolve',
    String(id),
    ...(team === undefined ? ['--new'] : ['--team', team]),
    '--why',
    'seen',
  ];
};

/** Starts a command, and kills the worker that is in that phase of it. */
async function startUntilKilled(
  args: readonly string[],
  kill: Pick<PlannedKill, 'wait'> & { readonly phase: string },
): Promise<RunningCommand> {
  const kills = killAsPlanned(placeOf('home'), [{ victim: 'worker', occurrence: 1, ...kill }]);
  const command = start([...args, '--json']);
  void command.ended.then(() => kills.stop());
  expect(await kills.done).toMatchObject([{ victim: 'worker', phase: kill.phase }]);
  return command;
}

let database: OpenDatabase;
beforeAll(async () => {
  const Status = z.object({ postgres: z.object({ url: z.string() }) });
  const { postgres } = Status.parse(await ask('status'));
  database = openDatabase(postgres.url, { applicationName: 'test', max: 2 });
});
afterAll(() => database.db.destroy());

/** How many payloads of openfootball are in which state. */
const payloads = async (): Promise<unknown> =>
  Object.fromEntries(
    (
      await database.pool.query<Row<{ state: 'raw_match_data.process_status'; n: Computed<number> }>>(
        `select process_status as state, count(*)::integer as n from raw_match_data
         where data_source = 'openfootball' group by 1`,
      )
    ).rows.map(({ state, n }) => [state, n]),
  );
const questions = async (): Promise<string[]> => (await openSuggestions(database)).map(({ name }) => name);

it('two sources whose names are asked about and answered while processes are killed end with what nobody disturbed', async () => {
  const { pool } = database;
  await ask('import', 'football-data', placeOf('csv'));

  // The names are asked about, and the worker dies before their rows are held.
  const writing = await closeTable(pool, 'fixture_revisions');
  const importing = await startUntilKilled(['import', 'openfootball', placeOf('json')], {
    phase: 'refine.copy',
    wait: () => writing.reached(),
  });
  expect(await questions()).toEqual(asked);
  expect(await payloads()).toEqual({ pending: 31 });
  await writing.open();
  const [imported, expected] = await Promise.all([importing.ended, undisturbed()]);
  expect(answerOf(imported)).toMatchObject({ rows: 31, stored: 31, heldInSilver: 19 });
  expect(await payloads()).toEqual({ done: 12, held: 19 });

  // Whoever answers dies with the answer written and not committed.
  const [ofNewcomer, ...others] = newcomerFirst(await openSuggestions(database)).map(resolve);
  const [second = [], third = []] = others;
  const answering = await closeTable(pool, 'review_transitions');
  const reviewer = start(ofNewcomer ?? []);
  await answering.reached();
  reviewer.signal('SIGKILL');
  expect(await reviewer.ended).toMatchObject({ code: null, stdout: '' });
  await answering.open();
  expect(await questions()).toEqual(asked);
  expect(await payloads()).toEqual({ done: 12, held: 19 });
  await ask(...(ofNewcomer ?? []));
  await ask(...second);

  // The rows that waited are refined, and the worker dies in their commit: it holds, and nobody has said so.
  const commit = await closeCommits(pool, 'fixture_revisions');
  const refining = await startUntilKilled([...third, '--refine'], {
    phase: 'refine.commit',
    wait: () => commit.reached(),
  });
  expect(await questions()).toEqual([]);
  expect(await payloads()).toEqual({ done: 12, pending: 19 });
  await commit.open();
  expect(await payloads()).toEqual({ done: 31 });
  expect(answerOf(await refining.ended)).toMatchObject({ moved: 1, pending: 10 });

  // Each killed worker left an attempt of which nothing was heard.
  const lost = await pool.query(
    `select distinct task_id from error_logs where task_name = 'refineBatch' and error_type = 'AttemptLost'`,
  );
  expect(lost.rowCount).toBe(2);
  expect(expected.get('matches')).toHaveLength(31);
  expect(expected.get('match_external_ids')).toHaveLength(61);
  expect(expected.get('review of review_transitions')).toHaveLength(3);
  expect(firstDifference(expected, await everything(pool))).toBeUndefined();
}, 240_000);
