import type { Planted } from '../gold-planted.js';

const knownThen = 'and g.valid_from <= c.cutoff\n  and c.cutoff < g.valid_to';

/** Every way we know in which what comes later could get into a feature. */
export const leaksOfTheFuture: readonly Planted[] = [
  {
    name: 'a past has results as they became known later',
    model: 'past_games',
    from: knownThen,
    to: 'and isinf(g.valid_to)',
  },
  {
    name: 'a result is read before it was known',
    model: 'past_games',
    from: 'and g.valid_from <= c.cutoff\n',
    to: '',
  },
  {
    name: 'a result that was told late does not begin another past',
    model: 'team_pasts',
    from: 'where valid_from > first_asked',
    to: 'where false',
  },
  {
    name: 'a result that was corrected late does not begin another past',
    model: 'team_pasts',
    from: 'where valid_to > first_asked and isfinite(valid_to)',
    to: 'where false',
  },
  {
    name: 'form reads games of its past from after the cutoff',
    model: 'last_games',
    from: 'g.match_time < p.cutoff',
    to: 'g.match_time < p.cutoff + interval 30 day',
  },
  {
    name: 'head-to-head reads meetings of its past from after the cutoff',
    model: 'head_to_head',
    from: 'h.match_time < c.cutoff',
    to: 'h.match_time < c.cutoff + interval 400 day',
  },
  {
    name: 'the season so far reads games of its past from after the cutoff',
    model: 'season_form',
    from: 'f.league_id = c.league_id and f.season_start = c.season_start and f.match_time < c.cutoff',
    to: 'f.league_id = c.league_id and f.season_start = c.season_start and f.match_time < c.cutoff + interval 30 day',
  },
  {
    name: 'a match is placed by where it moved later',
    model: 'known_results',
    from: '  t.match_time,',
    to: '  m.match_time,',
  },
  {
    name: 'a match that was withdrawn later is left out',
    model: 'known_results',
    from: 'and t.source_present',
    to: 'and m.source_present',
  },
  {
    name: 'statistics are read as they were corrected later',
    model: 'match_timeline',
    from: 'and s.valid_from <= i.known_at and i.known_at < s.valid_to',
    to: 'and isinf(s.valid_to)',
  },
  {
    name: 'statistics of one source are read as they were corrected later',
    model: 'match_timeline',
    from: 'select match_id, valid_from, valid_to, home_shots,',
    to: 'select match_id, valid_from, valid_to, last_value(home_shots) over (partition by match_id order by valid_from rows between unbounded preceding and unbounded following) as home_shots,',
  },
  {
    name: 'ratings are read after the cutoff',
    model: 'elo',
    from: 'c.cutoff as at',
    to: 'c.cutoff + interval 6 hour as at',
  },
  {
    name: 'ratings apply the score as it was corrected later',
    model: 'elo',
    from: 'e.home_score::double',
    to: 'if(e.home_score is null, null, last_value(e.home_score ignore nulls) over (partition by e.match_id order by e.at rows between unbounded preceding and unbounded following))::double',
  },
  {
    name: "the league's rates are read after the cutoff",
    model: 'league_rates',
    from: 'c.cutoff as at',
    to: 'c.cutoff + interval 6 hour as at',
  },
  {
    name: 'a price of after the cutoff is read',
    model: 'latest_quotes',
    from: 'and o.collected_at <= c.cutoff\n    and o.recorded_at <= c.cutoff',
    to: 'and o.collected_at <= c.match_time',
  },
  {
    name: 'a price is read as it was corrected later',
    model: 'latest_quotes',
    from: 'and o.recorded_at <= c.cutoff',
    to: '',
  },
  {
    name: 'the closing price is read',
    model: 'latest_quotes',
    from: "and o.price_phase = 'prematch'\n    and o.collected_at <= c.cutoff\n    and o.recorded_at <= c.cutoff",
    to: "and (o.price_phase = 'closing' or o.recorded_at <= c.cutoff)",
  },
];

/** What only the whole of a history can say. */
export const leaksOfTheWhole: readonly Planted[] = [
  {
    name: 'a rating is told as its distance from the mean of all there are',
    model: 'match_features',
    from: '  e.home_elo,',
    to: '  e.home_elo - avg(e.home_elo) over () as home_elo,',
  },
  {
    name: 'it is told how many matches a team will have in the season',
    model: 'match_features',
    from: 'hs.season_games as home_season_games',
    to: '(count(*) over (partition by c.season, c.home_team_id))::integer as home_season_games',
  },
  {
    name: 'it is told when a team plays next',
    model: 'match_features',
    from: 'hd.rest_days as home_rest_days',
    to: '(epoch(lead(c.match_time) over (partition by c.home_team_id order by c.match_time, c.match_id)) / 86400)::integer as home_rest_days',
  },
];

/** Those of both kinds that a cut shows soonest. */
export const leaksOfTheEnd: readonly Planted[] = [
  ...leaksOfTheWhole,
  ...[
    'a past has results as they became known later',
    'the season so far reads games of its past from after the cutoff',
    'a result is read before it was known',
    'statistics are read as they were corrected later',
    'ratings are read after the cutoff',
    'a price of after the cutoff is read',
    'the closing price is read',
  ].map(leakNamed),
];

/** What makes features depend on how rows happen to lie, or on the ids they happened to get. */
export const leaksOfTheOrder: readonly Planted[] = [
  {
    name: 'of a price that was corrected the row inserted last counts',
    model: 'latest_quotes',
    from: "arg_max({'home': home, 'draw': draw, 'away': away, 'suspicious': suspicious}, recorded_at)",
    to: "last({'home': home, 'draw': draw, 'away': away, 'suspicious': suspicious})",
  },
  {
    name: 'of several sources the one inserted first says the kick-off',
    model: 'match_timeline',
    from: 'arg_min(r.match_time, r.kickoff_order)',
    to: 'first(r.match_time)',
  },
  {
    name: 'the last games of a team are those with the highest ids',
    model: 'known_results',
    from: 'order by t.match_time, t.match_id,',
    to: 'order by t.match_id,',
  },
  {
    name: 'ratings learn in the order of ids',
    model: 'elo',
    from: 'order by e.at, e.kind, e.match_time, m.name_order',
    to: 'order by e.at, e.kind, e.match_id',
  },
  {
    name: 'chances are summed with an error that depends on their order',
    model: 'latest_quotes',
    from: '::hugeint',
    to: '',
  },
];

/** What is wrong about corrections: they count too early, or never. */
export const leaksOfCorrections: readonly Planted[] = [
  ...[
    'a past has results as they became known later',
    'statistics of one source are read as they were corrected later',
    'ratings apply the score as it was corrected later',
    'a price is read as it was corrected later',
    'a match that was withdrawn later is left out',
  ].map(leakNamed),
  {
    name: 'a correction counts from when there was a result, not from when it was known',
    model: 'known_results',
    from: '  t.valid_from,\n',
    to: '  if(isinf(t.valid_to), min(t.valid_from) over (partition by t.match_id) + interval 1 microsecond, t.valid_from) as valid_from,\n',
  },
  {
    name: 'the first word on a result stands, whatever is said later',
    model: 'match_timeline',
    from: 'from silver.fixture_revisions\n',
    to: 'from (from silver.fixture_revisions qualify row_number() over (partition by match_id, data_source, match_status order by known_at) = 1)\n',
  },
  {
    name: 'the first count of shots stands',
    model: 'match_timeline',
    from: 'from silver.match_statistics\n',
    to: 'from (from silver.match_statistics qualify row_number() over (partition by match_id, data_source order by known_at) = 1)\n',
  },
  {
    name: 'the first value of a price stands',
    model: 'latest_quotes',
    from: "'suspicious': suspicious}, recorded_at)",
    to: "'suspicious': suspicious}, -epoch(recorded_at))",
  },
];

function leakNamed(name: string): Planted {
  const leak = leaksOfTheFuture.find((one) => one.name === name);
  if (leak === undefined) throw new Error(`No leak is named ${name}`);
  return leak;
}
