import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  chainEnd,
  formatLsn,
  missingFiles,
  neededFiles,
  parseHistory,
  parseLsn,
  parseSegment,
  segmentName,
} from '../../../adapters/backup/wal-chain.js';

const segmentSize = 16 * 1024 ** 2;
const size = BigInt(segmentSize);
const position = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });

test('positions and names of segments are read back as they were written', () => {
  fc.assert(
    fc.property(position, fc.integer({ min: 1, max: 0xffffffff }), (at, timeline) => {
      expect(parseLsn(formatLsn(at))).toBe(at);
      const segment = { timeline, number: at / size };
      expect(parseSegment(segmentName(segment, segmentSize), segmentSize)).toEqual(segment);
    }),
  );
});

test('segments are named as Postgres names them', () => {
  expect(segmentName({ timeline: 1, number: parseLsn('16/B374D848') / size }, segmentSize)).toBe(
    '0000000100000016000000B3',
  );
  expect(segmentName({ timeline: 1, number: 255n }, segmentSize)).toBe('0000000100000000000000FF');
  expect(segmentName({ timeline: 1, number: 256n }, segmentSize)).toBe('000000010000000100000000');
});

test('a stretch that ends where a segment ends does not need the next', () => {
  const stretch = { timeline: 1, ancestors: [], segmentSize };
  expect(neededFiles({ ...stretch, from: 3n * size + 40n, to: 5n * size })).toHaveLength(2);
  expect(neededFiles({ ...stretch, from: 3n * size + 40n, to: 5n * size + 1n })).toHaveLength(3);
});

test('the segment in which a timeline ended is needed from the next one, and its history too', () => {
  const ancestors = parseHistory('1\t0/4000098\tno recovery target specified\n');
  expect(neededFiles({ from: 3n * size, to: 6n * size, timeline: 2, ancestors, segmentSize })).toEqual([
    '00000002.history',
    '000000010000000000000003',
    '000000020000000000000004',
    '000000020000000000000005',
  ]);
});

test('whatever is taken out of a chain is missing, and the chain ends at the first of it', () => {
  const stretch = { from: 300n * size, to: 340n * size, timeline: 1, ancestors: [], segmentSize };
  const all = neededFiles(stretch);
  fc.assert(
    fc.property(fc.subarray(all, { minLength: 1 }), (taken) => {
      const there = new Set(all.filter((name) => !taken.includes(name)));
      expect(missingFiles(stretch, there)).toEqual(taken);
      expect(chainEnd(stretch, there)).toBe((300n + BigInt(all.indexOf(taken[0] ?? ''))) * size);
    }),
  );
});
