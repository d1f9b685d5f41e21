import type { NumericColumns } from '../../schemas/numeric-columns.js';
import { goalsMade, type SideChances } from './expected-goals-rules.js';
import { inputColumn, readingKind, valueAt } from './pass-input.js';
import { StrengthTable } from './strength-table.js';

/**
 * The goals that both teams of every match are expected to make: rows in the order of sql/gold/expected_goals.sql (what was learnt, and the cutoffs at which it is
 * read), out one row a cutoff. Instants are epoch milliseconds. Throws InvariantBroken where a column is missing.
 */
export function expectGoals(input: NumericColumns): NumericColumns {
  const column = (name: string) => inputColumn(input, name, 'sql/gold/expected_goals.sql');
  const [kinds, matchIds, leagueIds, levels] = [
    column('kind'),
    column('match_id'),
    column('league_id'),
    column('level'),
  ];
  const [seasons, homes, aways] = [column('season_start'), column('home_team_id'), column('away_team_id')];
  const [instants, matchTimes] = [column('at'), column('match_time')];
  const countsOf = (side: 'home' | 'away') => {
    const [goals, shots] = [column(`${side}_score`), column(`${side}_shots`)];
    const [onTarget, corners] = [column(`${side}_shots_on_target`), column(`${side}_corners`)];
    return (row: number): SideChances => ({
      goals: valueAt(goals, row),
      shots: valueAt(shots, row),
      shotsOnTarget: valueAt(onTarget, row),
      corners: valueAt(corners, row),
    });
  };
  const [homeCounts, awayCounts] = [countsOf('home'), countsOf('away')];

  const table = new StrengthTable();
  const read: number[] = [];
  const expected: { readonly home: number; readonly away: number }[] = [];
  kinds.forEach((kind, row) => {
    const match = {
      matchId: valueAt(matchIds, row),
      leagueId: valueAt(leagueIds, row),
      level: valueAt(levels, row),
      seasonStart: valueAt(seasons, row),
      homeTeamId: valueAt(homes, row),
      awayTeamId: valueAt(aways, row),
    };
    if (kind === readingKind) {
      read.push(row);
      expected.push(table.expected(match));
    } else {
      table.learn(match, goalsMade(homeCounts(row), awayCounts(row)));
    }
  });

  const atReadings = (values: Float64Array) => Float64Array.from(read, (row) => valueAt(values, row));
  return {
    match_id: atReadings(matchIds),
    match_time: atReadings(matchTimes),
    cutoff: atReadings(instants),
    home_expected_goals: Float64Array.from(expected, ({ home }) => home),
    away_expected_goals: Float64Array.from(expected, ({ away }) => away),
  };
}
