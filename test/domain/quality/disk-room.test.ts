import fc from 'fast-check';
import { expect, it } from 'vitest';
import { judgeDisks } from '../../../domain/quality/disk-room.js';

const gigabyte = 1e9;
const room = (freeGigabytes: number, totalGigabytes: number) => ({
  freeBytes: freeGigabytes * gigabyte,
  totalBytes: totalGigabytes * gigabyte,
});

it.each([
  ['a twentieth of a laptop’s disk is left', room(4.9, 100), 'nearly-full'],
  ['a twentieth is left of a disk that is large enough for every build', room(40, 1_000), 'roomy'],
  ['little is left of a large disk', room(19, 1_000), 'nearly-full'],
  ['a small disk has a tenth left', room(0.1, 1), 'roomy'],
  ['a disk lies between the limits', room(7, 100), 'tight'],
  ['a file system tells no size', room(0, 0), 'roomy'],
])('%s', (_, disk, state) => {
  expect(judgeDisks([disk])).toBe(state);
});

it('one full disk is enough, and all have to have room', () => {
  expect(judgeDisks([room(50, 100), room(1, 100)])).toBe('nearly-full');
  expect(judgeDisks([room(50, 100), room(7, 100)])).toBe('tight');
});

it('a disk that cannot be looked at neither pauses anything nor lets it go on', () => {
  expect(judgeDisks([room(50, 100), null])).toBe('tight');
  expect(judgeDisks([room(1, 100), null])).toBe('nearly-full');
});

it('more room never makes a disk fuller, and between full and roomy lies a span', () => {
  const order = ['nearly-full', 'tight', 'roomy'];
  const bytes = fc.nat(4_000).map((tenths) => tenths * (gigabyte / 10));
  fc.assert(
    fc.property(bytes, bytes, bytes, (total, one, other) => {
      const [less, more] = [Math.min(one, other, total), Math.min(Math.max(one, other), total)];
      const [before, after] = [less, more].map((freeBytes) =>
        order.indexOf(judgeDisks([{ freeBytes, totalBytes: total }])),
      );
      expect(after).toBeGreaterThanOrEqual(before ?? 0);
      // From full to roomy it takes a twentieth of the disk, or ten gigabytes.
      if (before === 0 && after === 2) {
        expect(more - less).toBeGreaterThan(Math.min(total * 0.05, 10 * gigabyte) - gigabyte / 1_000);
      }
    }),
  );
});
