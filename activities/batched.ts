/**
 * What a source yields, in batches: all that came while the batch before was worked on, at once, each as it came. The source is read ahead,
 * so that what it yields is stamped when it comes and not when somebody has time for it. Ends, or throws, as the source does, once
 * everything before that is given out.
 */
export async function* batched<T>(source: AsyncIterable<T>): AsyncGenerator<readonly T[], void, undefined> {
  let waiting: T[] = [];
  let end: { readonly error?: unknown } | undefined;
  let wake: () => void = () => undefined;
  const reading = (async () => {
    try {
      for await (const item of source) {
        waiting.push(item);
        wake();
      }
      end = {};
    } catch (error) {
      end = { error };
    }
    wake();
  })();
  for (;;) {
    if (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      yield batch;
    } else if (end !== undefined) {
      await reading;
      if ('error' in end) throw end.error;
      return;
    } else {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
}
