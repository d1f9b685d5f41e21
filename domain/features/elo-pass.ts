import { InvariantBroken } from '../../schemas/errors.js';
import type { NumericColumns } from '../../schemas/numeric-columns.js';
import type { EloConstants } from './elo.js';
import { EloTable, eloConstants } from './elo.js';

const readingKind = 1;

/** The columns of sql/gold/elo.sql. */
const inputColumns = [
  'kind',
  'match_id',
  'league_id',
  'level',
  'season_start',
  'home_team_id',
  'away_team_id',
  'home_score',
  'away_score',
  'at',
  'match_time',
] as const;
type InputColumn = (typeof inputColumns)[number];

/**
 * The Elo ratings of a whole history: rows in the order of sql/gold/elo.sql (what was learnt, and the cutoffs at which
 * ratings are read), out one row a cutoff. Instants are epoch milliseconds. Throws {@link InvariantBroken} where a
 * column is missing.
 */
export function rateHistory(input: NumericColumns, constants: EloConstants = eloConstants): NumericColumns {
  const column = (name: InputColumn): Float64Array => {
    const values = input[name];
    if (values === undefined) {
      throw new InvariantBroken(`The rating pass has no column ${name}`, { object: 'sql/gold/elo.sql' });
    }
    return values;
  };
  const columns = Object.fromEntries(inputColumns.map((name) => [name, column(name)]));
  const value = (name: InputColumn, row: number): number => columns[name]?.[row] ?? Number.NaN;

  const kinds = column('kind');
  const readings = kinds.reduce((count, kind) => (kind === readingKind ? count + 1 : count), 0);
  const matchIds = new Float64Array(readings);
  const matchTimes = new Float64Array(readings);
  const cutoffs = new Float64Array(readings);
  const homes = new Float64Array(readings);
  const aways = new Float64Array(readings);

  const table = new EloTable(constants);
  let reading = 0;
  for (let row = 0; row < kinds.length; row += 1) {
    const match = {
      matchId: value('match_id', row),
      leagueId: value('league_id', row),
      level: value('level', row),
      seasonStart: value('season_start', row),
      homeTeamId: value('home_team_id', row),
      awayTeamId: value('away_team_id', row),
    };
    if (kinds[row] === readingKind) {
      const { home, away } = table.ratings(match);
      matchIds[reading] = match.matchId;
      matchTimes[reading] = value('match_time', row);
      cutoffs[reading] = value('at', row);
      homes[reading] = home;
      aways[reading] = away;
      reading += 1;
    } else {
      const home = value('home_score', row);
      const away = value('away_score', row);
      table.learn(match, Number.isNaN(home) || Number.isNaN(away) ? null : { home, away });
    }
  }
  return { match_id: matchIds, match_time: matchTimes, cutoff: cutoffs, home_elo: homes, away_elo: aways };
}
