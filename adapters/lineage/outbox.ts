import { setTimeout as sleep } from 'node:timers/promises';
import { DependencyAway } from '../../schemas/errors.js';
import type { LineageEvent } from '../../schemas/lineage.js';

/** Where events end up. The same event written twice is one. */
export interface LineageSink {
  /** All of them, in their order, or none. @throws DependencyAway where it makes sense to try again. */
  write(events: readonly LineageEvent[]): Promise<void>;
}

/** Events on their way to the sink. */
export interface LineageOutbox {
  /** Returns at once. */
  put(event: LineageEvent): void;
  /** Sends what is left, as long as that takes `patienceMs` at most. */
  close(): Promise<void>;
}

export interface OutboxOptions {
  readonly sink: LineageSink;
  readonly log: { warn(message: string): void };
  /** Events that may wait. */
  readonly capacity?: number;
  /** How long the first event waits for others, so that many are one write. */
  readonly gatherMs?: number;
  /** The first pause after a failure; it doubles up to thirty of it. */
  readonly retryMs?: number;
  /** How long closing may take. */
  readonly patienceMs?: number;
}

const eventsOfOneWrite = 500;
const longestPauses = 30;

/**
 * A bounded buffer in memory before a sink. One write at a time, so the order stays. While the sink is away the events wait; past the
 * capacity the oldest that wait go. A process that is killed takes with it what waits: of a healthy sink, the last tenth of a second.
 */
export function lineageOutbox({
  sink,
  log,
  capacity = 10_000,
  gatherMs = 100,
  retryMs = 1_000,
  patienceMs = 2_000,
}: OutboxOptions): LineageOutbox {
  const waiting: LineageEvent[] = [];
  const closing = new AbortController();
  let sending: Promise<void> | undefined;
  let inFlight = 0;
  let lost = 0;
  const pause = (ms: number): Promise<void> =>
    sleep(ms, undefined, { signal: closing.signal, ref: false }).catch(() => undefined);

  const write = async (events: readonly LineageEvent[]): Promise<void> => {
    for (let pauses = 1; ; pauses = Math.min(pauses * 2, longestPauses)) {
      try {
        await sink.write(events);
        return;
      } catch (error) {
        if (!(error instanceof DependencyAway) || closing.signal.aborted) {
          log.warn(`${events.length} lineage events are lost: ${String(error)}`);
          return;
        }
        if (pauses === 1) log.warn(`Lineage events wait: ${error.message}`);
        await pause(pauses * retryMs);
      }
    }
  };
  const send = async (): Promise<void> => {
    await pause(gatherMs);
    while (waiting.length > 0) {
      const events = waiting.splice(0, eventsOfOneWrite);
      inFlight = events.length;
      await write(events);
      inFlight = 0;
      if (lost > 0) log.warn(`${lost} lineage events are lost: more than ${capacity} were waiting`);
      lost = 0;
    }
    sending = undefined;
  };
  return {
    put(event) {
      waiting.push(event);
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
      if (isLate) log.warn(`${inFlight + waiting.length} lineage events are lost: no answer in time`);
    },
  };
}
