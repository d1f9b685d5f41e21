import { describe, expect, it } from 'vitest';
import { factGap, factLeft } from '../../../domain/quality/fact-gaps.js';
import type { FactStanding } from '../../../schemas/records/reconciliation.js';
import { instant } from '../../../schemas/values.js';

const over = instant(1_000);
const standing = (change: Partial<FactStanding>): FactStanding => ({
  ...{ matchId: 7, isKnown: true, stored: 'none', answeredAt: null, allToldAt: over },
  ...change,
});

describe('what is lacking of a match that was played', () => {
  it('is nothing where all of it is stored, and fills its gap', () => {
    const all = standing({ stored: 'all', isKnown: false });
    expect(factGap('lineups', all)).toBeUndefined();
    expect(factLeft('lineups', all)).toEqual({ left: undefined });
  });

  it.each(['none', 'part'] as const)(
    'is to be asked for while its source has not answered since it could tell all (%s is stored)',
    (stored) => {
      for (const answeredAt of [null, instant(over - 1)]) {
        const lacking = standing({ stored, answeredAt });
        expect(factGap('weather', lacking)).toMatchObject({
          key: '7',
          kind: 'missing_in_bronze',
          reason: null,
        });
        expect(factLeft('weather', lacking)).toEqual({ left: 'the source was not asked' });
      }
    },
  );

  it('is left for good once its source has answered without it, or knows no such match', () => {
    const reasons = [
      standing({ answeredAt: over }),
      standing({ answeredAt: over, stored: 'part' }),
      standing({ isKnown: false }),
    ].map((lacking) => {
      const gap = factGap('lineups', lacking);
      expect(gap?.kind).toBe('untold');
      expect(factLeft('lineups', lacking)).toEqual({ left: gap?.reason, kind: 'untold' });
      return gap?.reason;
    });
    expect(reasons).toEqual([
      'the source has no line-ups of the match',
      'of the line-ups of the match those of one side alone can be read',
      'the source has not told of the match',
    ]);
  });

  it('is left where its match is known no more', () => {
    expect(factLeft('weather', undefined)).toEqual({ left: 'the match is known no more' });
  });
});
