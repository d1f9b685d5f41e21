import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { projectRoot } from '../config.js';
import { startOutageStack, steadyLoad, timedAnswer, type TimedAnswer } from '../test/support/outages.js';
import { machine, revision } from './support/machine.js';

/**
 * How soon the API says that something is away, under load: Postgres, Temporal and Redis are killed, and made to hang, while requests of every kind come side by side without pause. Each is timed
 * to the last byte of its answer from when it was sent, or from when the part went away under it. Holds where what needs the missing part is refused with 503 and nothing else, all else is
 * answered, no refusal takes two seconds, requests are answered again once the part is back, in the same process, and nothing in its log is unhandled.
 *
 *   node --import tsx bench/api-outages.ts [--seconds 8] [--side-by-side 3]
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '8' },
    'side-by-side': { type: 'string', default: '3' },
  },
});
const most = { milliseconds: 2_000 };
const backWithinMs = 60_000;
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

say(`machine  ${machine()}`);
say(`code     ${revision(projectRoot)}`);
say(`command  node --import tsx bench/api-outages.ts ${process.argv.slice(2).join(' ')}`);
const stack = await startOutageStack({ API_REQUESTS_PER_MINUTE: '100000000' });
const { api, ahead, outages } = stack;
const [match = 0] = ahead;
const reads = [
  ...['/api/v1/matches', `/api/v1/matches/${match}`, `/api/v1/matches/${match}/prices`],
  ...[`/api/v1/predictions/${match}`, `/api/v1/features/${match}`, '/api/v1/models/metrics'],
  ...['/api/v1/models/active', '/api/v1/anomalies/summary', '/api/v1/reviews', '/api/v1/datasets'],
  ...[`/api/v1/features/historical/${match}`, `/data/matches/${match}/features`, '/data/dashboard/data'],
];
const jobs = ['/tasks/schedules', '/tasks/runs'];
const paths = [...reads, ...jobs, '/health', '/health/ready', '/health/live'];
/** What has to be refused while a part is away; everything else has to be answered. */
const refusedWithout: Readonly<Record<string, ReadonlySet<string>>> = {
  postgres: new Set([...reads, '/health', '/health/ready']),
  temporal: new Set([...jobs, '/health']),
  redis: new Set(['/health']),
};
/** What may also be answered, as it was remembered: nobody writes to a Postgres that hangs. */
const perhapsWithout: Readonly<Record<string, ReadonlySet<string>>> = {
  postgres: new Set([
    ...['/api/v1/models/active', `/api/v1/matches/${match}`, `/api/v1/matches/${match}/prices`],
  ]),
};

interface Slowest {
  readonly milliseconds: number;
  readonly path: string;
}

/** The one that took longest since it was sent, or since an instant after which it was answered. */
const slowestOf = (answers: readonly TimedAnswer[], since: number): Slowest | undefined =>
  answers
    .map(({ path, sent, answered }) => ({ path, milliseconds: answered - Math.max(sent, since) }))
    .toSorted((a, b) => b.milliseconds - a.milliseconds)[0];
const told = (slowest: Slowest | undefined): string =>
  slowest === undefined ? 'none' : `${slowest.milliseconds.toFixed(0)} ms (${slowest.path})`;

/** Whether all of them are answered again before patience ends. */
async function areBack(): Promise<boolean> {
  const until = performance.now() + backWithinMs;
  for (const path of paths) {
    while ((await timedAnswer(api.url, path)).status !== 200) {
      if (performance.now() > until) return false;
      await sleep(100);
    }
  }
  return true;
}

let holds = true;
try {
  await areBack();
  for (const [name, { leave, back }] of Object.entries(outages)) {
    const part = name.split(' ')[0] ?? '';
    const [refused, perhaps] = [refusedWithout[part], perhapsWithout[part]];
    const loading = steadyLoad(
      api.url,
      Array.from({ length: Number(values['side-by-side']) }, () => paths).flat(),
    );
    await sleep(2_000);
    await leave();
    const left = performance.now();
    const gone = loading.answers().length;
    // What was under way is answered by then, if it is answered in time.
    await sleep(most.milliseconds);
    const settled = loading.answers().length;
    await sleep(1_000 * Number(values.seconds));
    const away = loading.answers().slice(gone);
    const late = loading.answers().slice(settled);
    await back();
    const isBack = await areBack();
    await loading.stop();
    const wrong = late.filter(
      ({ path, status }) =>
        perhaps?.has(path) !== true && status !== (refused?.has(path) === true ? 503 : 200),
    );
    const broken = away.filter(({ status }) => status !== 200 && status !== 503);
    const slowest = slowestOf(
      away.filter(({ status }) => status === 503),
      left,
    );
    const slowestAnswer = slowestOf(
      away.filter(({ status }) => status === 200),
      left,
    );
    const isInTime = slowest !== undefined && slowest.milliseconds < most.milliseconds;
    const held = isInTime && isBack && wrong.length === 0 && broken.length === 0;
    holds &&= held;
    say(
      `${name.padEnd(16)} ${away.length} answers: slowest 503 ${told(slowest)} (limit ${most.milliseconds}), slowest 200 ${told(slowestAnswer)}; ${isBack ? 'back without a restart' : 'NOT BACK'}${held ? '' : ': DOES NOT HOLD'}`,
    );
    for (const { path, status, body } of [...wrong, ...broken].slice(0, 5))
      say(`  ${path} ${status} ${body.slice(0, 200)}`);
  }
  const said = api.said();
  const bad = /unhandled|A request broke|A page broke/i.exec(said);
  holds &&= bad === null;
  say(`log      ${bad === null ? 'nothing unhandled, no request broke' : bad[0]}`);
  say(holds ? 'holds' : 'DOES NOT HOLD');
  process.exitCode = holds ? 0 : 1;
} finally {
  await stack.stop();
}
