import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { vectorReader, vectorText } from '../../../adapters/online/vector-text.js';
import type { OnlineService } from '../../../schemas/features/online.js';
import { instant } from '../../../schemas/values.js';

const readVector = vectorReader(3);
const serviceOf = (columns: number, hash = 'a'.repeat(64)): OnlineService => ({
  ...{ id: 'any_v1', hash, references: [], ttlHours: null },
  columns: Array.from({ length: columns }, (_, place) => ({ name: `f${place}`, type: 'float64' })),
});
const about = { matchId: 7, kickOff: instant(3), cutoff: instant(2), asOf: instant(1), snapshot: 5 };

describe('a vector as it is kept', () => {
  it('is read to the bit, whatever its values', () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.maxSafeInteger(),
      fc.constantFrom(-0, 0, 5e-324, 0.1 + 0.2, Number.MAX_VALUE, 2 ** 53 - 1),
      fc.string({ unit: 'binary' }),
      fc.boolean(),
      fc.constant(null),
    );
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const service = serviceOf(values.length);
        const read = readVector(service, vectorText(service, { ...about, values }));
        expect(read?.values.every((one, place) => Object.is(one, values[place]))).toBe(true);
        expect(read).toEqual({ ...about, values });
      }),
    );
  });

  it('is none of another definition, of another width, or cut off', () => {
    const service = serviceOf(1);
    const text = vectorText(service, { ...about, values: [1.5] });
    expect(readVector(serviceOf(1, 'b'.repeat(64)), text)).toBeUndefined();
    expect(readVector(serviceOf(2), text)).toBeUndefined();
    for (let length = 0; length < text.length; length += 1) {
      expect(readVector(service, text.slice(0, length))).toBeUndefined();
    }
  });
});
