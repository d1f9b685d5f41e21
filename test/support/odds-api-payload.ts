/** The Odds API's wire format, built. */
type Fields = Readonly<Record<string, unknown>>;

const kickoff = '2026-11-28T15:00:00Z';

export const outcome = (name: string, price: unknown, point?: unknown): Fields => ({
  name,
  price,
  ...(point === undefined ? {} : { point }),
});

export const market = (key: string, outcomes: readonly unknown[], fields: Fields = {}): Fields => ({
  key,
  last_update: '2026-11-28T12:00:00Z',
  outcomes,
  ...fields,
});

export const bookmaker = (key: string, markets: readonly unknown[], fields: Fields = {}): Fields => ({
  key,
  title: key.toUpperCase(),
  last_update: '2026-11-28T12:01:00Z',
  markets,
  ...fields,
});

/** Arsenal against Everton on Saturday at three. */
export const eventOf = (fields: Fields = {}): Fields => ({
  id: 'a1',
  sport_key: 'soccer_epl',
  sport_title: 'EPL',
  commence_time: kickoff,
  home_team: 'Arsenal',
  away_team: 'Everton',
  ...fields,
});

export const eventWithOdds = (bookmakers: readonly unknown[], fields: Fields = {}): Fields => ({
  ...eventOf(fields),
  bookmakers,
});

export const h2h = market('h2h', [outcome('Everton', 5.5), outcome('Draw', 4.2), outcome('Arsenal', 1.6)]);
export const totals = market('totals', [
  outcome('Over', 1.9, 2.5),
  outcome('Under', 3.4, 3.5),
  outcome('Under', 1.95, 2.5),
  outcome('Over', 1.3, 3.5),
]);
export const spreads = market('spreads', [outcome('Everton', 2.02, 1), outcome('Arsenal', 1.88, -1)]);

/** Two matches, all markets that are read, one that is left out, a bookmaker and an exchange. */
export const oddsBody: readonly Fields[] = [
  eventWithOdds([
    bookmaker('pinnacle', [h2h, totals, spreads]),
    bookmaker('betfair_ex_uk', [h2h, market('h2h_lay', [outcome('Arsenal', 1.62), outcome('Draw', 4.4)])]),
  ]),
  eventWithOdds([], { id: 'a2', home_team: 'Chelsea', away_team: 'Fulham' }),
];
