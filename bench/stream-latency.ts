import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createMeters } from '../adapters/metrics/meters.js';
import { batchingProducer } from '../adapters/stream/batching-producer.js';
import { projectRoot } from '../config.js';
import { openHouse } from '../test/support/house.js';
import { startTestKafka } from '../test/support/kafka.js';
import { startTestPostgres } from '../test/support/postgres.js';
import { forkProcessor, forkReader } from '../test/support/stream-rounds.js';
import { aMatch, aPrice, publish, streamsOn } from '../test/support/streams.js';
import { machine, revision } from './support/machine.js';

/**
 * How long a price takes from its publication on Kafka to its row of silver, while so many a second come: a reader and a processor in processes of their
 * own, as workers have them but without Temporal between the steps. A row counts from the commit of its transaction, which Postgres notes. What is published in
 * the first seconds, while both processes have just begun, is told and not held against the limit. Ends with 1 where that is missed.
 *
 *   node --import tsx bench/stream-latency.ts [--rate 2000] [--seconds 30] [--matches 300]
 */
const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '30' },
    matches: { type: 'string', default: '300' },
  },
});
const [rate, seconds, matches] = [Number(values.rate), Number(values.seconds), Number(values.matches)];
const limitMs = 2_000;
const warmUpMs = 5_000;
const bookmakers = ['Bet365', 'Pinnacle', 'William Hill', 'Bwin'];
const teams = [
  ...['Arsenal', 'Aston Villa', 'Bournemouth', 'Brentford', 'Brighton', 'Burnley', 'Chelsea', 'Everton'],
  ...['Crystal Palace', 'Fulham', 'Leeds', 'Liverpool', 'Man City', 'Man United', 'Newcastle', 'Sunderland'],
  ...["Nott'm Forest", 'Tottenham', 'West Ham', 'Wolves'],
];
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
say(`machine  ${machine()}`);
say(`commit   ${revision(projectRoot)}`);
say(
  `command  node --import tsx bench/stream-latency.ts --rate ${rate} --seconds ${seconds} --matches ${matches}`,
);

/** The processor time of another process so far; Linux counts it in hundredths of a second. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

interface Price {
  readonly waited: number;
}
/** How long that part of them waited at most. */
function shareOf(prices: readonly Price[], part: number): number {
  const waits = prices.map(({ waited }) => waited).sort((a, b) => a - b);
  return waits[Math.ceil(part * waits.length) - 1] ?? Infinity;
}
function sharesOf(prices: readonly Price[]): string {
  const [p50 = 0, p90 = 0, p99 = 0, longest = 0] = [0.5, 0.9, 0.99, 1].map((part) => shareOf(prices, part));
  return `p50 ${p50.toFixed(0)} ms, p90 ${p90.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, longest ${longest.toFixed(0)} ms`;
}

/** Of a server with a process for each session. */
function cpuMsOfSessions(pid: number): number {
  const sessions = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  return sessions.reduce((sum, session) => {
    try {
      return sum + cpuMs(session);
    } catch {
      // It has ended meanwhile.
      return sum;
    }
  }, 0);
}

const [kafka, postgres] = await Promise.all([startTestKafka(), startTestPostgres()]);
const url = await postgres.freshDatabase();
const house = openHouse(url);
const children: ChildProcess[] = [];
let failed: boolean;
try {
  const streams = await streamsOn(kafka.brokers);
  const now = Date.now();
  const pairs = teams
    .flatMap((home) => teams.filter((away) => away !== home).map((away) => ({ home, away })))
    .slice(0, matches);
  const season =
    new Date(now).getUTCMonth() < 6 ? new Date(now).getUTCFullYear() - 1 : new Date(now).getUTCFullYear();
  await publish(
    streams,
    pairs.map((pair, index) => {
      const told = aMatch({
        ...{ ...pair, match: `match-${index}`, at: new Date(now).toISOString() },
        kickoff: new Date(now + (48 + index) * 3_600_000).toISOString(),
      });
      return { ...told, value: told.value.replace('2024-25', `${season}-${(season + 1) % 100}`) };
    }),
  );
  children.push(forkReader(kafka.brokers, url));
  children.push(forkProcessor(url));
  const countOf = async (text: string): Promise<number> =>
    (await house.pool.query<{ n: number }>(text)).rows[0]?.n ?? 0;
  while ((await countOf('select count(*) as n from matches')) < pairs.length) await sleep(200);
  say(`data     ${pairs.length} matches in silver, ${bookmakers.length} bookmakers`);

  const before = children.map(({ pid }) => cpuMs(pid ?? 0));
  const sessionsBefore = cpuMsOfSessions(postgres.server.pid);
  let sent = 0;
  const producer = await batchingProducer(streams.kafka, createMeters());
  const begun = Date.now();
  const sending: Promise<void>[] = [];
  while (sent < rate * seconds) {
    const due = Math.min(rate * seconds, Math.floor(((Date.now() - begun) * rate) / 1_000));
    // A time of its own for each price of a match and bookmaker, and never twice the same price: each is a row. A bookmaker's margin is 3 to 7 %.
    const at = new Date().toISOString();
    for (; sent < due; sent += 1) {
      const price = aPrice({
        ...{
          match: `match-${sent % pairs.length}`,
          at,
          home: (2_000 + 4 * (Math.floor(sent / 1_200) % 50)) / 1_000,
        },
        bookmaker: bookmakers[Math.floor(sent / pairs.length) % bookmakers.length] ?? '',
      });
      sending.push(producer.send({ ...price, dataType: 'odds' }));
    }
    await sleep(10);
  }
  await Promise.all(sending);
  const took = (Date.now() - begun) / 1_000;
  await producer.close();
  const giveUp = performance.now() + 120_000;
  while ((await countOf('select count(*) as n from odds')) < sent && performance.now() < giveUp)
    await sleep(500);
  const { rows: prices } = await house.pool.query<{ waited: number; at: Date }>(
    `select (extract(epoch from pg_xact_commit_timestamp(xmin) - collected_at) * 1000)::float8 as waited, collected_at as at
     from odds where collected_at >= $1`,
    [new Date(now)],
  );
  const sessions = cpuMsOfSessions(postgres.server.pid) - sessionsBefore;
  // Rows carry the instants at which their transactions began.
  const { rows: stages } = await house.pool.query<{
    readonly toBronze: number[];
    readonly pending: number[];
  }>(
    `select percentile_cont(array[.5, .9, .99]) within group (order by extract(epoch from r.created_at - o.collected_at) * 1000) as "toBronze",
       percentile_cont(array[.5, .9, .99]) within group (order by extract(epoch from o.created_at - r.created_at) * 1000) as pending
     from odds o join raw_odds_data r on r.id = o.raw_odds_id and r.collected_at = o.collected_at where o.collected_at >= $1`,
    [new Date(now)],
  );
  const batches = await house.pool.query<{ name: string; n: number; most: number; mean: number }>(
    `select 'bronze' as name, count(*)::int as n, max(c)::int as most, avg(c)::int as mean from (select count(*) as c from raw_odds_data where collected_at >= $1 group by created_at) as b
     union all select 'silver', count(*)::int, max(c)::int, avg(c)::int from (select count(*) as c from odds where collected_at >= $1 group by created_at) as b`,
    [new Date(now)],
  );
  const steady = prices.filter(({ at }) => at.getTime() >= begun + warmUpMs);
  say(`publish  ${sent} prices in ${took.toFixed(1)} s, ${Math.round(sent / took)} a second`);
  say(`silver   ${prices.length} rows`);
  say(`latency  of all: ${sharesOf(prices)}`);
  say(
    `latency  of those after the first ${warmUpMs / 1_000} s: ${sharesOf(steady)} (limit of p99 ${limitMs} ms)`,
  );
  const [stage] = stages;
  const told = ([p50 = 0, p90 = 0, p99 = 0]: readonly number[] = []): string =>
    `p50 ${p50.toFixed(0)} ms, p90 ${p90.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`;
  say(`stage    until its transaction of bronze begins: ${told(stage?.toBronze)}`);
  say(`stage    from then until its transaction of silver begins: ${told(stage?.pending)}`);
  for (const { name, n, most, mean } of batches.rows)
    say(`batches  ${name}: ${n} transactions of ${mean} prices, at most ${most}`);
  const [reader = 0, processor = 0] = children.map(
    ({ pid }, place) => cpuMs(pid ?? 0) - (before[place] ?? 0),
  );
  const each = (ms: number): string => `${((1_000 * ms) / sent).toFixed(0)} µs a price`;
  say(`CPU      reader ${each(reader)}, processor ${each(processor)}, Postgres ${each(sessions)}`);
  failed = prices.length !== sent || shareOf(steady, 0.99) >= limitMs;
} finally {
  for (const child of children) {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  await house.close();
  await Promise.all([kafka.stop(), postgres.stop()]);
}
say(failed ? 'MISSED' : 'held');
process.exit(failed ? 1 : 0);
