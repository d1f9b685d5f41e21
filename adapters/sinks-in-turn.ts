import type { Sink } from './outbox.js';

/**
 * Lets sinks write one at a time, whichever is asked first: what is written behind answers must not take the processor from those answers on two connections at once.
 */
export function sinksInTurn(): <Item>(sink: Sink<Item>) => Sink<Item> {
  let last: Promise<void> = Promise.resolve();
  return (sink) => ({
    write(items) {
      const written = last.then(() => sink.write(items));
      last = written.catch(() => undefined);
      return written;
    },
  });
}
