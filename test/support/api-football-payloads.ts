import type { Received } from '../../adapters/providers/api_football/answer.js';
import { instantFromIso } from '../../schemas/values.js';

type Fields = Readonly<Record<string, unknown>>;

/** When the answers of these tests come. */
export const answeredAt = instantFromIso('2024-08-20T17:41:30Z');

/** The body of an answer, as API-Football lays it out. */
export const anAnswer = (response: unknown, fields: Fields = {}): Fields => ({
  get: 'fixtures',
  parameters: { league: '39' },
  errors: [],
  results: Array.isArray(response) ? response.length : 0,
  paging: { current: 1, total: 1 },
  response,
  ...fields,
});

/** What an endpoint's `read` takes, of one question. */
export const received = (body: unknown, parameters: Readonly<Record<string, string>> = {}): Received => ({
  body,
  request: { path: '/fixtures', parameters, cost: 1 },
  now: answeredAt,
});

const pair = (home: number | null, away: number | null) => ({ home, away });
const team = (id: number, name: string) => ({
  id,
  name,
  logo: `https://media.api-sports.io/football/teams/${id}.png`,
});

export interface MatchFields {
  readonly code?: string;
  readonly fixture?: Fields;
  readonly status?: Fields;
  readonly league?: Fields;
  readonly home?: Fields;
  readonly goals?: unknown;
  readonly score?: Fields;
}

/** Arsenal against Chelsea, in play on 20 August 2024, 2-1 after 67 minutes; what the test is about is passed in. */
export const aMatch = ({ code, fixture, status, league, home, goals, score }: MatchFields = {}): Fields => ({
  fixture: {
    id: 1208021,
    referee: 'M. Oliver',
    timezone: 'UTC',
    date: '2024-08-20T19:00:00+00:00',
    timestamp: 1724180400,
    periods: { first: 1724180400, second: 1724184000 },
    venue: { id: 494, name: 'Emirates Stadium', city: 'London' },
    status: { long: 'Second Half', short: code ?? '2H', elapsed: 67, extra: null, ...status },
    ...fixture,
  },
  league: {
    id: 39,
    name: 'Premier League',
    country: 'England',
    logo: 'https://media.api-sports.io/football/leagues/39.png',
    flag: 'https://media.api-sports.io/flags/gb.svg',
    season: 2024,
    round: 'Regular Season - 1',
    standings: true,
    ...league,
  },
  teams: {
    home: { ...team(42, 'Arsenal'), winner: true, ...home },
    away: { ...team(49, 'Chelsea'), winner: false },
  },
  goals: goals === undefined ? pair(2, 1) : goals,
  score: {
    halftime: pair(1, 0),
    fulltime: pair(null, null),
    extratime: pair(null, null),
    penalty: pair(null, null),
    ...score,
  },
});

/** A bet, its values written `Home 1.95`: what the price is of, and the price behind the last blank. */
export const aBet = (id: number, name: string, ...values: readonly string[]): Fields => ({
  id,
  name,
  values: values.map((value) => {
    const at = value.lastIndexOf(' ');
    return { value: value.slice(0, at), odd: value.slice(at + 1) };
  }),
});

export const aBookmaker = (name: string, ...bets: readonly unknown[]): Fields => ({ id: 8, name, bets });

/** The prices of a match. */
export const pricesOf = (bookmakers: readonly unknown[], fields: Fields = {}): Fields => ({
  league: {
    id: 39,
    name: 'Premier League',
    country: 'England',
    logo: 'https://media.api-sports.io/football/leagues/39.png',
    flag: 'https://media.api-sports.io/flags/gb.svg',
    season: 2024,
  },
  fixture: { id: 1208021, timezone: 'UTC', date: '2024-08-20T19:00:00+00:00', timestamp: 1724180400 },
  update: '2024-08-20T16:00:45+00:00',
  bookmakers,
  ...fields,
});

export const aPlayer = (number: number | null, name: unknown, pos: unknown): Fields => ({
  player: { id: 100 + (number ?? 0), name, number, pos, grid: '1:1' },
});

/** One side's line-up: a goalkeeper and a forward, and a midfielder on the bench. */
export const aLineup = (fields: Fields = {}): Fields => ({
  team: {
    ...team(42, 'Arsenal'),
    colors: { player: { primary: 'ff0000', number: 'ffffff' }, goalkeeper: null },
  },
  formation: '4-3-3',
  startXI: [aPlayer(22, 'D. Raya', 'G'), aPlayer(9, 'G. Jesus', 'F')],
  substitutes: [aPlayer(20, 'Jorginho', 'M')],
  coach: { id: 18, name: 'M. Arteta', photo: 'https://media.api-sports.io/football/coachs/18.png' },
  ...fields,
});

/** A player who misses a match; what the test is about is passed in. */
export const anInjury = (player: Fields = {}, fields: Fields = {}): Fields => ({
  player: {
    id: 1460,
    name: 'B. Saka',
    photo: 'https://media.api-sports.io/football/players/1460.png',
    type: 'Missing Fixture',
    reason: 'Thigh Injury',
    ...player,
  },
  team: team(42, 'Arsenal'),
  fixture: { id: 1208021, timezone: 'UTC', date: '2024-08-20T19:00:00+00:00', timestamp: 1724180400 },
  league: {
    id: 39,
    season: 2024,
    name: 'Premier League',
    country: 'England',
    logo: 'https://media.api-sports.io/football/leagues/39.png',
    flag: 'https://media.api-sports.io/flags/gb.svg',
  },
  ...fields,
});
