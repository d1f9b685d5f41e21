import { QuotaExhausted } from '../schemas/errors.js';

/** Places for work that holds something dear while it goes on. */
export interface Places {
  /** Takes one, until it is called again. @throws QuotaExhausted where none is free */
  take(): () => void;
}

/** So many places at a time: whoever comes when all are taken is sent away, and not kept waiting. */
export function places(count: number, ofWhat: string): Places {
  let taken = 0;
  return {
    take() {
      if (taken >= count) {
        throw new QuotaExhausted(`${count} ${ofWhat} are under way already`, {
          advice: 'Ask again in a while.',
        });
      }
      taken += 1;
      let isHeld = true;
      return () => {
        if (isHeld) taken -= 1;
        isHeld = false;
      };
    },
  };
}

/** Items that are read while a place is taken. @throws QuotaExhausted where none is free */
export function inPlace<Item>(
  free: Places,
  items: () => AsyncGenerator<Item, void, undefined>,
): AsyncGenerator<Item, void, undefined> {
  const leave = free.take();
  return (async function* () {
    try {
      yield* items();
    } finally {
      leave();
    }
  })();
}
