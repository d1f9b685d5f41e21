import { log } from '@temporalio/activity';
import type pg from 'pg';
import type { Meters } from '../adapters/metrics/meters.js';
import { reachingPostgres } from '../adapters/postgres/away.js';
import { outboxState } from '../adapters/postgres/streams/outbox.js';
import { reachingKafka, withAdmin } from '../adapters/stream/connect.js';
import { lagBy, timed, type TimedLag } from '../adapters/stream/lag.js';
import { withoutBrokers, type Streams } from '../adapters/stream/open-streams.js';
import { findTopics, planTopics } from '../adapters/stream/topic-plan.js';
import { DependencyAway } from '../schemas/errors.js';
import { consumedTopics, consumerGroup, topics } from '../schemas/events/topics.js';
import { heartbeating } from './heartbeating.js';

export interface CheckStreamsDeps {
  readonly pool: pg.Pool;
  readonly meters: Pick<Meters, 'set'>;
  readonly streams: Streams | undefined;
}

/** How the streams are (STRM-10). */
export interface StreamHealth {
  readonly reachable: boolean;
  readonly lags: readonly TimedLag[];
  readonly outbox: { readonly waiting: number; readonly oldestSeconds: number };
  /** What is not well, in words; empty where all is. */
  readonly problems: readonly string[];
}

/** Looks at brokers, topics, lag and outbox. Brokers that are away are a problem that is told, not an error. */
export async function streamHealth(
  { pool, streams }: { readonly pool: pg.Pool; readonly streams: Streams },
  maxLagSeconds: number,
): Promise<StreamHealth> {
  const now = Date.now();
  const { waiting, oldest } = await reachingPostgres(() => outboxState(pool));
  const oldestSeconds = oldest === null ? 0 : (now - oldest.getTime()) / 1_000;
  const problems =
    oldestSeconds > maxLagSeconds
      ? [`${waiting} rows wait in the outbox, the oldest for ${Math.round(oldestSeconds)} s`]
      : [];
  const outbox = { waiting, oldestSeconds };
  try {
    const { lags, steps } = await reachingKafka(streams.brokers, () =>
      withAdmin(streams.kafka, async (admin) => {
        const found: TimedLag[] = [];
        for (const lag of await lagBy(admin, consumerGroup, consumedTopics))
          found.push(await timed(admin, lag, now));
        return { lags: found, steps: planTopics(topics, await findTopics(admin, topics)) };
      }),
    );
    for (const { topic, partition, messages, seconds } of lags) {
      if (seconds > maxLagSeconds) {
        problems.push(`${topic}/${partition} is ${messages} messages and ${Math.round(seconds)} s behind`);
      }
    }
    if (steps.length > 0)
      problems.push(`${steps.length} steps to the declared topics: touchline stream plan`);
    return { reachable: true, lags, outbox, problems };
  } catch (error) {
    if (!(error instanceof DependencyAway)) throw error;
    return { reachable: false, lags: [], outbox, problems: [...problems, error.message] };
  }
}

/** An activity that looks whether the streams are well. */
export function createCheckStreamsActivities({ pool, meters, streams }: CheckStreamsDeps) {
  return {
    /** What is not well is told by the result, and a warning in the process log. Without brokers there is nothing to look at. */
    async checkStreams({
      maxLagSeconds,
    }: {
      readonly maxLagSeconds: number;
    }): Promise<
      | { readonly kind: 'checked'; readonly problems: readonly string[] }
      | { readonly kind: 'skipped'; readonly reason: string }
    > {
      if (streams === undefined) return { kind: 'skipped', reason: withoutBrokers };
      return await heartbeating(async () => {
        const { lags, problems } = await streamHealth({ pool, streams }, maxLagSeconds);
        for (const { topic, partition, seconds } of lags) {
          meters.set('kafka_consumer_lag_seconds', { topic, partition: String(partition) }, seconds);
        }
        for (const problem of problems) log.warn(problem);
        return { kind: 'checked', problems };
      });
    },
  };
}
