import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ttlOfMatch } from '../../../domain/cache/ttl.js';
import { longestTtlSeconds } from '../../../schemas/cache.js';
import { MatchStatus } from '../../../schemas/values.js';

const hour = 3_600_000;
const status = fc.constantFrom(...MatchStatus.options);
const ahead = fc.constantFrom<MatchStatus>('scheduled', 'postponed', 'live');
const distance = fc.integer({ min: -400 * 24 * hour, max: 400 * 24 * hour });

describe('how long a match is kept', () => {
  it.each([
    ['scheduled', 24 * hour, 7_200],
    ['scheduled', 24 * hour - 1, 1_800],
    ['scheduled', hour, 1_800],
    ['scheduled', hour - 1, 300],
    ['live', -hour, 300],
    ['completed', -2 * hour, 7_200],
    ['abandoned', -2 * hour, 7_200],
  ] as const)('%s, %i ms before its kick-off: %i s', (of, untilKickOffMs, seconds) => {
    expect(ttlOfMatch({ status: of, untilKickOffMs })).toBe(seconds);
  });

  it('is one of the three, and never longer than writes are remembered', () => {
    fc.assert(
      fc.property(status, distance, (of, untilKickOffMs) => {
        const seconds = ttlOfMatch({ status: of, untilKickOffMs });
        expect([300, 1_800, 7_200]).toContain(seconds);
        expect(seconds).toBeLessThanOrEqual(longestTtlSeconds);
      }),
    );
  });

  it('never grows as the kick-off of a match that is ahead draws near', () => {
    fc.assert(
      fc.property(ahead, distance, fc.nat({ max: 48 * hour }), (of, untilKickOffMs, passed) => {
        expect(ttlOfMatch({ status: of, untilKickOffMs: untilKickOffMs - passed })).toBeLessThanOrEqual(
          ttlOfMatch({ status: of, untilKickOffMs }),
        );
      }),
    );
  });

  it('is long for what is over, whenever that was', () => {
    fc.assert(
      fc.property(distance, (untilKickOffMs) => {
        expect(ttlOfMatch({ status: 'completed', untilKickOffMs })).toBe(7_200);
      }),
    );
  });
});
