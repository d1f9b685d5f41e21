import { setTimeout as sleep } from 'node:timers/promises';

/** How fast a backup may go. */
export interface Pace {
  /** What is read from Postgres, or sent to a copy, in a second at most; undefined: as much as comes. */
  readonly bytesPerSecond: number | undefined;
}

/** A stream that is read no faster than its pace: whoever writes it has to wait. Throws the signal's reason. */
export async function* paced(
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
  { bytesPerSecond }: Pace,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  if (bytesPerSecond === undefined) {
    yield* source;
    return;
  }
  let dueAt = performance.now();
  for await (const chunk of source) {
    yield chunk;
    const now = performance.now();
    // What was not used while the source was slow is not made up for by a burst.
    dueAt = Math.max(dueAt, now) + (chunk.length / bytesPerSecond) * 1_000;
    if (dueAt - now > leastWaitMs) await sleep(dueAt - now, undefined, { signal });
  }
}

/** Shorter ones cost more than they hold back. */
const leastWaitMs = 5;
