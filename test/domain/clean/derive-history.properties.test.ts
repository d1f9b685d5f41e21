import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveHistory } from '../../../domain/clean/derive-history.js';
import type { Appearance, Version } from '../../../domain/clean/history.js';
import type { ScoreSighting } from '../../../domain/clean/score-sighting.js';
import { legalMoves } from '../../../schemas/match-moves.js';
import { kickoffOf } from '../../../domain/clock/kickoff.js';
import type { CollectedMatch } from '../../../schemas/records/collected-match.js';
import { instant, MatchStatus } from '../../../schemas/values.js';
import { aMatch, aQuote, someStatistics } from './a-match.js';

const hour = 3_600_000;
const begin = Date.UTC(2021, 7, 9, 10);
const zone = 'Europe/London';

const quotes = fc.uniqueArray(
  fc
    .record({
      bookmaker: fc.constantFrom('bet365', 'bwin'),
      phase: fc.constantFrom('prematch' as const, 'closing' as const),
      home: fc.constantFrom(1.01, 2.1, 2.2),
      line: fc.constantFrom(-0.25, 0.5),
      isHandicap: fc.boolean(),
    })
    .map(({ isHandicap, line, ...fields }) =>
      isHandicap
        ? aQuote({ ...fields, market: 'asian_handicap', line, draw: null, away: 1.8 })
        : aQuote(fields),
    ),
  { maxLength: 5, selector: ({ bookmaker, phase, market }) => `${bookmaker} ${phase} ${market}` },
);

/** Small ranges, so that editions often repeat, correct and contradict each other. */
const match: fc.Arbitrary<CollectedMatch> = fc
  .record({
    date: fc.constantFrom('2021-08-13', '2021-08-14', '2021-08-17'),
    time: fc.constantFrom('15:00', '17:00', null),
    score: fc.constantFrom(null, [1, 0] as const, [2, 0] as const),
    statedResult: fc.constantFrom(null, null, null, 'A' as const),
    status: fc.constantFrom(null, null, null, null, ...MatchStatus.options),
    referee: fc.constantFrom(null, 'M Dean'),
    shots: fc.constantFrom(null, 4, 5),
    quotes,
  })
  .map(({ score, shots, ...fields }) =>
    aMatch({
      ...fields,
      homeScore: score?.[0] ?? null,
      awayScore: score?.[1] ?? null,
      statistics: shots === null ? null : someStatistics(shots),
    }),
  );

const edition = fc.record({
  file: fc.constantFrom('2122/E0.csv', '2122/E0.csv', 'fixtures.csv'),
  gap: fc.integer({ min: 1, max: 40 }),
  what: fc.oneof(
    { weight: 4, arbitrary: match },
    { weight: 1, arbitrary: fc.constant('absent' as const) },
    { weight: 2, arbitrary: fc.constant('again' as const) },
  ),
});

/** Editions in the order of their times, as collection stores them: an equal row is the same raw row again. */
const timeline: fc.Arbitrary<Appearance[]> = fc
  .array(edition, { minLength: 1, maxLength: 8 })
  .map((editions) => {
    const latest = new Map<string, Appearance>();
    let at = begin;
    let rawId = 0;
    return editions.map(({ file, gap, what }, index) => {
      at += gap * 4 * hour;
      const before = latest.get(file);
      const version = (said: CollectedMatch): Version => ({ rawId: ++rawId, match: said, problems: [] });
      const appearance: Appearance = {
        editionId: index + 1,
        uri: file,
        fileKind: file === 'fixtures.csv' ? 'fixtures' : 'season',
        editionTime: instant(at),
        editionNo: (before?.editionNo ?? 0) + 1,
        isFirstEditionOfFile: before === undefined,
        presence:
          what === 'again' ? (before?.presence ?? 'absent') : what === 'absent' ? what : version(what),
      };
      latest.set(file, appearance);
      return appearance;
    });
  });

const runs = { numRuns: 2000 };

describe('the history of a match, over random editions', () => {
  it('only grows when an edition is added, but for the question why a match is missing, which its return answers', () => {
    fc.assert(
      fc.property(timeline, (appearances) => {
        const before = deriveHistory(appearances.slice(0, -1), zone);
        const after = deriveHistory(appearances, zone);
        for (const list of ['fixtureRevisions', 'statistics', 'quotes', 'held'] as const) {
          expect(after[list].slice(0, before[list].length)).toEqual(before[list]);
        }
        const [found, foundAfter] = [before, after].map(({ findings }) =>
          findings.filter(({ errorType }) => errorType !== 'missing_from_edition'),
        );
        expect(foundAfter?.slice(0, found?.length)).toEqual(found);
      }),
      runs,
    );
  });

  it('asks why a match is missing while it is, and once', () => {
    fc.assert(
      fc.property(timeline, (appearances) => {
        const { fixtureRevisions, findings } = deriveHistory(appearances, zone);
        const asked = findings.filter(({ errorType }) => errorType === 'missing_from_edition');
        expect(asked).toHaveLength(fixtureRevisions.at(-1)?.sourcePresent === false ? 1 : 0);
      }),
      runs,
    );
  });

  it('learns nothing from an edition before that edition, but for what the first edition of a season file tells', () => {
    fc.assert(
      fc.property(timeline, (appearances) => {
        const added = appearances.at(-1);
        if (added === undefined || (added.isFirstEditionOfFile && added.fileKind === 'season')) return;
        const before = deriveHistory(appearances.slice(0, -1), zone);
        const after = deriveHistory(appearances, zone);
        const times = [
          ...after.fixtureRevisions.slice(before.fixtureRevisions.length).map(({ knownAt }) => knownAt),
          ...after.statistics.slice(before.statistics.length).map(({ knownAt }) => knownAt),
          ...after.quotes.slice(before.quotes.length).map(({ recordedAt }) => recordedAt),
        ];
        for (const at of times) expect(at).toBeGreaterThanOrEqual(added.editionTime);
      }),
      runs,
    );
  });

  it('gains nothing from an edition without change', () => {
    fc.assert(
      fc.property(timeline, (appearances) => {
        const last = appearances.at(-1);
        if (last === undefined) return;
        const again: Appearance = {
          ...last,
          editionId: 1000,
          editionTime: instant(last.editionTime + hour),
          editionNo: last.editionNo + 1,
          isFirstEditionOfFile: false,
        };
        expect(deriveHistory([...appearances, again], zone)).toEqual(deriveHistory(appearances, zone));
      }),
      runs,
    );
  });

  it('does not depend on the order in which the editions are given', () => {
    fc.assert(
      fc.property(timeline, (appearances) => {
        expect(deriveHistory(appearances.toReversed(), zone)).toEqual(deriveHistory(appearances, zone));
      }),
    );
  });

  it('has strictly increasing known times, each different from the revision before', () => {
    fc.assert(
      fc.property(timeline, (appearances) => {
        const { fixtureRevisions, statistics } = deriveHistory(appearances, zone);
        for (const list of [fixtureRevisions, statistics]) {
          list.slice(1).forEach((revision, index) => {
            expect(revision.knownAt).toBeGreaterThan(list[index]?.knownAt ?? Infinity);
          });
        }
      }),
      runs,
    );
  });

  it('knows no result before it could be known', () => {
    fc.assert(
      fc.property(timeline, (appearances) => {
        const { fixtureRevisions, statistics } = deriveHistory(appearances, zone);
        for (const { status, matchTime, precision, knownAt } of fixtureRevisions) {
          const length = precision === 'minute' ? 2.5 * hour : 24 * hour - 1;
          if (status === 'completed') expect(knownAt).toBeGreaterThanOrEqual(matchTime + length);
        }
        const earliest = Math.min(
          ...appearances.map(({ presence }) =>
            presence === 'absent' ? Infinity : kickoffOf(presence.match, zone).resultKnownAt,
          ),
        );
        for (const { knownAt } of statistics) expect(knownAt).toBeGreaterThanOrEqual(earliest);
      }),
      runs,
    );
  });

  it('gives no two rows of odds one key, records no price before its time, and keeps pre-match prices before a kick-off', () => {
    fc.assert(
      fc.property(timeline, (appearances) => {
        const rows = deriveHistory(appearances, zone).quotes;
        const keys = rows.map((row) =>
          [row.bookmaker, row.market, row.line, row.collectedAt, row.recordedAt].join(),
        );
        expect(new Set(keys).size).toBe(keys.length);
        const lastKickoff = Math.max(
          ...appearances.map(({ presence }) =>
            presence === 'absent' ? 0 : kickoffOf(presence.match, zone).at,
          ),
        );
        for (const row of rows) {
          expect(row.recordedAt).toBeGreaterThanOrEqual(row.collectedAt);
          if (row.phase === 'prematch') expect(row.collectedAt).toBeLessThan(lastKickoff);
        }
      }),
      runs,
    );
  });

  it('takes no illegal step, and holds what would be one', () => {
    fc.assert(
      fc.property(timeline, (appearances) => {
        const { fixtureRevisions, findings, held } = deriveHistory(appearances, zone);
        fixtureRevisions.slice(1).forEach(({ status, homeScore, matchTime, editionId }, index) => {
          const before = fixtureRevisions[index]?.status ?? 'scheduled';
          if (status === before || legalMoves[before].includes(status)) return;
          expect([before, status, homeScore]).toEqual(['completed', 'scheduled', null]);
          const seenAt = appearances.find((appearance) => appearance.editionId === editionId)?.editionTime;
          expect(matchTime).toBeGreaterThan(seenAt ?? Infinity);
        });
        for (const { errorType, rawId } of findings) {
          if (errorType !== 'illegal_status_move') continue;
          expect(held.map((version) => version.rawId)).toContain(rawId);
        }
      }),
      runs,
    );
  });

  it("ends with what the season's file says last, if that can be believed", () => {
    fc.assert(
      fc.property(timeline, (appearances) => {
        const last = appearances.at(-1);
        if (last === undefined || last.presence === 'absent' || last.fileKind === 'fixtures') return;
        const { match, rawId } = last.presence;
        // A row that has not changed is no news.
        const isNews = appearances.every(
          ({ presence }) => presence === last.presence || presence === 'absent' || presence.rawId !== rawId,
        );
        if (!isNews || appearances.filter(({ presence }) => presence === last.presence).length > 1) return;
        const { held, fixtureRevisions } = deriveHistory(appearances, zone);
        if (held.some((version) => version.rawId === rawId)) return;
        const { matchTime, homeScore, awayScore, sourcePresent } = fixtureRevisions.at(-1) ?? {};
        expect({ matchTime, homeScore, awayScore, sourcePresent }).toEqual({
          matchTime: kickoffOf(match, zone).at,
          homeScore: match.homeScore,
          awayScore: match.awayScore,
          sourcePresent: true,
        });
      }),
      runs,
    );
  });
});

/** Scores of any kind among the editions; in the order in which they were told. */
const scores: fc.Arbitrary<ScoreSighting[]> = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 0, max: 60 }),
      status: fc.constantFrom<MatchStatus>('live', 'live', 'completed', ...MatchStatus.options),
      home: fc.constantFrom(null, 0, 1, 2, 2),
      away: fc.constantFrom(null, 0, 0, 1),
      halfTime: fc.constantFrom(null, { home: 1, away: 0 }, { home: 2, away: 0 }),
    }),
    { maxLength: 8 },
  )
  .map((told) => {
    let at = begin;
    return told.map(({ gap, halfTime, ...said }, index) => {
      at += gap * hour;
      return {
        ...said,
        at: instant(at),
        rawScoreId: 1_000 + index,
        halfTime: halfTime ?? { home: null, away: null },
      };
    });
  });

describe('the history of a match, over random editions and scores', () => {
  it('is one order of times, each move legal or asked about, and every score told, no news or held', () => {
    fc.assert(
      fc.property(timeline, scores, (appearances, sightings) => {
        const { fixtureRevisions, heldScores, findings } = deriveHistory(appearances, zone, sightings);
        const asked = new Set(findings.map(({ rawId, rawScoreId }) => rawScoreId ?? rawId));
        fixtureRevisions.forEach((revision, index) => {
          const before = fixtureRevisions[index - 1];
          if (before === undefined) return;
          expect(revision.knownAt).toBeGreaterThan(before.knownAt);
          if (before.status !== revision.status && !legalMoves[before.status].includes(revision.status))
            expect(asked).toContain(revision.rawScoreId ?? revision.rawId);
        });
        const held = heldScores.map(({ rawScoreId }) => rawScoreId);
        expect(new Set(held).size).toBe(held.length);
        for (const { rawScoreId, knownAt } of fixtureRevisions) {
          const sighting = sightings.find((one) => one.rawScoreId === rawScoreId);
          if (sighting === undefined) continue;
          expect(held).not.toContain(rawScoreId);
          expect(knownAt).toBeGreaterThanOrEqual(sighting.at);
        }
      }),
      runs,
    );
  });

  it('is as the scores are told, whatever the order in which they are given', () => {
    fc.assert(
      fc.property(timeline, scores, (appearances, sightings) => {
        expect(deriveHistory(appearances.toReversed(), zone, sightings.toReversed())).toEqual(
          deriveHistory(appearances, zone, sightings),
        );
      }),
      runs,
    );
  });

  it('only grows when a score is added after all that has been told', () => {
    fc.assert(
      fc.property(timeline, scores, fc.integer({ min: 0, max: 3 }), (appearances, sightings, goals) => {
        const last = Math.max(
          ...appearances.map(({ editionTime }) => editionTime),
          ...sightings.map(({ at }) => at),
        );
        const later: ScoreSighting = {
          rawScoreId: 9_999,
          at: instant(last + hour),
          status: 'live',
          home: goals,
          away: 0,
          halfTime: { home: null, away: null },
        };
        const before = deriveHistory(appearances, zone, sightings);
        const after = deriveHistory(appearances, zone, [...sightings, later]);
        expect(after.fixtureRevisions.slice(0, before.fixtureRevisions.length)).toEqual(
          before.fixtureRevisions,
        );
      }),
      runs,
    );
  });
});
