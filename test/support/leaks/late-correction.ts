import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { historyOf, hour, leagues, plans, type History, type HistoryMatch } from '../gold-history.js';
import { difference, toldOf, type Pipeline } from './gold-told.js';

/** What is corrected long after it happened. */
const corrections = ['score', 'shots', 'withdrawn', 'price', 'price too late'] as const;
type Correction = (typeof corrections)[number];

const source = 'football_data';
const start = Date.UTC(2021, 9, 2);
const day = 24 * hour;
const league = leagues[0];
const [host, guest, other] = league.teams;

/** A match between two teams of the first league, `days` after the first of three; told and counted by its file, with one price. */
const played = (id: number, days: number, home: number, away: number): HistoryMatch => {
  const kickoff = start + days * day;
  const said = { source, kickoff, precision: 'minute' as const, venue: null, referee: null, present: true };
  return {
    ...{ id, league: league.id, season: 2021, home, away, ordinal: id, kickoff, precision: 'minute' },
    revisions: [
      { ...said, knownAt: kickoff - 5 * day, status: 'scheduled', score: null },
      { ...said, knownAt: kickoff + 3 * hour, status: 'completed', score: { home: 2, away: 1 } },
    ],
    statistics: [
      {
        ...{ source, knownAt: kickoff + 3 * hour, shots: { home: 11, away: 7 } },
        ...{ shotsOnTarget: { home: 5, away: 3 }, corners: { home: 6, away: 4 } },
      },
    ],
    quotes: [
      {
        ...{ bookmaker: 'bet1', market: '1x2', kind: 'book', phase: 'prematch', suspicious: false },
        ...{ collectedAt: kickoff - 3 * day, recordedAt: kickoff - 3 * day, prices: [2000, 3400, 3900] },
      },
    ],
  };
};

/** The match, corrected: a row more, known at the instant. */
function corrected(match: HistoryMatch, what: Correction, knownAt: number): HistoryMatch {
  const { revisions, statistics, quotes } = match;
  const [word, count, quote] = [revisions.at(-1), statistics.at(-1), quotes.at(-1)];
  if (word === undefined || count === undefined || quote === undefined) return match;
  switch (what) {
    case 'score':
      return { ...match, revisions: [...revisions, { ...word, knownAt, score: { home: 0, away: 3 } }] };
    case 'withdrawn':
      return { ...match, revisions: [...revisions, { ...word, knownAt, present: false }] };
    case 'shots':
      return { ...match, statistics: [...statistics, { ...count, knownAt, shots: { home: 2, away: 19 } }] };
    case 'price':
    case 'price too late':
      return { ...match, quotes: [...quotes, { ...quote, recordedAt: knownAt, prices: [3900, 3400, 2000] }] };
  }
}

/** Three matches of one team after all others: what is corrected between the second and the third is news to the third alone. */
const first = (id: number): HistoryMatch => played(id, 0, host, guest);
const second = (id: number): HistoryMatch => played(id, 7, host, other);
const third = (id: number): HistoryMatch => played(id, 14, guest, host);

const scene = fc.record({
  plans,
  what: fc.constantFrom(...corrections),
  /** Hours after the cutoff of the second match: between it and that of the third, both excluded. */
  after: fc.integer({ min: 1, max: 7 * 24 - 1 }),
});

/**
 * A correction changes nothing of a match that was described before it was known, and something of the next one it bears upon: results and counts the next match of
 * a team, a price its own match, where it comes before the cutoff, and nothing where it comes after it.
 */
export const correctionCountsFromThenOn = (connection: DuckDBConnection, pipeline: Pipeline) =>
  fc.asyncProperty(scene, async ({ plans: matches, what, after }) => {
    // All that happens at random lies a season or more before, or is heard of another team.
    const before = historyOf(matches).filter(({ season }) => season < 2021);
    const id = Math.max(0, ...before.map((match) => match.id));
    const [one, two, three] = [first(id + 1), second(id + 2), third(id + 3)];
    const knownAt = two.kickoff - hour + after * hour;
    const target = { price: three, 'price too late': two, score: one, shots: one, withdrawn: one }[what];
    // A price that can be had three days before the match is corrected after that, and before the cutoff.
    const seenAt = what === 'price' ? Math.max(knownAt, three.kickoff - 2 * day) : knownAt;
    const history: History = [...before, one, two, three];
    const told = await toldOf(connection, pipeline, history);
    const late = await toldOf(
      connection,
      pipeline,
      history.map((match) => (match === target ? corrected(match, what, seenAt) : match)),
    );
    for (const match of history) {
      if (match.kickoff - hour >= seenAt) continue;
      const found = difference(told.get(match.id), late.get(match.id));
      if (found !== undefined)
        throw new Error(`A correction (${what}) changed match ${match.id} before it was known: ${found}`);
    }
    if (what !== 'price too late' && difference(told.get(three.id), late.get(three.id)) === undefined)
      throw new Error(`A correction (${what}) changed nothing after it was known`);
  });
