import { setTimeout as sleep } from 'node:timers/promises';
import { DependencyAway } from '../schemas/errors.js';

/** Where items end up. */
export interface Sink<Item> {
  /** All of them, in their order, or none. @throws DependencyAway where it makes sense to try again. */
  write(items: readonly Item[]): Promise<void>;
}

/** Items on their way to the sink. */
export interface Outbox<Item> {
  /** Returns at once. */
  put(item: Item): void;
  /** Sends what is left, as long as that takes `patienceMs` at most. */
  close(): Promise<void>;
}

export interface OutboxOptions<Item> {
  /** What the items are called where some are lost: `lineage events`. */
  readonly items: string;
  readonly sink: Sink<Item>;
  readonly log: { warn(message: string): void };
  /** Items that may wait. */
  readonly capacity?: number;
  /** How long the first item waits for others, so that many are one write. */
  readonly gatherMs?: number;
  /** The first pause after a failure; it doubles up to thirty of it. */
  readonly retryMs?: number;
  /** How long closing may take. */
  readonly patienceMs?: number;
}

const itemsOfOneWrite = 500;
const longestPauses = 30;

/**
 * A bounded buffer in memory before a sink. One write at a time, so the order stays. While the sink is away the items wait; past the
 * capacity the oldest that wait go. A process that is killed takes with it what waits: of a healthy sink, what came within the last `gatherMs`.
 */
export function outbox<Item>({
  items,
  sink,
  log,
  capacity = 10_000,
  gatherMs = 100,
  retryMs = 1_000,
  patienceMs = 2_000,
}: OutboxOptions<Item>): Outbox<Item> {
  const waiting: Item[] = [];
  const closing = new AbortController();
  let sending: Promise<void> | undefined;
  let inFlight = 0;
  let lost = 0;
  const pause = (ms: number): Promise<void> =>
    sleep(ms, undefined, { signal: closing.signal, ref: false }).catch(() => undefined);

  const write = async (batch: readonly Item[]): Promise<void> => {
    for (let pauses = 1; ; pauses = Math.min(pauses * 2, longestPauses)) {
      try {
        await sink.write(batch);
        return;
      } catch (error) {
        if (!(error instanceof DependencyAway) || closing.signal.aborted) {
          log.warn(`${batch.length} ${items} are lost: ${String(error)}`);
          return;
        }
        if (pauses === 1) log.warn(`Some ${items} wait: ${error.message}`);
        await pause(pauses * retryMs);
      }
    }
  };
  const send = async (): Promise<void> => {
    await pause(gatherMs);
    while (waiting.length > 0) {
      const batch = waiting.splice(0, itemsOfOneWrite);
      inFlight = batch.length;
      await write(batch);
      inFlight = 0;
      if (lost > 0) log.warn(`${lost} ${items} are lost: more than ${capacity} were waiting`);
      lost = 0;
    }
    sending = undefined;
  };
  return {
    put(item) {
      waiting.push(item);
      if (waiting.length > capacity) {
        waiting.shift();
        lost += 1;
      }
      sending ??= send();
    },
    async close() {
      closing.abort();
      const gaveUp = new AbortController();
      const late = sleep(patienceMs, true, { signal: gaveUp.signal }).catch(() => false);
      const isLate = await Promise.race([(sending ?? Promise.resolve()).then(() => false), late]);
      gaveUp.abort();
      if (isLate) log.warn(`${inFlight + waiting.length} ${items} are lost: no answer in time`);
    },
  };
}
