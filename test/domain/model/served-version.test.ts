import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { servedVersion } from '../../../domain/model/served-version.js';

const matchIds = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

describe('the version that serves a match', () => {
  it('is that of production where nothing is split', () => {
    fc.assert(
      fc.property(matchIds, (id) => {
        expect(servedVersion(id, { production: 3, split: null })).toBe(3);
      }),
    );
  });

  it('stays the second one while its share grows', () => {
    fc.assert(
      fc.property(matchIds, fc.double({ min: 0.01, max: 0.5, noNaN: true }), (id, share) => {
        const by = (part: number) => servedVersion(id, { production: 3, split: { version: 4, share: part } });
        expect([3, 4]).toContain(by(share));
        if (by(share) === 4) expect(by(share * 1.9)).toBe(4);
      }),
    );
  });

  it.each([0.1, 0.5, 0.9])('is the second one for about its share of neighbouring matches: %s', (share) => {
    const served = Array.from({ length: 10_000 }, (_, id) =>
      servedVersion(id + 1, { production: 3, split: { version: 4, share } }),
    );
    const part = served.filter((version) => version === 4).length / served.length;
    // Four standard errors of a share of ten thousand.
    expect(Math.abs(part - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / served.length));
  });
});
