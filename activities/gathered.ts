import { setImmediate, setTimeout as sleep } from 'node:timers/promises';

export interface Gathering<T> {
  /** What is handled together. */
  readonly work: (batch: readonly T[]) => Promise<void>;
  readonly sizeOf: (one: T) => number;
  /** So much is a batch of its own: nothing is added to it, and it waits for no other. */
  readonly enough: number;
  /** A batch of less begins so many milliseconds after the one before it, at the earliest. */
  readonly everyMs: number;
  /** Batches under way at a time. */
  readonly sideBySide: number;
}

/**
 * Handles what comes at about the same time together: the first at once, what comes while it is under way as the next batch, in the order in which it came. A
 * batch that fails fails everyone in it, and nobody else.
 */
export function gathered<T>({
  work,
  sizeOf,
  enough,
  everyMs,
  sideBySide,
}: Gathering<T>): (one: T) => Promise<void> {
  interface Waiting {
    readonly one: T;
    readonly done: () => void;
    readonly failed: (reason: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let underWay = 0;
  let earliest = 0;

  const isEnough = (): boolean => waiting.reduce((sum, { one }) => sum + sizeOf(one), 0) >= enough;
  const take = (): Waiting[] => {
    let size = 0;
    let count = 0;
    for (const { one } of waiting) {
      if (size >= enough) break;
      size += sizeOf(one);
      count += 1;
    }
    const taken = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return taken;
  };
  const lane = async (): Promise<void> => {
    underWay += 1;
    while (waiting.length > 0) {
      const early = earliest - performance.now();
      if (early > 0 && !isEnough()) await sleep(early);
      // What comes in the same turn is added.
      else await setImmediate();
      const batch = take();
      earliest = performance.now() + everyMs;
      try {
        await work(batch.map(({ one }) => one));
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    underWay -= 1;
  };

  return (one) =>
    new Promise((done, failed) => {
      waiting.push({ one, done, failed });
      if (underWay === 0 || (underWay < sideBySide && isEnough())) void lane();
    });
}
