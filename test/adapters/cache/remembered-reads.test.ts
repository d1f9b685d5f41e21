import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rememberedReads } from '../../../adapters/cache/remembered-reads.js';

it('what is remembered is what would be read, whatever is asked in which order, and each of the last texts is read once', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 40 }),
      fc.integer({ min: 1, max: 5 }),
      (texts, capacity) => {
        let reads = 0;
        const read = rememberedReads(
          (text) => {
            reads += 1;
            return { text };
          },
          { capacity },
        );
        for (const text of texts) expect(read(text)).toEqual({ text });
        if (capacity >= 4) expect(reads).toBe(new Set(texts).size);
      },
    ),
  );
});

it('of the last text the very same is told, and what cannot be read is remembered as such', () => {
  const read = rememberedReads((text) => (text === '' ? undefined : { text }), { capacity: 1 });
  expect(read('a')).toBe(read('a'));
  expect(read('')).toBeUndefined();
  expect(read('')).toBeUndefined();
});
