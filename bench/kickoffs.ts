import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readStatus } from '../adapters/embedded/stack/status.js';
import { openDatabase } from '../adapters/postgres/open-database.js';
import type { Row } from '../adapters/postgres/row.js';
import { connectToTemporal } from '../adapters/temporal/connect.js';
import { projectRoot } from '../config.js';
import { realAt, simulatedAt, type SimulatedClock } from '../domain/clock/simulated-clock.js';
import { stepLead } from '../domain/clock/match-steps.js';
import { InvariantBroken } from '../schemas/errors.js';
import { followerOf } from '../schemas/jobs/follow-match.js';
import { instant, toIso } from '../schemas/values.js';
import { startTouchline } from '../test/support/command-line.js';
import { makeTestFolder } from '../test/support/folder.js';
import {
  manyDivisions,
  matchesToCome,
  writeFixtures,
  writeHistory,
  type MatchToCome,
} from './support/many-leagues.js';
import { machine, revision } from './support/machine.js';

/**
 * Whether predictions begin on time: 500 matches of one hour, 300 of them at the same minute, each followed by its workflow, with a real model
 * over real gold, by a clock of ten times the speed of life (the seconds are real ones, so the crowd is ten times as thick). When a prediction
 * began is what it says itself: the instant as of which its matches were read. One of the matches moves ten times before. As many again are followed that begin the next day. Limit: within 5 s of T - 30 min for 99 % and
 * for the one that moved, none before its time, and every match followed.
 *
 *   node --import tsx bench/kickoffs.ts [--matches 500] [--together 300] [--speed 10] [--workers 4]
 */
const { values } = parseArgs({
  options: {
    matches: { type: 'string', default: '500' },
    together: { type: 'string', default: '300' },
    speed: { type: 'string', default: '10' },
    workers: { type: 'string', default: '4' },
  },
});
const count = Number(values.matches);
const together = Number(values.together);
const speed = Number(values.speed);
const limitMs = 5_000;
const minute = 60_000;
const day = 1_440 * minute;
const moves = 10;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const noon = instant(Date.UTC(2025, 10, 15, 12));
const hourOfMatches = instant(noon + 120 * minute);
/** The crowd begins at the end of the hour, the others every five minutes of it. */
const kickoffs = Array.from({ length: count }, (_, index) =>
  instant(index < together ? hourOfMatches + 60 * minute : hourOfMatches + (index % 12) * 5 * minute),
);
const nextDay = Array.from({ length: count }, () => instant(hourOfMatches + day + 60 * minute));

say(machine());
say(
  `${revision(projectRoot)}: node --import tsx bench/kickoffs.ts --matches ${count} --together ${together} --speed ${speed} --workers ${values.workers}`,
);
const folder = await makeTestFolder();
const home = path.join(folder.path, 'home');
const files = path.join(folder.path, 'files');
const environment = { TOUCHLINE_HOME: home, WORKER_PROCESSES: String(Number(values.workers) - 1) };
const touchline = async (...args: readonly string[]): Promise<void> => {
  const { code, stderr } = await startTouchline(args, environment).ended;
  if (code !== 0)
    throw new InvariantBroken(`touchline ${args.join(' ')} ended with ${String(code)}: ${stderr}`);
};
const run = (job: string, input: unknown): Promise<void> =>
  touchline('run', job, '--input', JSON.stringify(input));

try {
  await writeHistory(files, [2022, 2023, 2024], 1);
  let matches = matchesToCome([...kickoffs, ...nextDay]);
  await writeFixtures(files, matches, '2025-11-10T00:00:00Z');
  await touchline('up', '--detach');
  const begun = performance.now();
  await run('import-history', { location: files });
  await run('train-model', { divisions: manyDivisions, seed: 1 });
  say(
    `${matches.length} matches ahead and a model after ${Math.round((performance.now() - begun) / 1000)} s`,
  );
  const status = await readStatus(home);
  if (status === undefined) throw new InvariantBroken('The stack has no status');
  const temporal = await connectToTemporal(status.temporal);
  const { pool, db } = openDatabase(status.postgres.url, { applicationName: 'bench', max: 2 });
  try {
    // A clock that stands still just before the first features are due: weather and line-ups are made, late, for all of this day's.
    const standing: SimulatedClock = {
      startsAt: instant(hourOfMatches - 65 * minute),
      realStart: Date.now(),
      speed: 0,
    };
    await run('plan-matches', { clock: standing });
    const moved = matches[count - 1];
    if (moved === undefined) throw new InvariantBroken('There is no match to move');
    for (let move = 1; move <= moves; move += 1) {
      // To and fro, each time to another minute, and at last back to where it began.
      const kickoff = instant(moved.kickoff + (move % 2 === 1 ? 20 + move : moves - move) * minute);
      matches = matches.map((match): MatchToCome =>
        match === moved || isSame(match, moved) ? { ...match, kickoff } : match,
      );
      await writeFixtures(files, matches, toIso(instant(Date.UTC(2025, 10, 11) + move * minute)));
      await run('import-history', { location: files });
      await run('plan-matches', { clock: standing });
    }
    // What the server lost while a thousand asked at once is asked again by the clock, which stands: the clock that runs has it made anew.
    const lost = (await settled(() => running('collectMatchFacts'))).toSorted();
    const followed = (await running('followMatch')).length;
    say(
      `followed: ${followed} of ${matches.length}; ${moves} moves told; ${lost.length} lost and to be made anew; memory ${await memory()}`,
    );
    for (const workflowId of lost) say(`  lost: ${workflowId}`);
    const clock: SimulatedClock = { ...standing, realStart: Date.now(), speed };
    await run('plan-matches', { clock });
    const end = instant(hourOfMatches + 62 * minute);
    while (simulatedAt(clock, Date.now()) < end) {
      await sleep(20_000);
      say(`${toIso(simulatedAt(clock, Date.now()))}  memory ${await memory()}`);
    }
    await report(clock);

    /** The ids of the runs of a workflow that go on. */
    async function running(type: string): Promise<readonly string[]> {
      const ids: string[] = [];
      const query = `WorkflowType='${type}' AND ExecutionStatus='Running'`;
      for await (const { workflowId } of temporal.client.workflow.list({ query })) ids.push(workflowId);
      return ids;
    }
    async function report(by: SimulatedClock): Promise<void> {
      const { rows } = await pool.query<
        Row<{ id: 'matches.id'; kickoff: 'matches.match_time'; home: 'teams.name'; away: 'teams.name' }>
      >(
        `select m.id, m.match_time as kickoff, h.name as home, a.name as away
         from matches m join teams h on h.id = m.home_team_id join teams a on a.id = m.away_team_id
         where m.match_time >= $1 and m.match_time <= $2 order by m.id`,
        [new Date(hourOfMatches), new Date(hourOfMatches + 60 * minute)],
      );
      const late: number[] = [];
      const again: number[] = [];
      const never: number[] = [];
      let ofMoved = { plans: 0, late: NaN };
      const { rows: begun } = await pool.query<
        Row<{ id: 'predictions.match_id'; at: 'predictions.created_at' }>
      >('select match_id as id, min(created_at) as at from predictions group by match_id');
      const begins = new Map(begun.map(({ id, at }) => [id, instant(at.getTime())]));
      for (const { id, kickoff, home, away } of rows) {
        const { asked, plans } = await whatHappened(id);
        if (asked > 1) again.push(id);
        const at = begins.get(id);
        const due = realAt(by, instant(kickoff.getTime() - stepLead.prediction));
        const lateness = at === undefined ? NaN : realAt(by, at) - due;
        if (at === undefined) never.push(id);
        else late.push(lateness);
        if (home === moved?.home && away === moved.away) ofMoved = { plans, late: lateness };
      }
      const sorted = late.toSorted((a, b) => a - b);
      const at = (share: number): string =>
        `${((sorted[Math.ceil(sorted.length * share) - 1] ?? NaN) / 1000).toFixed(2)} s`;
      const isOnTime = (ms: number): boolean => ms >= 0 && ms <= limitMs;
      const share = late.filter(isOnTime).length / count;
      const early = late.filter((ms) => ms < 0).length;
      say(
        `\n${rows.length} matches of one hour, ${together} of them at one minute; predictions begin after T - 30 min by:`,
      );
      say(
        `  median ${at(0.5)}, 95 % ${at(0.95)}, 99 % ${at(0.99)}, all ${at(1)}; before their time: ${early}`,
      );
      say(
        `  within ${limitMs / 1000} s: ${(100 * share).toFixed(1)} % (limit 99 %); never: ${never.length}; again, once their features were there: ${again.length}`,
      );
      say(
        `  the match that moved was told ${ofMoved.plans} plans (the first, ${moves} moves, and the clock that runs) and began after ${(ofMoved.late / 1000).toFixed(2)} s`,
      );
      const claims: readonly (readonly [string, boolean])[] = [
        [`${followed} of ${matches.length} matches are followed`, followed === matches.length],
        [`${rows.length} of ${count} matches are in the hour`, rows.length === count],
        [`99 % begin within ${limitMs / 1000} s`, share >= 0.99],
        ['none begins before its time', early === 0],
        ['none is left out', never.length === 0],
        ['the match that moved was told each move', ofMoved.plans >= moves + 2],
        [`the match that moved begins within ${limitMs / 1000} s`, isOnTime(ofMoved.late)],
      ];
      const broken = claims.filter(([, isTrue]) => !isTrue);
      for (const [claim] of broken) say(`  NOT TRUE: ${claim}`);
      const holds = broken.length === 0;
      say(holds ? 'holds' : 'DOES NOT HOLD');
      process.exitCode = holds ? 0 : 1;
    }
    /** How often the prediction of a match was asked for, and how many plans its follower was told. */
    async function whatHappened(id: number): Promise<{ asked: number; plans: number }> {
      const { events } = await temporal.client.workflow.getHandle(followerOf(id)).fetchHistory();
      const count = (isOne: (event: NonNullable<typeof events>[number]) => boolean): number =>
        (events ?? []).filter(isOne).length;
      return {
        asked: count(
          (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'predictMatch',
        ),
        plans: count((event) => event.workflowExecutionSignaledEventAttributes != null),
      };
    }
    async function memory(): Promise<string> {
      const sizes = await Promise.all(
        (status?.workers ?? []).map(async ({ pid }) => {
          const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
          return Math.round(Number(/VmRSS:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024);
        }),
      );
      return `${sizes.join(' + ')} MiB`;
    }
  } finally {
    await temporal.close();
    await db.destroy();
  }
} finally {
  await startTouchline(['down'], environment).ended;
  await folder.remove();
}

function isSame(one: MatchToCome, other: MatchToCome): boolean {
  return one.division === other.division && one.home === other.home && one.away === other.away;
}

/** Waits until nothing goes on any more, or as many things as half a minute ago; those. */
async function settled(goingOn: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const steadyMs = 30_000;
  let left = await goingOn();
  let since = performance.now();
  while (left.length > 0 && performance.now() - since < steadyMs) {
    await sleep(500);
    const now = await goingOn();
    if (now.length !== left.length) since = performance.now();
    left = now;
  }
  return left;
}
