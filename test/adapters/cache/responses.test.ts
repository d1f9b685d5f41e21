import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Cache, Kept } from '../../../adapters/cache/cache.js';
import { openResponses, type OpenResponses } from '../../../adapters/cache/open-responses.js';
import { createMeters, type Meters } from '../../../adapters/metrics/meters.js';
import { openDatabase, type OpenDatabase } from '../../../adapters/postgres/open-database.js';
import { readVersions } from '../../../adapters/postgres/write-versions.js';
import { processedMatch } from '../../../schemas/cache.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';
import { startTestRedis, type TestRedis } from '../../support/redis.js';
import { insertRow, matchRow, seedMatch, type SeededMatch } from '../../support/silver-rows.js';

let postgres: TestPostgres;
let redis: TestRedis;
let source: OpenDatabase;
const open: { close(): Promise<void> }[] = [];
const said: string[] = [];
const log = { warn: (line: string) => void said.push(line), info: (line: string) => void said.push(line) };

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startTestPostgres(), startTestRedis()]);
  source = openDatabase(postgres.url, { applicationName: 'writers', max: 10 });
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
  said.length = 0;
});
afterAll(async () => {
  await source.db.destroy();
  await redis.stop();
  await postgres.stop();
});

interface Process {
  readonly cache: Cache;
  readonly meters: Meters;
  readonly pool: OpenDatabase['pool'];
}

/** What a process has: a pool, a connection that hears of writes, a cache. */
async function openProcess(redisUrl: string | undefined = redis.url, name = 'process'): Promise<Process> {
  const { pool, db } = openDatabase(postgres.url, { applicationName: name, max: 8 });
  const meters = createMeters();
  const responses: OpenResponses = await openResponses({
    ...{ redisUrl, url: postgres.url, applicationName: `${name} hears`, pool, meters, log },
  });
  open.push({ close: () => db.destroy() }, responses);
  return { cache: responses.cache, meters, pool };
}

async function playedMatch(): Promise<SeededMatch> {
  const match = await seedMatch(source.pool);
  await insertRow(source.pool, 'matches', { ...matchRow(match), home_score: 0, away_score: 0 });
  return match;
}

const goalsOf = ({ pool }: Process, { matchId }: SeededMatch, delayMs = 0): Kept<number> => ({
  ...{ key: processedMatch(matchId), schema: z.number() },
  compute: async () => {
    const { rows } = await pool.query<{ goals: number }>(
      'select home_score as goals from matches where id = $1',
      [matchId],
    );
    // Longer than a write takes: what is computed is old when it is kept.
    if (delayMs > 0) await sleep(delayMs);
    return rows[0]?.goals ?? NaN;
  },
});
/** Writes a goal, and returns how many there are and the versions of that write. */
async function score({ matchId }: SeededMatch) {
  const { rows } = await source.pool.query<{ goals: number }>(
    'update matches set home_score = (home_score + 1) % 100 where id = $1 returning home_score as goals',
    [matchId],
  );
  const [version = 0] = await readVersions(source.pool, [{ scope: 'match', id: matchId }]);
  return { goals: rows[0]?.goals ?? NaN, versions: [{ scope: 'match' as const, id: matchId, version }] };
}

describe.each([
  ['in Redis', () => redis.url],
  ['in the memory of each', () => undefined],
])('of two processes that keep %s', (_, url) => {
  it('both tell a write soon after its commit, whoever kept what was there before', async () => {
    const [one, other] = [await openProcess(url(), 'one'), await openProcess(url(), 'other')];
    const match = await playedMatch();
    for (const each of [one, other]) expect(await each.cache.through(goalsOf(each, match))).toBe(0);
    for (let goals = 1; goals <= 5; goals += 1) {
      await score(match);
      for (const each of [one, other]) {
        await expect.poll(() => each.cache.through(goalsOf(each, match)), { interval: 5 }).toBe(goals);
      }
    }
  });

  it('none of fifty readers and writers is ever told what is older than the write that he passes', async () => {
    const processes = [await openProcess(url(), 'one'), await openProcess(url(), 'other')];
    const matches = await Promise.all([playedMatch(), playedMatch(), playedMatch()]);
    /** The last write of each match that has been committed. */
    const written = new Map<SeededMatch, Awaited<ReturnType<typeof score>>>();
    let old = 0;
    let told = 0;
    const writer = async (no: number): Promise<void> => {
      const match = matches[no % matches.length];
      for (let times = 0; match !== undefined && times < 6; times += 1) {
        const one = await score(match);
        if (one.goals > (written.get(match)?.goals ?? 0)) written.set(match, one);
        await sleep(5);
      }
    };
    const reader = async (no: number): Promise<void> => {
      const [match, process] = [matches[no % matches.length], processes[no % processes.length]];
      for (let times = 0; match !== undefined && process !== undefined && times < 30; times += 1) {
        const passed = written.get(match);
        if (passed !== undefined) process.cache.learn(passed.versions);
        const goals = await process.cache.through(goalsOf(process, match, times % 3 === 0 ? 15 : 0));
        if (goals < (passed?.goals ?? 0)) old += 1;
        told += 1;
        await sleep(no % 4);
      }
    };
    await Promise.all([
      ...Array.from({ length: 12 }, (__, no) => writer(no)),
      ...Array.from({ length: 38 }, (__, no) => reader(no)),
    ]);
    expect([old, told]).toEqual([0, 38 * 30]);
    // Nor did any of them leave something old behind.
    for (const match of matches) {
      for (const process of processes) {
        await expect.poll(() => process.cache.through(goalsOf(process, match))).toBe(24);
      }
    }
  });
});

it('a process that could not hear of a write tells nothing that it kept before, and uses the cache again once it hears', async () => {
  const process = await openProcess(redis.url, 'deaf');
  const match = await playedMatch();
  const goals = () => process.cache.through(goalsOf(process, match));
  expect(await goals()).toBe(0);
  await expect.poll(() => process.cache.get(processedMatch(match.matchId), z.number())).toEqual({ value: 0 });
  await source.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'deaf hears'`,
  );
  await score(match);
  await expect.poll(goals).toBe(1);
  await expect.poll(() => process.cache.get(processedMatch(match.matchId), z.number())).toEqual({ value: 1 });
  expect(said.filter((line) => line.includes('hear'))).toHaveLength(2);
});

it('what a process kept before it ended is told by the next one only where nothing was written since', async () => {
  const match = await playedMatch();
  const first = await openProcess();
  await first.cache.fill(goalsOf(first, match));
  for (const one of open.splice(0).reverse()) await one.close();
  await score(match);
  const next = await openProcess();
  expect(await next.cache.get(processedMatch(match.matchId), z.number())).toBeUndefined();
  expect(await next.cache.through(goalsOf(next, match))).toBe(1);
});

describe('a Redis that goes away under load', () => {
  /** Asks without a pause until it is told to stop; every answer has to be right. */
  function load(process: Process, match: SeededMatch) {
    let isOn = true;
    const failed: unknown[] = [];
    let answers = 0;
    const ask = async (): Promise<void> => {
      while (isOn) {
        try {
          if (Number.isNaN(await process.cache.through(goalsOf(process, match)))) failed.push('no goals');
          answers += 1;
        } catch (error) {
          failed.push(error);
        }
        await sleep(2);
      }
    };
    const asking = Promise.all(Array.from({ length: 8 }, ask));
    return {
      failed,
      answers: () => answers,
      async stop() {
        isOn = false;
        await asking;
      },
    };
  }
  const hitsOf = async ({ meters }: Process): Promise<number> =>
    Number(
      /get",cache_type="match_info",status="hit"\} (\d+)/.exec((await meters.exposition()).text)?.[1] ?? 0,
    );

  const frozen = (): Promise<void> => {
    redis.freeze();
    return Promise.resolve();
  };
  const thawed = (): Promise<void> => {
    redis.thaw();
    return Promise.resolve();
  };

  it.each([
    ['stops answering', frozen, thawed],
    ['is killed', () => redis.kill(), () => redis.start()],
  ])(
    'and %s fails no request, answers writes that it missed with nothing, and is used again',
    async (_, goAway, comeBack) => {
      const process = await openProcess();
      const match = await playedMatch();
      const asking = load(process, match);
      await expect.poll(() => hitsOf(process)).toBeGreaterThan(20);
      await goAway();
      try {
        const before = asking.answers();
        await expect.poll(() => asking.answers() - before).toBeGreaterThan(100);
        await score(match);
        await expect.poll(() => process.cache.through(goalsOf(process, match))).toBe(1);
      } finally {
        await comeBack();
      }
      const hits = await hitsOf(process);
      await expect.poll(() => hitsOf(process), { timeout: 20_000 }).toBeGreaterThan(hits + 50);
      expect(await process.cache.through(goalsOf(process, match))).toBe(1);
      await asking.stop();
      expect(asking.failed).toEqual([]);
      // What the breaker saves: of all that asked meanwhile a handful asked Redis.
      const errors = /get",cache_type="match_info",status="error"\} (\d+)/.exec(
        (await process.meters.exposition()).text,
      );
      expect(Number(errors?.[1])).toBeGreaterThan(0);
    },
  );
});
