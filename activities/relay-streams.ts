import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type pg from 'pg';
import type { Meters } from '../adapters/metrics/meters.js';
import {
  markRelayed,
  releaseRelayLock,
  removeRelayed,
  tryRelayLock,
  waitingInOutbox,
} from '../adapters/postgres/streams/outbox.js';
import { reachingPostgres } from '../adapters/postgres/away.js';
import type { ProviderRegistry } from '../adapters/providers/provider.js';
import { batchingProducer, type StreamProducer } from '../adapters/stream/batching-producer.js';
import { reachingKafka } from '../adapters/stream/connect.js';
import { withoutBrokers, type Streams } from '../adapters/stream/open-streams.js';
import { timeLimit } from '../adapters/time-limit.js';
import type { RelayCounts } from '../schemas/jobs/streams.js';
import { heartbeating } from './heartbeating.js';
import { envelopeOf } from './stream-envelopes.js';

export interface RelayStreamsDeps {
  /** The writer's. */
  readonly pool: pg.Pool;
  /** Removes what was published. */
  readonly adminPool: pg.Pool;
  readonly providers: ProviderRegistry;
  readonly meters: Pick<Meters, 'add' | 'set' | 'observe'>;
  readonly streams: Streams | undefined;
}

export type Relayed =
  | { readonly kind: 'relayed'; readonly counts: RelayCounts }
  | { readonly kind: 'skipped'; readonly reason: string };

/** Rows that are published together, and noted so in one statement. */
const rowsOfRound = 2_000;
/** How soon what comes into an empty outbox is looked for: no price is worth a listener of its own. */
const pauseMs = 200;
const rowsOfRemoval = 10_000;

/** Activities that publish what waits in the outbox. */
export function createRelayStreamsActivities({
  pool,
  adminPool,
  providers,
  meters,
  streams,
}: RelayStreamsDeps) {
  return {
    /**
     * Publishes what waits, in the order in which it was written, for so long; of two at once one waits for the other. A row is noted as published after
     * the brokers have it: whoever is killed between the two has it published once more. While brokers are away the rows wait.
     */
    async relayOutbox({ forMs }: { readonly forMs: number }): Promise<Relayed> {
      if (streams === undefined) return { kind: 'skipped', reason: withoutBrokers };
      return await heartbeating(async (reportPhase) => {
        const { cancellationSignal } = Context.current();
        const signal = timeLimit(forMs, cancellationSignal);
        const counts = { relayed: 0, unreadable: 0 };
        const producer = await reachingKafka(streams.brokers, () => batchingProducer(streams.kafka, meters));
        // A send that waits for brokers that are away ends here and not by itself.
        const stop = (): void => void producer.close().catch(() => undefined);
        signal.addEventListener('abort', stop, { once: true });
        try {
          while (!signal.aborted) {
            const round = await relayRound(producer);
            if (round === 'another relays' || round.relayed + round.unreadable === 0) {
              await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
              continue;
            }
            counts.relayed += round.relayed;
            counts.unreadable += round.unreadable;
            reportPhase('streams.relay', { relayed: counts.relayed });
          }
        } catch (error) {
          if (!signal.aborted) throw error;
        } finally {
          signal.removeEventListener('abort', stop);
          await producer.close().catch(() => undefined);
        }
        return { kind: 'relayed', counts };
      });
    },

    /** Removes what was published more than so many hours ago. */
    async removeRelayedRows({ keepHours }: { readonly keepHours: number }): Promise<{ removed: number }> {
      return await heartbeating(async () => {
        const before = new Date(Date.now() - keepHours * 3_600_000);
        let removed = 0;
        for (;;) {
          const rows = await reachingPostgres(() =>
            removeRelayed(adminPool, { before, atMost: rowsOfRemoval }),
          );
          removed += rows;
          if (rows < rowsOfRemoval) return { removed };
        }
      });
    },
  };

  /** One round under the lock of the relay, which is that of a session: a relay that is killed, or loses Postgres, loses it. */
  async function relayRound(producer: StreamProducer): Promise<RelayCounts | 'another relays'> {
    const begun = performance.now();
    return await reachingPostgres(async () => {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        if (!(await tryRelayLock(client))) return 'another relays';
        const rows = await waitingInOutbox(client, rowsOfRound);
        const made = rows.map((row) => ({ id: row.id, made: envelopeOf(row, providers) }));
        await reachingKafka(streams?.brokers ?? [], () =>
          Promise.all(
            made.flatMap((row) => ('message' in row.made ? [producer.send(row.made.message)] : [])),
          ),
        );
        const relayed = made.map(({ id, made: one }) => ({
          id,
          problem: 'problem' in one ? one.problem : null,
        }));
        if (relayed.length > 0) await markRelayed(client, relayed);
        await releaseRelayLock(client);
        const unreadable = relayed.filter(({ problem }) => problem !== null).length;
        if (relayed.length > 0) {
          const seconds = (performance.now() - begun) / 1_000;
          meters.observe('stream_processing_duration_seconds', { operation_type: 'relay' }, seconds);
        }
        return { relayed: relayed.length - unreadable, unreadable };
      } catch (error) {
        // The lock goes with the session.
        broken = error instanceof Error ? error : new Error(String(error));
        throw error;
      } finally {
        client.release(broken);
      }
    });
  }
}
