import fc from 'fast-check';

/** Random histories of a few leagues: what sources said of matches, counts and prices, and when it was known. */

export const hour = 3_600_000;
const slotHours = 3;

export interface Score {
  readonly home: number;
  readonly away: number;
}

/** One version of what a source says of a match. Instants are epoch milliseconds. */
export interface Revision {
  readonly source: string;
  readonly knownAt: number;
  readonly kickoff: number;
  readonly status: 'scheduled' | 'postponed' | 'completed';
  readonly score: Score | null;
  readonly present: boolean;
}

export interface Statistic {
  readonly source: string;
  readonly knownAt: number;
  readonly shots: Score | null;
  readonly shotsOnTarget: Score | null;
  readonly corners: Score | null;
}

export interface Quote {
  readonly bookmaker: string;
  readonly market: '1x2' | 'over_under';
  readonly kind: 'book' | 'exchange' | 'aggregate';
  readonly phase: 'prematch' | 'closing';
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

/** The source whose word counts most comes first. */
export const bySource = (a: { readonly source: string }, b: { readonly source: string }): number => {
  const rank = ({ source }: { readonly source: string }) => (source === 'football_data' ? '' : source);
  return rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0;
};

/** The revision that counts now, over all that is known. */
export function currentRevision(revisions: readonly Revision[]): Revision | undefined {
  const [first] = [...revisions].sort((a, b) => bySource(a, b) || b.knownAt - a.knownAt);
  return first;
}

const score = fc.record({ home: fc.nat(4), away: fc.nat(4) });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 4 });

const happening = fc.record({
  kind: fc.constantFrom('correct', 'withdraw', 'return', 'move', 'move', 'postpone', 'contradict'),
  /** Hours after the first kick-off. */
  after: fc.integer({ min: -40, max: 120 }),
  score,
  slots: fc.integer({ min: -12, max: 50 }),
  source: fc.constantFrom('aaa', 'zzz'),
});
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

const statistic = fc.record({
  source: fc.constantFrom('football_data', 'football_data', 'aaa'),
  after: fc.constantFrom(2, 2, 2, 5, 30, 90),
  shots: maybe(score),
  shotsOnTarget: maybe(score),
  corners: maybe(score),
});

const price = fc.option(fc.integer({ min: 1010, max: 9000 }), { freq: 8 });

const quote = fc.record({
  bookmaker: fc.constantFrom('bet1', 'bet2', 'bet3', 'exchange1', 'market_average'),
  market: fc.constantFrom('1x2' as const, '1x2' as const, '1x2' as const, 'over_under' as const),
  closing: fc.boolean(),
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
  happenings: fc.array(happening, { maxLength: 2 }),
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
  const next = { ...before, knownAt };
  switch (event.kind) {
    case 'correct':
      return { ...next, status: 'completed', score: event.score };
    case 'withdraw':
      return { ...next, present: false };
    case 'return':
      return { ...next, present: true };
    case 'postpone':
      return { ...next, status: 'postponed', score: null };
    case 'contradict':
      return { ...next, source: event.source, status: 'completed', score: event.score };
    case 'move':
      return { ...next, kickoff: before.kickoff + event.slots * slotHours * hour };
  }
};

function revisionsOf(match: MatchPlan, kickoff: number): Revision[] {
  const played = { kind: 'correct' as const, after: match.dayOnly ? 24 : 2, score: match.score };
  const events = [
    ...(match.played ? [{ ...played, slots: 0, source: 'aaa' as const }] : []),
    ...match.happenings,
  ].sort((a, b) => a.after - b.after);
  let state: Revision = {
    source: 'football_data',
    knownAt: kickoff - 48 * hour,
    kickoff,
    status: 'scheduled',
    score: null,
    present: true,
  };
  const revisions = match.announced || events.length === 0 ? [state] : [];
  for (const event of events) {
    const revision = after(state, event, kickoff + event.after * hour);
    revisions.push(revision);
    if (revision.source === state.source) state = revision;
  }
  return distinctBy(revisions, ({ source, knownAt }) => `${source} ${knownAt}`);
}

const kindOf = (bookmaker: string): Quote['kind'] =>
  bookmaker === 'market_average' ? 'aggregate' : bookmaker === 'exchange1' ? 'exchange' : 'book';

function quotesOf({ bookmaker, market, closing, before, values }: QuotePlan, kickoff: number): Quote[] {
  // A closing price is had at kick-off: long before the cutoff where the match is moved later.
  const collectedAt = closing ? kickoff : kickoff - before * hour;
  return values.map(({ recordedLate, prices, suspicious }) => ({
    bookmaker,
    market,
    kind: kindOf(bookmaker),
    phase: closing ? 'closing' : 'prematch',
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
    const kickoff = match.dayOnly ? start - (start % (24 * hour)) : start;
    const revisions = revisionsOf(match, kickoff);
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
      kickoff: currentRevision(revisions)?.kickoff ?? kickoff,
      precision: match.dayOnly ? 'day' : 'minute',
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
