import type { NumericColumns } from '../../schemas/numeric-columns.js';
import { LeagueMatches } from './league-matches.js';
import { inputColumn, readingKind, valueAt } from './pass-input.js';

/**
 * The rates of each match's league: rows in the order of sql/gold/league_rates.sql (what was learnt, and the cutoffs
 * at which the rates are read), out one row a cutoff. Instants are epoch milliseconds. Throws InvariantBroken where a
 * column is missing.
 */
export function leagueRates(input: NumericColumns): NumericColumns {
  const column = (name: string) => inputColumn(input, name, 'sql/gold/league_rates.sql');
  const [kinds, matchIds, leagueIds] = [column('kind'), column('match_id'), column('league_id')];
  const [homeScores, awayScores] = [column('home_score'), column('away_score')];
  const [instants, matchTimes] = [column('at'), column('match_time')];

  const leagues = new Map<number, LeagueMatches>();
  const leagueAt = (row: number): LeagueMatches => {
    const id = valueAt(leagueIds, row);
    const league = leagues.get(id) ?? new LeagueMatches();
    leagues.set(id, league);
    return league;
  };
  const read: number[] = [];
  const homeWinRates: number[] = [];
  const drawRates: number[] = [];
  const goals: number[] = [];
  kinds.forEach((kind, row) => {
    const matchId = valueAt(matchIds, row);
    if (kind === readingKind) {
      const rates = leagueAt(row).rates(valueAt(instants, row), matchId);
      read.push(row);
      homeWinRates.push(rates?.homeWinRate ?? Number.NaN);
      drawRates.push(rates?.drawRate ?? Number.NaN);
      goals.push(rates?.goalsPerGame ?? Number.NaN);
    } else {
      const [homeScore, awayScore] = [valueAt(homeScores, row), valueAt(awayScores, row)];
      const match = { matchId, time: valueAt(matchTimes, row), homeScore, awayScore };
      leagueAt(row).learn(matchId, Number.isNaN(homeScore) || Number.isNaN(awayScore) ? null : match);
    }
  });
  const atReadings = (values: Float64Array) => Float64Array.from(read, (row) => valueAt(values, row));
  return {
    match_id: atReadings(matchIds),
    match_time: atReadings(matchTimes),
    cutoff: atReadings(instants),
    league_home_win_rate: Float64Array.from(homeWinRates),
    league_draw_rate: Float64Array.from(drawRates),
    league_goals_per_game: Float64Array.from(goals),
  };
}
