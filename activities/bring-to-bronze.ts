import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Meters } from '../adapters/metrics/meters.js';
import { rememberOffset } from '../adapters/postgres/streams/offsets.js';
import { tellLanded } from '../adapters/postgres/streams/landed.js';
import { inTransaction } from '../adapters/postgres/transaction.js';
import type { StreamBatch, StreamMessage } from '../adapters/stream/consume.js';
import { deadLetter } from '../adapters/stream/dead-letters.js';
import type { StreamProducer } from '../adapters/stream/batching-producer.js';
import { DependencyAway } from '../schemas/errors.js';
import type { StreamCounts } from '../schemas/jobs/streams.js';
import { instant } from '../schemas/values.js';
import { landMessages, type LandableMessage } from './land-messages.js';
import { readMessage, type KnownSources } from './read-messages.js';

export interface BringToBronzeDeps {
  /** The writer's. */
  readonly pool: pg.Pool;
  readonly meters: Pick<Meters, 'add' | 'observe'>;
  readonly sources: KnownSources;
  readonly group: string;
  /** What the editions of matches are called. */
  readonly runId: string;
  /** Sends what cannot be handled. */
  readonly letters: () => Promise<StreamProducer>;
  readonly signal: AbortSignal;
}

/** STRM-9. */
const tries = 3;
const awayPauseMs = 500;

interface Landable {
  readonly message: StreamMessage;
  readonly read: LandableMessage;
}
interface Poison {
  readonly message: StreamMessage;
  readonly cause: string;
}

/**
 * Brings a batch of messages to bronze in one transaction, with how far its partition is. What cannot be handled after three tries goes to the dead
 * letters; the rest of the batch does not wait for it. While Postgres is away it waits. Told again, the batch changes nothing.
 */
export async function bringToBronze(deps: BringToBronzeDeps, batch: StreamBatch): Promise<StreamCounts> {
  const begun = performance.now();
  const { topic, partition, messages } = batch;
  const landable: Landable[] = [];
  const poison: Poison[] = [];
  let own = 0;
  for (const message of messages) {
    const read = readMessage(topic, message, deps.sources);
    if (read.kind === 'own') own += 1;
    else if (read.kind === 'unreadable') poison.push({ message, cause: read.reason });
    else landable.push({ message, read });
  }
  await bury(deps, batch, poison);
  const { stored, refused } = await land(deps, batch, landable, (client) =>
    remember(client, deps.group, batch),
  );
  if (refused.length > 0) {
    await bury(deps, batch, refused);
    await untilItIsBack(deps, batch, () =>
      inTransaction(deps.pool, ({ client }) => remember(client, deps.group, batch)),
    );
  }
  const failed = poison.length + refused.length;
  deps.meters.add('kafka_messages_consumed_total', { topic, consumer_group: deps.group }, messages.length);
  deps.meters.add('football_stream_dead_letters_total', { topic }, failed);
  deps.meters.observe(
    'stream_processing_duration_seconds',
    { operation_type: 'land' },
    (performance.now() - begun) / 1_000,
  );
  const known = landable.length - refused.length - stored;
  return { handled: messages.length, stored, known, own, failed };

  function remember(client: pg.ClientBase, group: string, whole: StreamBatch): Promise<void> {
    const last = whole.messages.at(-1);
    if (last === undefined) return Promise.resolve();
    return rememberOffset(client, {
      ...{ group, topic, partition, nextOffset: last.offset + 1 },
      newestAt: new Date(Math.max(...whole.messages.map(({ timestamp }) => timestamp))),
    });
  }
}

interface Landed {
  readonly stored: number;
  readonly refused: readonly Poison[];
}

/** All in one transaction; where that fails for good, in halves, until those are alone that cannot be stored. */
async function land(
  deps: BringToBronzeDeps,
  batch: StreamBatch,
  part: readonly Landable[],
  alongside: (client: pg.ClientBase) => Promise<void>,
): Promise<Landed> {
  let failure: unknown;
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    try {
      const stored = await untilItIsBack(deps, batch, () =>
        inTransaction(deps.pool, async (transaction) => {
          const { runId } = deps;
          const read = part.map((one) => one.read);
          const count = await landMessages(transaction, read, { runId, now: instant(Date.now()) });
          await alongside(transaction.client);
          if (count > 0) await tellLanded(transaction.client);
          return count;
        }),
      );
      return { stored, refused: [] };
    } catch (error) {
      if (deps.signal.aborted) throw error;
      failure = error;
    }
    await batch.heartbeat();
  }
  const [only] = part;
  if (only === undefined) throw failure;
  if (part.length === 1) {
    const cause = failure instanceof Error ? failure.message : String(failure);
    return { stored: 0, refused: [{ message: only.message, cause }] };
  }
  const middle = Math.ceil(part.length / 2);
  const nothingElse = (): Promise<void> => Promise.resolve();
  const first = await land(deps, batch, part.slice(0, middle), nothingElse);
  const second = await land(deps, batch, part.slice(middle), nothingElse);
  return { stored: first.stored + second.stored, refused: [...first.refused, ...second.refused] };
}

/** Postgres that is away is no fault of a message. */
async function untilItIsBack<T>(
  { signal }: BringToBronzeDeps,
  { heartbeat }: StreamBatch,
  work: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DependencyAway) || signal.aborted) throw error;
    }
    await sleep(awayPauseMs, undefined, { signal }).catch(() => undefined);
    await heartbeat();
  }
}

/** Written before the offset is: a crash between the two writes the letter twice, and loses none. */
async function bury(
  { letters }: BringToBronzeDeps,
  { topic, partition }: StreamBatch,
  poison: readonly Poison[],
): Promise<void> {
  if (poison.length === 0) return;
  const producer = await letters();
  await Promise.all(
    poison.map(({ message, cause }) =>
      producer.send(deadLetter({ topic, partition, message, cause, attempts: tries })),
    ),
  );
}
