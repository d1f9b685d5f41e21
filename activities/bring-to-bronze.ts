import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Meters } from '../adapters/metrics/meters.js';
import { rememberOffsets } from '../adapters/postgres/streams/offsets.js';
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
  readonly batch: StreamBatch;
  readonly message: StreamMessage;
  readonly read: LandableMessage;
}
interface Poison {
  readonly batch: StreamBatch;
  readonly message: StreamMessage;
  readonly cause: string;
}

/**
 * Brings batches of messages, each of another partition, to bronze in one transaction, with how far their partitions are. What cannot be handled after three tries
 * goes to the dead letters; the rest does not wait for it. While Postgres is away it waits. Told again, a batch changes nothing.
 */
export async function bringToBronze(
  deps: BringToBronzeDeps,
  batches: readonly StreamBatch[],
): Promise<StreamCounts> {
  const begun = performance.now();
  const landable: Landable[] = [];
  const poison: Poison[] = [];
  let own = 0;
  for (const batch of batches) {
    for (const message of batch.messages) {
      const read = readMessage(batch.topic, message, deps.sources);
      if (read.kind === 'own') own += 1;
      else if (read.kind === 'unreadable') poison.push({ batch, message, cause: read.reason });
      else landable.push({ batch, message, read });
    }
  }
  await bury(deps, poison);
  const remember = (client: pg.ClientBase): Promise<void> => rememberAll(client, deps.group, batches);
  const { stored, refused } = await land(deps, batches, landable, remember);
  if (refused.length > 0) {
    await bury(deps, refused);
    await untilItIsBack(deps, batches, () => inTransaction(deps.pool, ({ client }) => remember(client)));
  }
  for (const { topic, messages } of batches)
    deps.meters.add('kafka_messages_consumed_total', { topic, consumer_group: deps.group }, messages.length);
  for (const { batch } of [...poison, ...refused])
    deps.meters.add('football_stream_dead_letters_total', { topic: batch.topic });
  deps.meters.observe(
    'stream_processing_duration_seconds',
    { operation_type: 'land' },
    (performance.now() - begun) / 1_000,
  );
  const handled = batches.reduce((sum, { messages }) => sum + messages.length, 0);
  const failed = poison.length + refused.length;
  return { handled, stored, known: landable.length - refused.length - stored, own, failed };
}

async function rememberAll(
  client: pg.ClientBase,
  group: string,
  batches: readonly StreamBatch[],
): Promise<void> {
  await rememberOffsets(
    client,
    group,
    batches.flatMap(({ topic, partition, messages }) => {
      const last = messages.at(-1);
      if (last === undefined) return [];
      const newestAt = new Date(messages.reduce((most, { timestamp }) => Math.max(most, timestamp), 0));
      return [{ topic, partition, nextOffset: last.offset + 1, newestAt }];
    }),
  );
}

interface Landed {
  readonly stored: number;
  readonly refused: readonly Poison[];
}

/** All in one transaction; where that fails for good, in halves, until those are alone that cannot be stored. */
async function land(
  deps: BringToBronzeDeps,
  batches: readonly StreamBatch[],
  part: readonly Landable[],
  alongside: (client: pg.ClientBase) => Promise<void>,
): Promise<Landed> {
  let failure: unknown;
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    try {
      const stored = await untilItIsBack(deps, batches, () =>
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
    await stayIn(batches);
  }
  const [only] = part;
  if (only === undefined) throw failure;
  if (part.length === 1) {
    const cause = failure instanceof Error ? failure.message : String(failure);
    return { stored: 0, refused: [{ batch: only.batch, message: only.message, cause }] };
  }
  const middle = Math.ceil(part.length / 2);
  const nothingElse = (): Promise<void> => Promise.resolve();
  const first = await land(deps, batches, part.slice(0, middle), nothingElse);
  const second = await land(deps, batches, part.slice(middle), nothingElse);
  return { stored: first.stored + second.stored, refused: [...first.refused, ...second.refused] };
}

async function stayIn(batches: readonly StreamBatch[]): Promise<void> {
  for (const { heartbeat } of batches) await heartbeat();
}

/** Postgres that is away is no fault of a message. */
async function untilItIsBack<T>(
  { signal }: BringToBronzeDeps,
  batches: readonly StreamBatch[],
  work: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DependencyAway) || signal.aborted) throw error;
    }
    await sleep(awayPauseMs, undefined, { signal }).catch(() => undefined);
    await stayIn(batches);
  }
}

/** Written before the offset is: a crash between the two writes the letter twice, and loses none. */
async function bury({ letters }: BringToBronzeDeps, poison: readonly Poison[]): Promise<void> {
  if (poison.length === 0) return;
  const producer = await letters();
  await Promise.all(
    poison.map(({ batch: { topic, partition }, message, cause }) =>
      producer.send(deadLetter({ topic, partition, message, cause, attempts: tries })),
    ),
  );
}
