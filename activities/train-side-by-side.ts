/**
 * Runs tasks at most `lanes` at a time and gives their results in the order of the tasks. The first failure aborts the
 * signal that the tasks were given, and is thrown once all have ended.
 */
export async function sideBySide<T>(
  tasks: readonly ((signal: AbortSignal) => Promise<T>)[],
  lanes: number,
  outer: AbortSignal,
): Promise<T[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([outer, stop.signal]);
  const results: T[] = [];
  const queue = tasks.entries();
  const lane = async (): Promise<void> => {
    for (const [index, task] of queue) {
      signal.throwIfAborted();
      results[index] = await task(signal);
    }
  };
  const ends = await Promise.allSettled(
    Array.from({ length: lanes }, () =>
      lane().catch((error: unknown) => {
        stop.abort(error);
        throw error;
      }),
    ),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return results;
}
