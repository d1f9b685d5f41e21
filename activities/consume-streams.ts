import { Context } from '@temporalio/activity';
import { ensurePartitions } from '../adapters/postgres/partitions.js';
import { reachingPostgres } from '../adapters/postgres/away.js';
import { batchingProducer, type StreamProducer } from '../adapters/stream/batching-producer.js';
import { reachingKafka } from '../adapters/stream/connect.js';
import { consumeTopics, type StreamBatch } from '../adapters/stream/consume.js';
import { groupLag } from '../adapters/stream/lag.js';
import { withoutBrokers, type Streams } from '../adapters/stream/open-streams.js';
import { taskAttempt } from '../adapters/temporal/attempt.js';
import { timeLimit } from '../adapters/time-limit.js';
import { consumerGroup } from '../schemas/events/topics.js';
import {
  addCounts,
  noMessages,
  type ConsumeStreamsPlan,
  type StreamCounts,
} from '../schemas/jobs/streams.js';
import { bringToBronze, type BringToBronzeDeps } from './bring-to-bronze.js';
import { gathered } from './gathered.js';
import { heartbeating } from './heartbeating.js';
import type pg from 'pg';

export interface ConsumeStreamsDeps extends Pick<BringToBronzeDeps, 'pool' | 'sources'> {
  readonly meters: BringToBronzeDeps['meters'] & Parameters<typeof batchingProducer>[1];
  /** Makes the partitions that prices go to. */
  readonly adminPool: pg.Pool;
  readonly streams: Streams | undefined;
}

/** What a consumer came to, or why it did nothing. */
export type Consumed =
  | { readonly kind: 'consumed'; readonly counts: StreamCounts }
  | { readonly kind: 'skipped'; readonly reason: string };

type Reading = Pick<ConsumeStreamsPlan, 'topics'> & {
  /** Messages handled together; absent: all that one fetch brings. */
  readonly batchSize?: number;
};

/** Transactions of one consumer side by side: one is stored while the next is read. */
const sideBySide = 2;
/** More partitions than one consumer can have: what they bring at about the same time is stored together. */
const partitionsAtOnce = 64;
/** So many messages are worth a transaction of their own; of fewer one begins ten times a second at most. */
const worthATransaction = 1_000;
const pauseMs = 100;
/** A run of every minute ends before the next. */
const batchLimitMs = 50_000;

/** Activities that bring messages of producers of others to bronze. */
export function createConsumeStreamsActivities(deps: ConsumeStreamsDeps) {
  const { pool, adminPool, meters, sources, streams } = deps;

  /** Reads until the signal is aborted; `after` hears of what is stored together. */
  async function read(
    open: Streams,
    { topics, batchSize }: Reading,
    signal: AbortSignal,
    after: (batches: readonly StreamBatch[], counts: StreamCounts) => void,
  ): Promise<void> {
    const { workflowId, runId } = taskAttempt(Context.current().info);
    let letters: Promise<StreamProducer> | undefined;
    const bringing: BringToBronzeDeps = {
      ...{ pool, meters, sources, signal, group: consumerGroup, runId: `${workflowId}/${runId}` },
      letters: () => (letters ??= batchingProducer(open.kafka, meters)),
    };
    await reachingPostgres(() => ensurePartitions(adminPool, new Date()));
    const handle = gathered<StreamBatch>({
      work: async (batches) => {
        after(batches, await bringToBronze(bringing, batches));
      },
      sizeOf: ({ messages }) => messages.length,
      ...{ enough: batchSize === undefined ? worthATransaction : 1, everyMs: pauseMs, sideBySide },
    });
    try {
      await reachingKafka(open.brokers, () =>
        consumeTopics(open.kafka, {
          ...{ group: consumerGroup, topics, signal, batchSize, handle },
          sideBySide: partitionsAtOnce,
        }),
      );
    } finally {
      await letters?.then((producer) => producer.close()).catch(() => undefined);
    }
  }

  return {
    /**
     * Brings what comes to bronze, for so long, as a member of the group; others may read beside it. May be killed at any instant: what was stored and not
     * committed is read again to no effect.
     */
    async consumeContinuously(input: Reading & { readonly forMs: number }): Promise<Consumed> {
      if (streams === undefined) return { kind: 'skipped', reason: withoutBrokers };
      return await heartbeating(async (reportPhase) => {
        let counts = noMessages;
        const signal = timeLimit(input.forMs, Context.current().cancellationSignal);
        await read(streams, input, signal, (_, more) => {
          counts = addCounts(counts, more);
          reportPhase('streams.land', { handled: counts.handled });
        });
        return { kind: 'consumed', counts };
      });
    },

    /** Brings to bronze what is there when it begins, and ends. */
    async consumeBatch(input: Reading): Promise<Consumed> {
      if (streams === undefined) return { kind: 'skipped', reason: withoutBrokers };
      return await heartbeating(async (reportPhase) => {
        const { kafka, brokers } = streams;
        const lags = await reachingKafka(brokers, () => groupLag(kafka, consumerGroup, input.topics));
        const left = new Map(
          lags
            .filter(({ messages }) => messages > 0)
            .map(({ topic, partition, end }) => [`${topic}/${partition}`, end]),
        );
        let counts = noMessages;
        if (left.size === 0) return { kind: 'consumed', counts };
        const done = new AbortController();
        const signal = timeLimit(batchLimitMs, done.signal, Context.current().cancellationSignal);
        await read(streams, input, signal, (batches, more) => {
          counts = addCounts(counts, more);
          reportPhase('streams.land', { handled: counts.handled });
          for (const { topic, partition, messages } of batches) {
            const next = (messages.at(-1)?.offset ?? 0) + 1;
            if (next >= (left.get(`${topic}/${partition}`) ?? Infinity)) left.delete(`${topic}/${partition}`);
          }
          if (left.size === 0) done.abort();
        });
        return { kind: 'consumed', counts };
      });
    },
  };
}
