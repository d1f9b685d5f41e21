import fc from 'fast-check';
import { expect, it } from 'vitest';
import { latestKickoff, oldestKickoff } from '../../../domain/clean/clean-kickoff.js';
import type { Version } from '../../../domain/clean/history.js';
import { cleanVersion } from '../../../domain/clean/sighting.js';
import { CollectedQuote } from '../../../schemas/records/collected-match.js';
import { CalendarDate, MatchStatus, TimeOfDay } from '../../../schemas/values.js';
import { aMatch, aQuote } from './a-match.js';
import { oddNumber, oddText } from './anything.js';

const score = fc.option(fc.oneof(fc.nat(5), oddNumber));
const clock = fc.constantFrom('00:00', '15:00', '23:59').map((text) => TimeOfDay.parse(text));
const day = fc
  .oneof(
    fc.constantFrom('2021-08-14', '0001-01-01', '9999-12-31', '2024-02-29', '2021-03-28'),
    fc.constant('1989-12-31'),
  )
  .map((text) => CalendarDate.parse(text));

/** Payloads as no provider should give them. */
const version: fc.Arbitrary<Version> = fc
  .record({
    date: day,
    time: fc.option(clock),
    timeZone: fc.oneof(fc.constantFrom('Europe/London', 'Australia/Lord_Howe'), oddText),
    status: fc.option(fc.constantFrom(...MatchStatus.options)),
    homeScore: score,
    awayScore: score,
    homeHalfTimeScore: score,
    awayHalfTimeScore: score,
    statedResult: fc.option(fc.constantFrom('H' as const, 'D' as const, 'A' as const)),
    referee: fc.option(oddText),
    venue: fc.option(oddText),
    quotes: fc.array(
      fc.record({ bookmaker: oddText, home: fc.option(oddNumber), draw: fc.option(oddNumber) }).map(aQuote),
      { maxLength: 3 },
    ),
    problems: fc.array(
      fc.record({
        field: fc.oneof(fc.constantFrom('homeScore', 'status', 'B365H'), oddText),
        text: oddText,
        reason: oddText,
      }),
      { maxLength: 2 },
    ),
    accepted: fc.subarray(['held/statedResult', 'held/status', 'held/homeScore', 'held/time']),
  })
  .map(({ problems, accepted, ...fields }) => ({
    rawId: 1,
    match: aMatch(fields),
    problems,
    accepted: new Set(accepted),
  }));

it('a version is cleaned to what silver can hold, or is held with a reason that a finding repeats, whatever it says', () => {
  fc.assert(
    fc.property(version, (given) => {
      const { clean, hold, findings } = cleanVersion(given, 'Europe/London');
      for (const { rawId, message } of findings) expect([rawId, typeof message]).toEqual([1, 'string']);
      if (clean === undefined) {
        expect(hold?.reason).toBeTruthy();
        expect(
          findings
            .filter(({ errorType }) => errorType === 'held')
            .map(({ field, message }) => [field, message]),
        ).toEqual([[hold?.field, hold?.reason]]);
        return;
      }
      expect(hold).toBeUndefined();
      MatchStatus.parse(clean.status);
      const { match } = clean.version;
      for (const goals of [
        match.homeScore,
        match.awayScore,
        clean.homeHalfTimeScore,
        clean.awayHalfTimeScore,
      ]) {
        expect(goals === null || (Number.isInteger(goals) && goals >= 0 && goals <= 99)).toBe(true);
      }
      expect(clean.kickoff.at > oldestKickoff && clean.kickoff.at < latestKickoff).toBe(true);
      expect(clean.referee?.length ?? 0).toBeLessThanOrEqual(100);
      expect(clean.venue?.length ?? 0).toBeLessThanOrEqual(200);
      for (const { quote } of clean.quotes) CollectedQuote.parse(quote);
    }),
    { numRuns: 3000 },
  );
});

it('a version cleaned once more comes out the same', () => {
  fc.assert(
    fc.property(version, (given) => {
      const { clean } = cleanVersion(given, 'Europe/London');
      if (clean === undefined) return;
      const { match } = given;
      const tidy = {
        ...given,
        match: {
          ...match,
          referee: clean.referee,
          venue: clean.venue,
          homeHalfTimeScore: clean.homeHalfTimeScore,
          awayHalfTimeScore: clean.awayHalfTimeScore,
          quotes: clean.quotes.map(({ quote }) => quote),
        },
      };
      const again = cleanVersion(tidy, 'Europe/London').clean;
      expect({ ...again, version: null }).toEqual({ ...clean, version: null });
    }),
    { numRuns: 3000 },
  );
});
