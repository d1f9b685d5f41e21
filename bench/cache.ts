import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Cache, Kept } from '../adapters/cache/cache.js';
import { openResponses } from '../adapters/cache/open-responses.js';
import { createMeters } from '../adapters/metrics/meters.js';
import { openDatabase } from '../adapters/postgres/open-database.js';
import { projectRoot } from '../config.js';
import { processedMatch } from '../schemas/cache.js';
import { makeTestFolder } from '../test/support/folder.js';
import { startTestPostgres } from '../test/support/postgres.js';
import { startTestRedis, type TestRedis } from '../test/support/redis.js';
import { insertRow, matchRow, seedMatch } from '../test/support/silver-rows.js';
import { cachedMatchday } from './support/cached-matchday.js';
import { machine, revision } from './support/machine.js';

/**
 * What a cache of responses does. (1) Staleness: three processes, fifty readers, ask for ten matches without a pause while another writes one every 20 ms; of each commit and process the time
 * from the commit until the last answer began that was older, in Redis and in the memory of each. Limit: 100 ms at the 99th percentile. (2) A Redis that stops answering, and one that is
 * killed, under load: no request may fail, from the second second on a request takes less than 20 ms more at the 99th percentile, and ten seconds after its return the cache is used. (3) The rate of hits
 * over a matchday of the simulated season, its scores and prices collected and refined as a house does it; readers ask through what the API asks through. Limit: 85 % at one reader a match who
 * looks once a minute. Who looks less often finds less: other rates are printed beside it.
 *
 *   node --import tsx bench/cache.ts [--seconds 10] [--matchday 3] [--hours 24]
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '10' },
    matchday: { type: 'string', default: '3' },
    hours: { type: 'string', default: '24' },
    url: { type: 'string', default: '' },
    redis: { type: 'string', default: '' },
    ids: { type: 'string', default: '' },
    readers: { type: 'string', default: '0' },
  },
});
const seconds = Number(values.seconds);
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const quiet = { warn: () => undefined, info: () => undefined };

const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN;

async function openProcess(url: string, redisUrl: string | undefined, name: string) {
  const { pool, db } = openDatabase(url, { applicationName: name, max: 8 });
  const responses = await openResponses({
    ...{ redisUrl, url, applicationName: `${name} hears`, pool, meters: createMeters(), log: quiet },
  });
  const goals = (id: number): Kept<number> => ({
    ...{ key: processedMatch(id), schema: z.number() },
    compute: async () => {
      const { rows } = await pool.query<{ goals: number }>(
        'select home_score as goals from matches where id = $1',
        [id],
      );
      return rows[0]?.goals ?? NaN;
    },
  });
  return {
    ...{ cache: responses.cache, goals, pool },
    async close() {
      await responses.close();
      await db.destroy();
    },
  };
}

/** An answer: which match, when it was asked for, and what it was. */
type Answer = readonly [id: number, begunAt: number, goals: number];

/** What a process of readers does: it asks until it is told to stop, and then tells what it was answered. */
async function read(): Promise<void> {
  const ids = values.ids.split(',').map(Number);
  const one = await openProcess(values.url, values.redis === '' ? undefined : values.redis, 'reads');
  const answers: Answer[] = [];
  let isOn = true;
  const stopped = once(process, 'message').then(() => {
    isOn = false;
  });
  process.send?.('ready');
  await Promise.all(
    Array.from({ length: Number(values.readers) }, async (_, no) => {
      for (let times = no; isOn; times += 1) {
        const id = ids[times % ids.length] ?? NaN;
        const begunAt = Date.now();
        answers.push([id, begunAt, await one.cache.through(one.goals(id))]);
        await sleep(1);
      }
    }),
  );
  await stopped;
  await one.close();
  await new Promise<void>((resolve) =>
    process.send?.(answers, undefined, {}, () => {
      resolve();
    }),
  );
  process.disconnect();
}

const Answers = z.array(z.tuple([z.number(), z.number(), z.number()]));

async function staleness(
  url: string,
  redisUrl: string | undefined,
): Promise<{ p99: number; p50: number; commits: number; answers: number }> {
  const writer = openDatabase(url, { applicationName: 'writes', max: 2 });
  const ids: number[] = [];
  for (let no = 0; no < 10; no += 1) {
    const match = await seedMatch(writer.pool);
    await insertRow(writer.pool, 'matches', { ...matchRow(match), home_score: 0 });
    ids.push(match.matchId);
  }
  const processes: ChildProcess[] = [17, 17, 16].map((readers) =>
    fork(fileURLToPath(import.meta.url), [
      ...[
        'read',
        '--url',
        url,
        '--redis',
        redisUrl ?? '',
        '--ids',
        ids.join(','),
        '--readers',
        String(readers),
      ],
    ]),
  );
  await Promise.all(processes.map((each) => once(each, 'message')));
  /** Of each match when each number of goals had been committed. */
  const committed = new Map(ids.map((id) => [id, [0]]));
  const end = performance.now() + 1_000 * seconds;
  for (let no = 0; performance.now() < end; no += 1) {
    const id = ids[no % ids.length] ?? NaN;
    const of = committed.get(id) ?? [];
    // A score stays within two digits.
    if (of.length > 99) break;
    await writer.pool.query('update matches set home_score = $2 where id = $1', [id, of.length]);
    of.push(Date.now());
    await sleep(20);
  }
  await sleep(1_000);
  const stale: number[] = [];
  let answers = 0;
  for (const each of processes) {
    const told = once(each, 'message');
    each.send('stop');
    const found = Answers.parse((await told)[0]);
    answers += found.length;
    const last = new Map<string, number>();
    for (const [id, begunAt, goals] of found) {
      const of = committed.get(id) ?? [];
      // Every write that had been committed when it was asked for and is not in it.
      for (let missed = goals + 1; missed < of.length && (of[missed] ?? Infinity) < begunAt; missed += 1) {
        const name = `${id}:${missed}`;
        last.set(name, Math.max(last.get(name) ?? 0, begunAt - (of[missed] ?? begunAt)));
      }
    }
    for (const of of committed)
      for (let n = 1; n < of[1].length; n += 1) stale.push(last.get(`${of[0]}:${n}`) ?? 0);
  }
  await writer.db.destroy();
  stale.sort((one, other) => one - other);
  return {
    ...{ p50: quantile(stale, 0.5), p99: quantile(stale, 0.99), answers },
    commits: [...committed.values()].reduce((sum, of) => sum + of.length - 1, 0),
  };
}

interface Timed {
  readonly at: number;
  readonly ms: number;
}

/** Eight who ask for ten matches without a pause, timed. */
function load(cache: Cache, goals: (id: number) => Kept<number>, ids: readonly number[]) {
  const timed: Timed[] = [];
  let failed = 0;
  let isOn = true;
  const asking = Promise.all(
    Array.from({ length: 8 }, async (_, no) => {
      for (let times = no; isOn; times += 1) {
        const at = performance.now();
        await cache.through(goals(ids[times % ids.length] ?? NaN)).catch(() => {
          failed += 1;
        });
        timed.push({ at, ms: performance.now() - at });
        await sleep(2);
      }
    }),
  );
  return {
    timed,
    failed: () => failed,
    async stop() {
      isOn = false;
      await asking;
    },
  };
}

async function outage(url: string, redis: TestRedis, how: 'stopped' | 'killed') {
  const one = await openProcess(url, redis.url, 'outage');
  const { rows } = await one.pool.query<{ id: number }>('select id from matches order by id limit 10');
  const asking = load(
    one.cache,
    one.goals,
    rows.map(({ id }) => id),
  );
  await sleep(3_000);
  const goneAt = performance.now();
  if (how === 'stopped') redis.freeze();
  else await redis.kill();
  await sleep(6_000);
  if (how === 'stopped') redis.thaw();
  else await redis.start();
  const backAt = performance.now();
  let usedAfter = Infinity;
  while (performance.now() - backAt < 15_000) {
    const found = await one.cache.get(processedMatch(rows[0]?.id ?? NaN), z.number());
    if (found !== undefined) {
      usedAfter = performance.now() - backAt;
      break;
    }
    await sleep(50);
  }
  await asking.stop();
  await one.close();
  const p99Of = (from: number, until: number): number =>
    quantile(
      asking.timed
        .filter(({ at }) => at >= from && at < until)
        .map(({ ms }) => ms)
        .sort((a, b) => a - b),
      0.99,
    );
  return {
    ...{ failed: asking.failed(), asked: asking.timed.length, usedAfter },
    ...{ before: p99Of(0, goneAt), during: p99Of(goneAt + 1_000, backAt) },
    longest: Math.max(...asking.timed.filter(({ at }) => at < backAt).map(({ ms }) => ms)),
  };
}

async function judgeAll(): Promise<boolean> {
  say(`machine  ${machine()}`);
  say(`code     ${revision(projectRoot)}`);
  say(`command  node --import tsx bench/cache.ts ${process.argv.slice(2).join(' ')}`);
  let holds = true;
  const judge = (what: string, figure: string, is: boolean, about: string): void => {
    holds &&= is;
    say(`${what.padEnd(44)} ${figure.padEnd(12)} ${is ? 'holds' : 'FAILS'}  ${about}`);
  };
  const [postgres, redis, folder] = await Promise.all([
    startTestPostgres(),
    startTestRedis('everysec'),
    makeTestFolder(),
  ]);
  try {
    for (const place of ['redis', 'memory'] as const) {
      const { p99, p50, commits, answers } = await staleness(
        postgres.url,
        place === 'redis' ? redis.url : undefined,
      );
      judge(
        `staleness, ${place}, p99`,
        `${p99.toFixed(0)} ms`,
        p99 <= 100,
        `(limit 100; median ${p50.toFixed(0)} ms; ${commits} commits in three processes, ${answers} answers)`,
      );
    }
    for (const how of ['stopped', 'killed'] as const) {
      const { failed, asked, before, during, longest, usedAfter } = await outage(postgres.url, redis, how);
      judge(`Redis ${how}, failed requests`, String(failed), failed === 0, `(limit 0, of ${asked})`);
      judge(
        `Redis ${how}, p99 grows by`,
        `${(during - before).toFixed(1)} ms`,
        during - before < 20,
        `(limit 20; from ${before.toFixed(1)} to ${during.toFixed(1)} ms after the first second; the longest took ${longest.toFixed(0)} ms)`,
      );
      judge(
        `Redis ${how}, used again after`,
        `${usedAfter.toFixed(0)} ms`,
        usedAfter < 10_000,
        '(limit 10,000)',
      );
    }
    const played = await cachedMatchday(await postgres.freshDatabase(), {
      folder: folder.path,
      matchday: Number(values.matchday),
      looksPerHour: [60, 12, 4],
      atMostHours: Number(values.hours),
    });
    const { matches, hours, writes, wrong, compared } = played;
    say(
      `matchday ${values.matchday}: ${matches} matches, ${hours.toFixed(1)} hours, ${writes} times something was written`,
    );
    judge('answers that are not of now', String(wrong), wrong === 0, `(limit 0, of ${compared})`);
    for (const { looksPerHour, byType, ...all } of played.reads) {
      for (const [what, { asked, hits }] of [['all', all] as const, ...byType]) {
        const rate = (100 * hits) / asked;
        const isJudged = looksPerHour === 60 && what === 'all';
        judge(
          `hits, ${looksPerHour} looks an hour, ${what}`,
          `${rate.toFixed(1)} %`,
          !isJudged || rate >= 85,
          `(${isJudged ? 'limit 85' : 'no limit'}; ${asked} asked for)`,
        );
      }
    }
  } finally {
    await redis.stop();
    await postgres.stop();
    await folder.remove();
  }
  return holds;
}

if (positionals[0] === 'read') await read();
else process.exitCode = (await judgeAll()) ? 0 : 1;
