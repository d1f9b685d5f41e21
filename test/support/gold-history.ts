import fc from 'fast-check';
import type { Revision, Statistic } from './gold-words.js';
import { collapsedAt } from './precedence-reference.js';

export type { Revision, Score, Statistic } from './gold-words.js';

/** Random histories of a few leagues: what sources said of matches, counts and prices, and when it was known. */

export const hour = 3_600_000;
const slotHours = 3;

export interface Quote {
  readonly bookmaker: string;
  readonly market: '1x2' | 'over_under';
  readonly kind: 'book' | 'exchange' | 'aggregate';
  readonly phase: 'prematch' | 'closing' | 'live';
  readonly collectedAt: number;
  readonly recordedAt: number;
  /** Home, draw, away, in thousandths; null takes the price back. */
  readonly prices: readonly [number | null, number | null, number | null];
  readonly suspicious: boolean;
}

export interface HistoryMatch {
  readonly id: number;
  readonly league: number;
  /** The year in which the season begins. */
  readonly season: number;
  readonly home: number;
  readonly away: number;
  readonly ordinal: number;
  /** The kick-off as known now, and whether only its day is known. */
  readonly kickoff: number;
  readonly precision: 'minute' | 'day';
  readonly revisions: readonly Revision[];
  readonly statistics: readonly Statistic[];
  readonly quotes: readonly Quote[];
}

export type History = readonly HistoryMatch[];

export const leagues = [
  { id: 1, code: 'X0', country: 'X', level: 1, teams: [1, 2, 3, 4, 5] },
  { id: 2, code: 'X1', country: 'X', level: 2, teams: [3, 4, 5, 6, 7] },
  { id: 3, code: 'Y0', country: 'Y', level: 1, teams: [8, 9, 10, 11] },
] as const;

/** Names run against ids, so that an order by id is not mistaken for one by name. */
export const teamName = (id: number): string => `Team ${String.fromCharCode(90 - id)}`;

export const teamIds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

const score = fc.record({ home: fc.nat(4), away: fc.nat(4) });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 4 });

/** The ground and the referee, in every word of a source anew. */
const names = fc.record({
  venue: maybe(fc.constantFrom('Old Ground', 'New Ground')),
  referee: maybe(fc.constantFrom('A Referee', 'Another Referee')),
});

const happening = fc.record({
  kind: fc.constantFrom(
    'correct',
    'correct',
    'play',
    'play',
    'withdraw',
    'return',
    'move',
    'move',
    'move',
    'postpone',
    'cancel',
  ),
  /** Hours after the first kick-off. */
  after: fc.integer({ min: -40, max: 120 }),
  score,
  slots: fc.integer({ min: -12, max: 50 }),
  /** Who says so. The last one is not listed in the precedence of sources. */
  source: fc.constantFrom(
    'football_data',
    'football_data',
    'football_data',
    'openfootball',
    'api_football',
    'scores_api',
    'aaa',
  ),
  /** Whether a source other than the first knows the day alone. */
  dayOnly: fc.boolean(),
  names,
});
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

const nothing = fc.constant(null);

/** Now and then a source has not counted anything. */
const counts = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ shots: maybe(score), shotsOnTarget: maybe(score), corners: maybe(score) }),
  },
  { weight: 1, arbitrary: fc.record({ shots: nothing, shotsOnTarget: nothing, corners: nothing }) },
);

const statistic = fc
  .tuple(
    fc.record({
      source: fc.constantFrom('football_data', 'football_data', 'api_football', 'aaa'),
      after: fc.constantFrom(2, 2, 2, 5, 30, 90),
    }),
    counts,
  )
  .map(([said, counted]) => ({ ...said, ...counted }));

const price = fc.option(fc.integer({ min: 1010, max: 9000 }), { freq: 8 });

const quote = fc.record({
  bookmaker: fc.constantFrom('bet1', 'bet2', 'bet3', 'exchange1', 'market_average'),
  market: fc.constantFrom('1x2' as const, '1x2' as const, '1x2' as const, 'over_under' as const),
  phase: fc.constantFrom('prematch', 'prematch', 'closing', 'live'),
  /** Hours before the first kick-off. */
  before: fc.constantFrom(48, 24, 24, 2, 1, 0),
  /** Each value of the price, and how many hours after it could be had it was recorded. */
  values: fc.array(
    fc.record({
      recordedLate: fc.constantFrom(0, 0, 10, 24, 60),
      prices: fc.tuple(price, price, price),
      suspicious: fc.constantFrom(false, false, false, true),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});

type QuotePlan = typeof quote extends fc.Arbitrary<infer T> ? T : never;

/** What a match is made of; {@link historyOf} gives it its id, ordinal and rows. */
export const plan = fc.record({
  league: fc.constantFrom(0, 0, 1, 2),
  season: fc.constantFrom(2020, 2020, 2021, 2021, 2023),
  pairing: fc.tuple(fc.nat(4), fc.integer({ min: 1, max: 3 })),
  slot: fc.nat(50),
  dayOnly: fc.constantFrom(false, false, false, true),
  announced: fc.boolean(),
  played: fc.constantFrom(true, true, true, false),
  score,
  /** As announced, and as told with the result. */
  names: fc.tuple(names, names),
  happenings: fc.array(happening, { maxLength: 3 }),
  statistics: fc.array(statistic, { maxLength: 2 }),
  quotes: fc.array(quote, { maxLength: 5 }),
});
export type MatchPlan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

/** Of all leagues; or of one alone, so that its last fifty matches come together. */
export const plans = fc.oneof(
  { weight: 4, arbitrary: fc.array(plan, { minLength: 1, maxLength: 80, size: 'max' }) },
  {
    weight: 1,
    arbitrary: fc
      .array(plan, { minLength: 70, maxLength: 100, size: 'max' })
      .map((matches) => matches.map((match): MatchPlan => ({ ...match, league: 0, happenings: [] }))),
  },
);

const distinctBy = <T>(rows: readonly T[], key: (row: T) => string): T[] => [
  ...new Map([...rows].reverse().map((row) => [key(row), row])).values(),
];

const after = (before: Revision, event: Happening, knownAt: number): Revision => {
  const next = { ...before, ...event.names, knownAt };
  switch (event.kind) {
    case 'correct':
      return { ...next, status: 'completed', score: event.score };
    case 'play':
      return { ...next, status: 'live', score: event.score };
    case 'withdraw':
      return { ...next, present: false };
    case 'return':
      return { ...next, present: true };
    case 'postpone':
      return { ...next, status: 'postponed', score: null };
    case 'cancel':
      return { ...next, status: 'cancelled', score: null };
    case 'move':
      return { ...next, kickoff: before.kickoff + event.slots * slotHours * hour };
  }
};

const dayOf = (at: number): number => at - (at % (24 * hour));

function revisionsOf(match: MatchPlan, start: number): Revision[] {
  const [announcedNames, playedNames] = match.names;
  const firstWord = (source: string, dayOnly: boolean): Revision => ({
    source,
    knownAt: start - 48 * hour,
    kickoff: dayOnly ? dayOf(start) : start,
    precision: dayOnly ? 'day' : 'minute',
    status: 'scheduled',
    score: null,
    ...announcedNames,
    present: true,
  });
  const first = firstWord('football_data', match.dayOnly);
  const played: Happening = {
    kind: 'correct',
    after: match.dayOnly ? 24 : 2,
    score: match.score,
    slots: 0,
    source: 'football_data',
    dayOnly: match.dayOnly,
    names: playedNames,
  };
  const events = [...(match.played ? [played] : []), ...match.happenings].sort((a, b) => a.after - b.after);
  const words = new Map([[first.source, first]]);
  const revisions = match.announced || events.length === 0 ? [first] : [];
  for (const event of events) {
    const before = words.get(event.source) ?? firstWord(event.source, event.dayOnly);
    const revision = after(before, event, first.kickoff + event.after * hour);
    revisions.push(revision);
    words.set(event.source, revision);
  }
  return distinctBy(revisions, ({ source, knownAt }) => `${source} ${knownAt}`);
}

const kindOf = (bookmaker: string): Quote['kind'] =>
  bookmaker === 'market_average' ? 'aggregate' : bookmaker === 'exchange1' ? 'exchange' : 'book';

function quotesOf({ bookmaker, market, phase, before, values }: QuotePlan, kickoff: number): Quote[] {
  // A closing price is had at kick-off, one in play after it: long before the cutoff where the match is moved later.
  const collectedAt = kickoff + { prematch: -before, closing: 0, live: 1 }[phase] * hour;
  return values.map(({ recordedLate, prices, suspicious }) => ({
    bookmaker,
    market,
    kind: kindOf(bookmaker),
    phase,
    collectedAt,
    recordedAt: collectedAt + recordedLate * hour,
    prices,
    suspicious,
  }));
}

/** The history that plans make, in their order: ids and ordinals count up. */
export function historyOf(matchPlans: readonly MatchPlan[], earlier: History = []): HistoryMatch[] {
  const history = [...earlier];
  for (const match of matchPlans) {
    const league = leagues[match.league];
    const { teams } = league;
    const [first, step] = match.pairing;
    const home = teams[first % teams.length] ?? 0;
    const away = teams[(first + step) % teams.length] ?? 0;
    const start = Date.UTC(match.season, 7, 1) + match.slot * slotHours * hour;
    const kickoff = match.dayOnly ? dayOf(start) : start;
    const revisions = revisionsOf(match, start);
    const now = collapsedAt(revisions, Infinity);
    const same = history.filter(
      (other) =>
        other.league === league.id &&
        other.season === match.season &&
        other.home === home &&
        other.away === away,
    );
    history.push({
      id: Math.max(0, ...history.map(({ id }) => id)) + 1,
      league: league.id,
      season: match.season,
      home,
      away,
      ordinal: Math.max(0, ...same.map(({ ordinal }) => ordinal)) + 1,
      kickoff: now?.kickoff ?? kickoff,
      precision: now?.precision ?? 'minute',
      revisions,
      statistics: distinctBy(
        match.statistics.map(({ after: hours, ...rest }) => ({ ...rest, knownAt: kickoff + hours * hour })),
        ({ source, knownAt }) => `${source} ${knownAt}`,
      ),
      quotes: distinctBy(
        match.quotes.flatMap((planned) => quotesOf(planned, kickoff)),
        (row) => `${row.bookmaker} ${row.market} ${row.collectedAt} ${row.recordedAt}`,
      ),
    });
  }
  return history;
}

/** How far the ids of one history lie from those of the next where several lie side by side. */
export const apartBy = 1_000;

/**
 * Several histories as one, each with leagues, teams and matches of its own: what is made of all of them together is what is made of each. Match `id` of the
 * history at `place` has the id `id + place * apartBy`; a DuckDB that is opened for so many histories knows the teams and leagues.
 */
export const sideBySide = (histories: readonly History[]): History =>
  histories.flatMap((history, place) =>
    history.map((match) => ({
      ...match,
      id: match.id + place * apartBy,
      league: match.league + place * apartBy,
      home: match.home + place * apartBy,
      away: match.away + place * apartBy,
    })),
  );
