import type { NumericColumns } from '../../schemas/numeric-columns.js';
import { inputColumn, readingKind, valueAt } from './pass-input.js';
import { eloRules, goalRules, shotRules, type RatingRules } from './rating-rules.js';
import { RatingTable } from './rating-table.js';

/** The ratings of sql/gold/elo.sql: the columns they count and the rules they follow. */
const ratings: readonly { readonly name: string; readonly counts: string; readonly rules: RatingRules }[] = [
  { name: 'elo', counts: 'score', rules: eloRules },
  { name: 'goal_rating', counts: 'score', rules: goalRules },
  { name: 'shots_on_target_rating', counts: 'shots_on_target', rules: shotRules },
  { name: 'shots_rating', counts: 'shots', rules: shotRules },
];

/**
 * The ratings of a whole history: rows in the order of sql/gold/elo.sql (what was learnt, and the cutoffs at which
 * ratings are read), out one row a cutoff with `home_<rating>` and `away_<rating>`. Instants are epoch milliseconds.
 * Throws InvariantBroken where a column is missing.
 */
export function rateHistory(input: NumericColumns): NumericColumns {
  const column = (name: string) => inputColumn(input, name, 'sql/gold/elo.sql');
  const [kinds, matchIds, leagueIds, levels] = [
    column('kind'),
    column('match_id'),
    column('league_id'),
    column('level'),
  ];
  const [seasons, homes, aways] = [column('season_start'), column('home_team_id'), column('away_team_id')];
  const [instants, matchTimes] = [column('at'), column('match_time')];
  const rated = ratings.map(({ name, counts, rules }) => ({
    name,
    table: new RatingTable(rules),
    counts: { home: column(`home_${counts}`), away: column(`away_${counts}`) },
    home: new Array<number>(),
    away: new Array<number>(),
  }));

  const read: number[] = [];
  kinds.forEach((kind, row) => {
    const match = {
      matchId: valueAt(matchIds, row),
      leagueId: valueAt(leagueIds, row),
      level: valueAt(levels, row),
      seasonStart: valueAt(seasons, row),
      homeTeamId: valueAt(homes, row),
      awayTeamId: valueAt(aways, row),
    };
    if (kind === readingKind) read.push(row);
    for (const { table, counts, home, away } of rated) {
      if (kind === readingKind) {
        const pair = table.ratings(match);
        home.push(pair.home);
        away.push(pair.away);
      } else {
        const counted = { home: valueAt(counts.home, row), away: valueAt(counts.away, row) };
        table.learn(match, Number.isNaN(counted.home) || Number.isNaN(counted.away) ? null : counted);
      }
    }
  });

  const atReadings = (values: Float64Array) => Float64Array.from(read, (row) => valueAt(values, row));
  return {
    match_id: atReadings(matchIds),
    match_time: atReadings(matchTimes),
    cutoff: atReadings(instants),
    ...Object.fromEntries(
      rated.flatMap(({ name, home, away }) => [
        [`home_${name}`, Float64Array.from(home)],
        [`away_${name}`, Float64Array.from(away)],
      ]),
    ),
  };
}
