import fc from 'fast-check';
import {
  historyOf,
  hour,
  plan,
  type History,
  type HistoryMatch,
  type MatchPlan,
  type Quote,
  type Revision,
  type Statistic,
} from './gold-history.js';
import { collapsedAt } from './precedence-reference.js';

/** Another course of events after an instant: rows known later are removed, changed or added. */
export interface OtherFuture {
  /** What becomes of each later row, and what is added to each match, in turn. */
  readonly edits: readonly ('keep' | 'remove' | 'change')[];
  /** Matches that nobody had heard of before. */
  readonly newcomers: readonly MatchPlan[];
}

export const otherFuture: fc.Arbitrary<OtherFuture> = fc.record({
  edits: fc.array(fc.constantFrom('keep', 'remove', 'change'), { minLength: 1, maxLength: 17 }),
  newcomers: fc.array(plan, { maxLength: 5 }),
});

const otherRevision = (revision: Revision): Revision => ({
  ...revision,
  status: 'completed',
  score: { home: (revision.score?.away ?? 0) + 3, away: revision.score?.home ?? 0 },
  kickoff: revision.kickoff - 30 * hour,
  venue: revision.venue === null ? 'Another Ground' : null,
  referee: revision.referee === null ? 'A Third Referee' : null,
  present: !revision.present,
});

const otherStatistic = (statistic: Statistic): Statistic => ({
  ...statistic,
  shots: { home: 21, away: 2 },
  shotsOnTarget: { home: 9, away: 1 },
  corners: { home: 12, away: 3 },
});

const otherQuote = (quote: Quote): Quote => ({ ...quote, prices: [1111, 7777, 8888], suspicious: false });

const quoteKnownAt = ({ collectedAt, recordedAt }: Quote): number => Math.max(collectedAt, recordedAt);

/** The latest instant at which a row of the match was known. */
const lastKnown = ({ revisions, statistics, quotes }: HistoryMatch): number =>
  Math.max(
    ...revisions.map(({ knownAt }) => knownAt),
    ...statistics.map(({ knownAt }) => knownAt),
    ...quotes.map(quoteKnownAt),
  );

/** A match of which nothing was known by the instant. */
const heardOfAfter = (match: HistoryMatch, instant: number): HistoryMatch => {
  const later = <T extends { readonly knownAt: number }>(rows: readonly T[]): T[] =>
    rows.map((row, index) => ({ ...row, knownAt: Math.max(row.knownAt, instant + 1 + index) }));
  return {
    ...match,
    revisions: later(match.revisions),
    statistics: later(match.statistics),
    quotes: match.quotes.map((quote, index) => ({
      ...quote,
      recordedAt: Math.max(quote.recordedAt, instant + 1 + index),
    })),
  };
};

/**
 * The history as it would be had things gone otherwise after the instant. What was known by then is untouched; the
 * matches whose cutoff is not after it keep their kick-off, for that is what says when they are described.
 */
export function withOtherFuture(history: History, instant: number, future: OtherFuture): HistoryMatch[] {
  let turn = 0;
  const nextEdit = () => future.edits[turn++ % future.edits.length] ?? 'keep';
  const edited = <T>(rows: readonly T[], knownAt: (row: T) => number, change: (row: T) => T): T[] =>
    rows.flatMap((row) => {
      if (knownAt(row) <= instant) return [row];
      const edit = nextEdit();
      return edit === 'remove' ? [] : [edit === 'change' ? change(row) : row];
    });

  const others = history.flatMap((match): HistoryMatch[] => {
    const revisions = edited(match.revisions, ({ knownAt }) => knownAt, otherRevision);
    const statistics = edited(match.statistics, ({ knownAt }) => knownAt, otherStatistic);
    const quotes = edited(match.quotes, quoteKnownAt, otherQuote);
    const added = Math.max(instant, lastKnown(match)) + hour;
    if (nextEdit() === 'change') {
      const before = revisions.at(-1) ?? match.revisions.at(-1);
      if (before !== undefined) revisions.push({ ...otherRevision(before), knownAt: added });
    }
    if (nextEdit() === 'change') {
      statistics.push(
        otherStatistic({
          source: 'football_data',
          knownAt: added,
          shots: null,
          shotsOnTarget: null,
          corners: null,
        }),
      );
    }
    if (nextEdit() === 'change') {
      quotes.push(...match.quotes.map((quote) => otherQuote({ ...quote, recordedAt: added })));
    }
    if (isDescribedBy(match, instant)) return [{ ...match, revisions, statistics, quotes }];
    const now = collapsedAt(revisions, Infinity);
    if (now === undefined) return [];
    const { kickoff, precision } = now;
    return [{ ...match, kickoff, precision, revisions, statistics, quotes }];
  });
  const known = new Set(history.map(({ id }) => id));
  const newcomers = historyOf(future.newcomers, history).filter(({ id }) => !known.has(id));
  return [...others, ...newcomers.map((match) => heardOfAfter(match, instant))];
}

/** Whether a match's cutoff is not after the instant: its features then know nothing that is. */
export const isDescribedBy = ({ kickoff }: HistoryMatch, instant: number): boolean =>
  kickoff - hour <= instant;
