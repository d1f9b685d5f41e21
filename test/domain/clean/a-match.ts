import type {
  CollectedMatch,
  CollectedQuote,
  MatchStatistics,
} from '../../../schemas/records/collected-match.js';
import { CalendarDate, Season, TimeOfDay } from '../../../schemas/values.js';

/** A fixture of Saturday 14 August 2021, 15:00 in London, without prices; what the test is about is passed in. */
export const aMatch = (
  fields: Partial<Omit<CollectedMatch, 'date' | 'time'>> & { date?: string; time?: string | null } = {},
): CollectedMatch => {
  const { date = '2021-08-14', time = '15:00', ...rest } = fields;
  return {
    division: 'E0',
    season: Season.parse('2021-22'),
    date: CalendarDate.parse(date),
    time: time === null ? null : TimeOfDay.parse(time),
    timeZone: 'Europe/London',
    homeTeam: 'Arsenal',
    awayTeam: 'Chelsea',
    status: null,
    homeScore: null,
    awayScore: null,
    homeHalfTimeScore: null,
    awayHalfTimeScore: null,
    statedResult: null,
    referee: null,
    venue: null,
    statistics: null,
    quotes: [],
    ...rest,
  };
};

/** A 1x2 quote of Bet365 before the match. */
export const aQuote = (fields: Partial<CollectedQuote> = {}): CollectedQuote => ({
  bookmaker: 'bet365',
  kind: 'book',
  phase: 'prematch',
  market: '1x2',
  line: null,
  home: 2.1,
  draw: 3.4,
  away: 3.6,
  over: null,
  under: null,
  ...fields,
});

export const someStatistics = (homeShots: number): MatchStatistics => ({
  homeShots,
  awayShots: 7,
  homeShotsOnTarget: 3,
  awayShotsOnTarget: 2,
  homeCorners: 5,
  awayCorners: 4,
  homeFouls: 10,
  awayFouls: 11,
  homeYellowCards: 1,
  awayYellowCards: 2,
  homeRedCards: 0,
  awayRedCards: 0,
});
