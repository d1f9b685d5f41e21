import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { deliverLineage } from '../../../adapters/lineage/deliver.js';
import { postgresSink } from '../../../adapters/lineage/postgres-sink.js';
import { lineageReceiver } from '../../../adapters/lineage/receiver.js';
import { attemptRunId } from '../../../adapters/lineage/run-id.js';
import { openDatabase, type OpenDatabase } from '../../../adapters/postgres/open-database.js';
import type { LineageEvent } from '../../../schemas/lineage.js';
import { instant } from '../../../schemas/values.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';

let postgres: TestPostgres;
let database: OpenDatabase;
beforeAll(async () => {
  postgres = await startTestPostgres();
  database = openDatabase((await postgres.roleUrls()).writer, { applicationName: 'test', max: 4 });
});
afterAll(async () => {
  await database.db.destroy();
  await postgres.stop();
});

const event = (no: number): LineageEvent => ({
  ...{
    eventTime: instant(no),
    eventType: 'START',
    parentRunId: null,
    producer: 'urn:test',
    inputs: [],
    outputs: [],
  },
  runId: attemptRunId({
    ...{
      taskName: 'a',
      workflowType: 'w',
      workflowId: 'w',
      runId: 'r',
      activityId: String(no),
      retryCount: 0,
    },
  }),
  job: { namespace: 'touchline', name: `job ${no}` },
  facets: { run: {}, job: {}, outputs: {} },
});
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, no) => no + from);
const write = (nos: readonly number[]) => postgresSink(database.pool).write(nos.map(event));

const Told = z.object({ job: z.object({ name: z.string() }) });

/** Answers each event by what it is told to, and keeps those that it took, in their order. */
class Receiver {
  readonly taken: string[] = [];
  readonly #server: Server;
  constructor(answer: (name: string) => number) {
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => void parts.push(part));
      request.on('end', () => {
        const { job } = Told.parse(JSON.parse(Buffer.concat(parts).toString()));
        const status = request.url === '/api/v1/lineage' ? answer(job.name) : 404;
        if (status < 300) this.taken.push(job.name);
        response.writeHead(status).end();
      });
    });
  }
  async listen(port = 0): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const running: { readonly stop: AbortController; readonly ended: Promise<void> }[] = [];
const warnings: string[] = [];
function deliver(port: number): void {
  const stop = new AbortController();
  const options = {
    ...{
      pool: database.pool,
      receiver: lineageReceiver(`http://user:secret@127.0.0.1:${port}`),
      idleMs: 20,
      retryMs: 20,
    },
    log: { warn: (line: string) => void warnings.push(line) },
  };
  running.push({ stop, ended: deliverLineage(options, stop.signal) });
}
afterEach(async () => {
  for (const { stop } of running) stop.abort();
  await Promise.all(running.splice(0).map(({ ended }) => ended));
});

const names = (nos: readonly number[]) => nos.map((no) => `job ${no}`);

it('events are sent in their order, each once, by several workers and over times without a receiver; one that is refused holds up none', async () => {
  await write(numbers(25));
  let answers = 0;
  // Every seventh answer is that of an overloaded server; event 13 is refused for good.
  const answer = (name: string) => (name === 'job 13' ? 422 : (answers += 1) % 7 === 0 ? 503 : 201);
  const receiver = new Receiver(answer);
  const port = await receiver.listen();
  for (let worker = 0; worker < 3; worker += 1) deliver(port);
  const expected = names(numbers(25).filter((no) => no !== 13));
  await expect.poll(() => receiver.taken).toEqual(expected);
  await receiver.close();

  await write(numbers(20, 25));
  await expect.poll(() => warnings.some((line) => line.includes('is away'))).toBe(true);
  const later = new Receiver(answer);
  await later.listen(port);
  await expect.poll(() => later.taken).toEqual(names(numbers(20, 25)));
  await later.close();
  const deliveries = () =>
    database.pool.query('select receiver, sent, refused, trouble is null as well from lineage_deliveries');
  const { rows } = await deliveries();
  expect(rows).toMatchObject([{ receiver: `http://127.0.0.1:${port}/api/v1/lineage`, sent: 44, refused: 1 }]);
  expect(warnings.filter((line) => line.includes('secret'))).toEqual([]);
});

it('ids rise in the order of commits, however many write at once: no event is passed over', async () => {
  const seen: number[] = [];
  const { rows: before } = await database.pool.query<{ last: number }>(
    'select max(id) as last from lineage_events',
  );
  const writing = new AbortController();
  const reading = (async () => {
    for (let last = before[0]?.last ?? -1; ;) {
      const isLast = writing.signal.aborted;
      const { rows } = await database.pool.query<{ id: number }>(
        `select id from lineage_events where id > $1 order by id limit 7`,
        [last],
      );
      seen.push(...rows.map(({ id }) => id));
      last = rows.at(-1)?.id ?? last;
      if (isLast && rows.length === 0) return;
      await sleep(1);
    }
  })();
  await Promise.all(
    numbers(3).map(async (writer) => {
      for (const no of numbers(40)) await write(numbers(5, 10_000 + writer * 1_000 + no * 5));
    }),
  );
  writing.abort();
  await reading;
  expect(seen).toHaveLength(600);
});
