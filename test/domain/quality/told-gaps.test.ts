import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  lackingInjuries,
  lackingPrices,
  scoreGap,
  whyScoreLeft,
  type ComparedRecord,
} from '../../../domain/quality/told-gaps.js';
import type { MatchStanding, ScoreStanding } from '../../../schemas/records/reconciliation.js';
import { instant } from '../../../schemas/values.js';

const kickOff = instant(0);
const says: fc.Arbitrary<MatchStanding> = fc.record({
  kickOff: fc.constant(kickOff),
  status: fc.constantFrom('scheduled', 'live', 'completed', 'postponed'),
  homeScore: fc.option(fc.integer({ min: 0, max: 1 })),
  awayScore: fc.option(fc.integer({ min: 0, max: 1 })),
});
const standing: fc.Arbitrary<ScoreStanding> = fc.record({
  matchId: fc.constant(7),
  kickOff: fc.constant(kickOff),
  sourceId: fc.option(fc.constant('1007')),
  current: says,
  own: fc.option(says),
  bronze: fc.option(
    fc.record({
      says,
      processed: fc.constantFrom('pending', 'done', 'held', 'rejected'),
      error: fc.constant(null),
    }),
  ),
});
const told = fc.option(says, { nil: undefined });

describe('the gap of a score', () => {
  it('is none where silver says what the feed says, whatever bronze has', () => {
    fc.assert(
      fc.property(standing, (house) => {
        const current: MatchStanding = { ...house.current, status: 'completed' };
        expect(scoreGap(current, { ...house, current })).toBeUndefined();
      }),
    );
  });

  it('is there wherever a match has no result in silver and the feed tells none, and no collection is sent for it', () => {
    fc.assert(
      fc.property(standing, fc.constantFrom('scheduled' as const, 'live' as const), (house, status) => {
        const unplayed = { ...house, current: { ...house.current, status } };
        expect(scoreGap(undefined, unplayed)?.kind).toBe('untold');
        expect(scoreGap({ ...house.current, status }, unplayed)?.kind).toBe('untold');
      }),
    );
  });

  it('is there wherever the feed tells a result that neither bronze nor silver has', () => {
    fc.assert(
      fc.property(standing, (house) => {
        const said: MatchStanding = { kickOff, status: 'completed', homeScore: 5, awayScore: 0 };
        expect(['missing_in_bronze', 'differing_in_bronze']).toContain(scoreGap(said, house)?.kind);
      }),
    );
  });

  it('is filled exactly where it would not be found again, and is left with a reason as long as it would', () => {
    fc.assert(
      fc.property(told, standing, standing, (said, before, now) => {
        const gap = scoreGap(said, before);
        if (gap === undefined) return;
        expect(whyScoreLeft(gap, before)).toEqual(expect.any(String));
        const again = scoreGap(gap.sourceSays ?? undefined, now);
        expect(whyScoreLeft(gap, now) === undefined).toBe(again === undefined);
      }),
    );
  });
});

describe('the prices that the house lacks of a match', () => {
  const hour = 3_600_000;
  const match = { sourceId: '1007', kickoff: instant(100 * hour) };
  const now = instant(90 * hour);
  const price: fc.Arbitrary<ComparedRecord> = fc.record({
    recordKey: fc.constantFrom('a|1x2|', 'b|1x2|'),
    content: fc.constantFrom('1', '2'),
    stored: fc.option(
      fc.record({
        content: fc.constantFrom('1', '2'),
        lastSeenAt: fc.integer({ min: 0, max: now }).map((at) => instant(at)),
      }),
      { nil: undefined },
    ),
  });

  it('are those that were never stored, and those that changed and were seen last before the cadence allows', () => {
    // Ten hours before kick-off prices are asked for every hour.
    const stored = (content: string, hoursAgo: number) => ({
      content,
      lastSeenAt: instant(now - hoursAgo * hour),
    });
    expect(
      lackingPrices(
        [
          { recordKey: 'never', content: '1', stored: undefined },
          { recordKey: 'changed long ago', content: '1', stored: stored('2', 2) },
          { recordKey: 'changed just now', content: '1', stored: stored('2', 0.5) },
          { recordKey: 'the same for long', content: '1', stored: stored('1', 50) },
        ],
        match,
        now,
      ),
    ).toEqual({ sourceId: '1007', missing: ['never'], outdated: ['changed long ago'] });
  });

  it('are none where every price is stored as it is told, and name no other price than those that are told', () => {
    fc.assert(
      fc.property(fc.array(price), (prices) => {
        const inStep = prices.map((each) => ({
          ...each,
          stored: { content: each.content, lastSeenAt: instant(0) },
        }));
        expect(lackingPrices(inStep, match, now)).toBeUndefined();
        const lacking = lackingPrices(prices, match, now);
        for (const key of [...(lacking?.missing ?? []), ...(lacking?.outdated ?? [])]) {
          expect(prices.map(({ recordKey }) => recordKey)).toContain(key);
        }
      }),
    );
  });
});

describe('the injuries that are lacking of a match that was played', () => {
  it('are those that were never stored, and those that changed and were seen last before a daily collection', () => {
    const hour = 3_600_000;
    const now = instant(90 * hour);
    const stored = (content: string, hoursAgo: number) => ({
      content,
      lastSeenAt: instant(now - hoursAgo * hour),
    });
    expect(
      lackingInjuries(
        [
          { recordKey: 'never', content: '1', stored: undefined },
          { recordKey: 'changed two days ago', content: '1', stored: stored('2', 48) },
          { recordKey: 'changed today', content: '1', stored: stored('2', 24) },
          { recordKey: 'the same for long', content: '1', stored: stored('1', 80) },
        ],
        '1007',
        now,
      ),
    ).toEqual({ sourceId: '1007', missing: ['never'], outdated: ['changed two days ago'] });
  });
});
