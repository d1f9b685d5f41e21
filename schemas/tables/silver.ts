import type { SilverTable } from './lake-table.js';
import { column } from './lake-table.js';

const leagues: SilverTable = {
  layer: 'silver',
  name: 'leagues',
  owner: 'identity',
  description: 'A division of a country; one row each.',
  from: 'leagues l',
  alias: 'l',
  expressions: {},
  partitionColumn: null,
  businessKey: ['code'],
  columns: [
    column('id', 'INTEGER', 'Surrogate id.'),
    column('code', 'VARCHAR', 'Standard code, E0 for the English first division.'),
    column('name', 'VARCHAR', 'Name as printed.'),
    column('country', 'VARCHAR', 'Country.'),
    column('level', 'INTEGER', 'Level in the pyramid, 1 at the top.'),
    column('time_zone', 'VARCHAR', "IANA zone of the league's days."),
    column('is_simulated', 'BOOLEAN', 'A league that never was.'),
  ],
};

const teams: SilverTable = {
  layer: 'silver',
  name: 'teams',
  owner: 'identity',
  description: 'A club; one row each.',
  from: 'teams t',
  alias: 't',
  expressions: {},
  partitionColumn: null,
  businessKey: ['country', 'name'],
  columns: [
    column('id', 'INTEGER', 'Surrogate id.'),
    column('name', 'VARCHAR', 'Name as printed.'),
    column('league_id', 'INTEGER', 'Not kept yet: null. Matches say in which leagues a team plays.'),
    column('country', 'VARCHAR', 'Country.'),
    column('home_venue', 'VARCHAR', 'Home ground, where known.'),
  ],
};

const matches: SilverTable = {
  layer: 'silver',
  name: 'matches',
  owner: 'cleaning',
  description: 'The current row of each match, by the precedence of sources.',
  from: 'matches m join match_registry r on r.id = m.id',
  alias: 'm',
  expressions: { ordinal: 'r.ordinal' },
  partitionColumn: 'match_time',
  businessKey: ['league_id', 'season', 'home_team_id', 'away_team_id', 'ordinal'],
  columns: [
    column('id', 'BIGINT', "The match's id in the registry; it stays when the match moves."),
    column('league_id', 'INTEGER', 'leagues.id'),
    column('season', 'VARCHAR', 'Season, 2021-22.'),
    column('home_team_id', 'INTEGER', 'teams.id of the home team.'),
    column('away_team_id', 'INTEGER', 'teams.id of the away team.'),
    column('ordinal', 'INTEGER', 'Which meeting of this pairing in the season, from 1.'),
    column(
      'match_time',
      'TIMESTAMPTZ',
      'Kick-off; the first instant of the day where only the day is known.',
    ),
    column('kickoff_precision', 'VARCHAR', 'minute or day.'),
    column('match_status', 'VARCHAR', 'scheduled, live, completed, postponed, cancelled or abandoned.'),
    column('home_score', 'INTEGER', 'Goals of the home team.'),
    column('away_score', 'INTEGER', 'Goals of the away team.'),
    column('home_ht_score', 'INTEGER', 'Goals of the home team at half-time.'),
    column('away_ht_score', 'INTEGER', 'Goals of the away team at half-time.'),
    column('minute', 'INTEGER', 'Minute of a live match.'),
    column('venue', 'VARCHAR', 'Ground.'),
    column('referee', 'VARCHAR', 'Referee as the source writes it.'),
    column('weather', 'VARCHAR', 'Weather in words.'),
    column('source_present', 'BOOLEAN', 'False where the source no longer has the match.'),
  ],
};

const fixtureRevisions: SilverTable = {
  layer: 'silver',
  name: 'fixture_revisions',
  owner: 'cleaning',
  description: 'Every version of what a source says of a match, by the instant at which it was known.',
  from: 'fixture_revisions f',
  alias: 'f',
  expressions: {},
  partitionColumn: 'known_at',
  businessKey: ['match_id', 'data_source', 'known_at'],
  columns: [
    column('id', 'BIGINT', 'Surrogate id.'),
    column('match_id', 'BIGINT', 'matches.id'),
    column('data_source', 'VARCHAR', 'Who says so.'),
    column('known_at', 'TIMESTAMPTZ', 'From when on this was known.'),
    column('known_at_basis', 'VARCHAR', 'observed or estimated.'),
    column('raw_id', 'BIGINT', 'The payload in bronze that says so.'),
    column('edition_id', 'BIGINT', 'The edition of the file, where there is one.'),
    column('match_time', 'TIMESTAMPTZ', 'Kick-off as said then.'),
    column('kickoff_precision', 'VARCHAR', 'minute or day.'),
    column('match_status', 'VARCHAR', 'Status as said then.'),
    column('home_score', 'INTEGER', 'Goals of the home team.'),
    column('away_score', 'INTEGER', 'Goals of the away team.'),
    column('home_ht_score', 'INTEGER', 'Goals of the home team at half-time.'),
    column('away_ht_score', 'INTEGER', 'Goals of the away team at half-time.'),
    column('venue', 'VARCHAR', 'Ground.'),
    column('referee', 'VARCHAR', 'Referee as the source writes it.'),
    column('source_present', 'BOOLEAN', 'False from the edition on that no longer has the match.'),
  ],
};

const counted = (of: string, what: string) => [
  column(`home_${of}`, 'INTEGER', `${what} of the home team.`),
  column(`away_${of}`, 'INTEGER', `${what} of the away team.`),
];

const matchStatistics: SilverTable = {
  layer: 'silver',
  name: 'match_statistics',
  owner: 'cleaning',
  description: 'The counts a source gives after the match, by the instant at which they were known.',
  from: 'match_statistics s',
  alias: 's',
  expressions: {},
  partitionColumn: 'known_at',
  businessKey: ['match_id', 'data_source', 'known_at'],
  columns: [
    column('id', 'BIGINT', 'Surrogate id.'),
    column('match_id', 'BIGINT', 'matches.id'),
    column('data_source', 'VARCHAR', 'Who says so.'),
    column('known_at', 'TIMESTAMPTZ', 'From when on this was known.'),
    column('known_at_basis', 'VARCHAR', 'observed or estimated.'),
    column('raw_id', 'BIGINT', 'The payload in bronze that says so.'),
    ...counted('shots', 'Shots'),
    ...counted('shots_on_target', 'Shots on target'),
    ...counted('corners', 'Corners'),
    ...counted('fouls', 'Fouls'),
    ...counted('yellow_cards', 'Yellow cards'),
    ...counted('red_cards', 'Red cards'),
  ],
};

const price = (name: string, of: string) =>
  column(name, 'DECIMAL(10,3)', `Decimal price of ${of}: the amount returned for a stake of one.`);

const odds: SilverTable = {
  layer: 'silver',
  name: 'odds',
  owner: 'cleaning',
  description: 'Every quote: who offered which price when. A row without prices takes the quote back.',
  from: 'odds o',
  alias: 'o',
  expressions: {},
  partitionColumn: 'collected_at',
  businessKey: [
    ...['match_id', 'data_source', 'bookmaker', 'market_type'],
    ...['line_value', 'collected_at', 'recorded_at'],
  ],
  columns: [
    column('id', 'BIGINT', 'Surrogate id.'),
    column('match_id', 'BIGINT', 'matches.id'),
    column('data_source', 'VARCHAR', 'Who says so.'),
    column('bookmaker', 'VARCHAR', 'Bookmaker, exchange or aggregate.'),
    column('market_type', 'VARCHAR', '1x2, over_under or asian_handicap.'),
    column('quote_kind', 'VARCHAR', 'book, exchange or aggregate; only a book is a bookmaker.'),
    column('price_phase', 'VARCHAR', 'prematch, closing or live.'),
    price('home_odds', 'the home team'),
    price('draw_odds', 'the draw'),
    price('away_odds', 'the away team'),
    price('over_odds', 'over the line'),
    price('under_odds', 'under the line'),
    column('line_value', 'DECIMAL(5,2)', 'Goal line or handicap.'),
    column('suspicious_odds', 'BOOLEAN', 'Outside the rules for prices; kept, not used.'),
    column('collected_at', 'TIMESTAMPTZ', 'When the price could be had.'),
    column('recorded_at', 'TIMESTAMPTZ', 'When this value of it was learnt; later where it was corrected.'),
    column('known_at_basis', 'VARCHAR', 'observed or estimated.'),
    column('provider_updated_at', 'TIMESTAMPTZ', "The provider's own time of update."),
    column('raw_id', 'BIGINT', 'The payload in bronze that says so.'),
  ],
};

const sourcePrecedence: SilverTable = {
  layer: 'silver',
  name: 'source_precedence',
  owner: 'cleaning',
  description:
    'Whose word counts first in which fields of a match; sources that are not listed come last, by name.',
  from: 'source_precedence p',
  alias: 'p',
  expressions: {},
  partitionColumn: null,
  businessKey: ['field_group', 'data_source'],
  columns: [
    column(
      'field_group',
      'VARCHAR',
      'kickoff, result, venue, referee or statistics: fields that go together.',
    ),
    column('data_source', 'VARCHAR', 'Who says so.'),
    column('rank', 'INTEGER', '1 for the source whose word counts first.'),
  ],
};

const quarantinedRows: SilverTable = {
  layer: 'silver',
  name: 'quarantined_rows',
  owner: 'anomalies',
  description:
    'Rows of matches, odds and predictions that are in quarantine: gold leaves them out. They stand in their tables as they were.',
  from: 'quarantined_rows q',
  alias: 'q',
  expressions: {},
  partitionColumn: null,
  businessKey: [
    ...['table_name', 'match_id', 'data_source', 'bookmaker', 'market_type'],
    ...['line_value', 'collected_at', 'recorded_at', 'prediction_id'],
  ],
  columns: [
    column('id', 'BIGINT', 'Surrogate id of the quarantine.'),
    column('table_name', 'VARCHAR', 'matches, odds or predictions.'),
    column('match_id', 'BIGINT', 'matches.id'),
    column('data_source', 'VARCHAR', 'Of odds: who says so. This and the next five name the quote.'),
    column('bookmaker', 'VARCHAR', 'Of odds: bookmaker, exchange or aggregate.'),
    column('market_type', 'VARCHAR', 'Of odds: 1x2, over_under or asian_handicap.'),
    column('line_value', 'DECIMAL(5,2)', 'Of odds: goal line or handicap.'),
    column('collected_at', 'TIMESTAMPTZ', 'Of odds: when the price could be had.'),
    column('recorded_at', 'TIMESTAMPTZ', 'Of odds: when this value of it was learnt.'),
    column('prediction_id', 'BIGINT', 'Of predictions: predictions.id.'),
    column('quarantined_at', 'TIMESTAMPTZ', 'Since when.'),
  ],
};

/** Every silver table of the lake, parents first. */
export const silverTables: readonly SilverTable[] = [
  leagues,
  teams,
  matches,
  fixtureRevisions,
  matchStatistics,
  odds,
  sourcePrecedence,
  quarantinedRows,
];
