import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Streams } from '../../adapters/stream/open-streams.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { batchingProducer } from '../../adapters/stream/batching-producer.js';
import { randomStream } from '../../simulator/random.js';
import { openHouse, type TestHouse } from './house.js';
import { startTestKafka } from './kafka.js';
import { startTestPostgres } from './postgres.js';
import { aMatch, aPrice, heardOn, streamsOn } from './streams.js';
import { startWire } from './wire.js';

/** What is done to the streams in one round, while messages are published and read. */
export const blows = [
  'consumer killed with -9',
  'processor killed with -9',
  'broker killed with -9',
  'Postgres killed with -9',
  'network to the broker cut',
  'network to Postgres cut',
] as const;
export type Blow = (typeof blows)[number];

/** What came of it. Prices of a match are told with home prices that rise by a hundredth a message. */
export interface RoundsOutcome {
  readonly blows: readonly Blow[];
  readonly published: number;
  /** Rows of bronze, and different ones among them. */
  readonly bronze: { readonly rows: number; readonly different: number };
  readonly silver: { readonly rows: number; readonly different: number };
  /** Matches of which a message overtook another: on its way into the topic, or from there to a committed row of bronze. */
  readonly outOfOrder: { readonly topic: number; readonly bronze: number };
}

const matches = 5;

const forkScript = (file: string, ...args: readonly string[]): ChildProcess =>
  fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });

/** Starts a process that brings messages to bronze until it is killed. */
export const forkReader = (brokers: string, databaseUrl: string): ChildProcess =>
  forkScript('./consume-until-killed.ts', brokers, databaseUrl);

/** Starts a process that brings what is in bronze to silver until it is killed. */
export const forkProcessor = (databaseUrl: string): ChildProcess =>
  forkScript('./process-until-killed.ts', databaseUrl);

async function kill(child: ChildProcess | undefined): Promise<void> {
  if (child?.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** Publishes prices, a few hundred a round, while in each round something is killed or cut; then waits until all is in silver, and counts. */
export async function streamRounds({
  rounds,
  perRound,
  seed,
  report = () => undefined,
}: {
  readonly rounds: number;
  readonly perRound: number;
  readonly seed: number;
  readonly report?: (line: string) => void;
}): Promise<RoundsOutcome> {
  const random = randomStream(seed, 'streams');
  const [kafka, postgres] = await Promise.all([startTestKafka(), startTestPostgres()]);
  const postgresWire = await startWire({ host: '127.0.0.1', port: postgres.server.port });
  const url = await postgres.freshDatabase();
  const throughWire = new URL(url);
  throughWire.port = String(postgresWire.port);
  const house = openHouse(url);
  house.pool.on('error', () => undefined);
  for (const { pool } of [house.pools.reader, house.pools.writer, house.pools.admin]) {
    pool.on('error', () => undefined);
  }
  const streams = await streamsOn(kafka.brokers);
  let reader: ChildProcess | undefined;
  let processor: ChildProcess | undefined;
  const startReader = (): void => {
    reader = forkReader(kafka.brokers, throughWire.href);
  };
  const startProcessor = (): void => {
    processor = forkProcessor(throughWire.href);
  };
  const strike: Readonly<Record<Blow, () => Promise<void>>> = {
    async 'consumer killed with -9'() {
      await kill(reader);
      startReader();
    },
    async 'processor killed with -9'() {
      await kill(processor);
      startProcessor();
    },
    async 'broker killed with -9'() {
      await kafka.kill();
      await kafka.start();
    },
    async 'Postgres killed with -9'() {
      await killBackend(house);
    },
    async 'network to the broker cut'() {
      kafka.wire.cut();
      await sleep(1_000 + random.below(1_000));
      kafka.wire.mend();
    },
    async 'network to Postgres cut'() {
      postgresWire.cut();
      await sleep(500 + random.below(1_000));
      postgresWire.mend();
    },
  };
  try {
    const names = Array.from({ length: matches }, (_, index) => `m-${index}`);
    await sendUntilTaken(
      streams,
      names.map((match, index) => aMatch({ match, home: homes[index] ?? '', away: aways[index] ?? '' })),
    );
    startReader();
    startProcessor();
    const struck: Blow[] = [];
    let sent = 0;
    for (let round = 0; round < rounds; round += 1) {
      const blow =
        blows[(round < blows.length ? round : random.below(blows.length)) % blows.length] ?? blows[0];
      struck.push(blow);
      report(`round ${round + 1}: ${blow}`);
      const striking = sleep(random.below(300)).then(strike[blow]);
      const told: Sent[] = [];
      for (let nthOfRound = 0; nthOfRound < perRound; nthOfRound += 1, sent += 1) {
        const match = names[sent % matches] ?? '';
        const nth = Math.floor(sent / matches);
        const at = new Date(Date.UTC(2024, 7, 10) + nth * 60_000).toISOString();
        told.push(aPrice({ match, at, home: Number((2 + nth / 1_000).toFixed(3)) }));
      }
      const sending = async (): Promise<void> => {
        for (let from = 0; from < told.length; from += 50) {
          await sendUntilTaken(streams, told.slice(from, from + 50));
        }
      };
      await Promise.all([striking, sending()]);
    }
    await untilSilverHas(house, sent);
    await kill(reader);
    await kill(processor);
    const counted = (table: string): Promise<{ rows: number; different: number }> =>
      one(
        house,
        `select count(*) as rows, count(distinct (${table === 'odds' ? 'match_id' : 'external_match_id'}, collected_at)) as different from ${table}`,
      );
    const heard = await heardOn(streams, 'odds-stream', 0);
    const topic = names.filter((match) => {
      const offered = heard.filter(({ key }) => key === match).map(({ value }) => value);
      // A message that was published twice lies there twice; none overtakes another.
      return offered.some(
        (value, index) => value < (offered[index - 1] ?? '') && !offered.slice(0, index).includes(value),
      );
    });
    // A batch is one transaction, and what it stores is created at one instant: a later transaction has later prices of a match.
    const { bronze } = await one<{ bronze: number }>(
      house,
      `select count(distinct match) as bronze from (
         select external_match_id as match,
           min(collected_at) < lag(max(collected_at)) over (partition by external_match_id order by created_at) as overtaken
         from raw_odds_data group by external_match_id, created_at) as x where overtaken`,
    );
    return {
      ...{
        blows: struck,
        published: sent,
        bronze: await counted('raw_odds_data'),
        silver: await counted('odds'),
      },
      outOfOrder: { topic: topic.length, bronze },
    };
  } finally {
    await kill(reader);
    await kill(processor);
    await house.close();
    await postgresWire.close();
    await Promise.all([kafka.stop(), postgres.stop()]);
  }
}

type Sent = ReturnType<typeof aPrice>;

/** As a producer of others does: what the broker has not acknowledged is sent again, in order, by a new connection. */
async function sendUntilTaken(streams: Streams, messages: readonly Sent[]): Promise<void> {
  let left = messages;
  while (left.length > 0) {
    const producer = await batchingProducer(streams.kafka, createMeters()).catch(() => undefined);
    if (producer === undefined) continue;
    const taken = await Promise.allSettled(
      left.map((message) => producer.send({ ...message, dataType: 'test' })),
    );
    const refused = taken.findIndex(({ status }) => status === 'rejected');
    left = refused === -1 ? [] : left.slice(refused);
    await producer.close().catch(() => undefined);
  }
}

const homes = ['Arsenal', 'Everton', 'Fulham', 'Brentford', 'Wolves'];
const aways = ['Chelsea', 'Liverpool', 'Leeds', 'Burnley', 'Newcastle'];

async function one<Result extends object>(house: TestHouse, text: string): Promise<Result> {
  const { rows } = await house.pool.query<Result>(text);
  const [row] = rows;
  if (row === undefined) throw new Error(`No row: ${text}`);
  return row;
}

/** Where one backend is killed with -9, Postgres ends all of them and recovers from its log. */
async function killBackend(house: TestHouse): Promise<void> {
  const { pid } = await one<{ pid: number }>(house, 'select pg_backend_pid() as pid');
  process.kill(pid, 'SIGKILL');
  for (;;) {
    const isBack = await house.pool.query('select 1').then(
      () => true,
      () => false,
    );
    if (isBack) return;
    await sleep(100);
  }
}

/** Long after the last blow; who is still at nothing then has stopped for good. */
const restWithinMs = 180_000;

async function untilSilverHas(house: TestHouse, rows: number): Promise<void> {
  const deadline = performance.now() + restWithinMs;
  for (;;) {
    const { bronze } = await one<{ bronze: number }>(house, 'select count(*) as bronze from raw_odds_data');
    const { silver } = await one<{ silver: number }>(house, 'select count(*) as silver from odds');
    if (silver >= rows) return;
    if (performance.now() > deadline)
      throw new Error(`Of ${rows} prices bronze has ${bronze} and silver ${silver}`);
    await sleep(200);
  }
}
