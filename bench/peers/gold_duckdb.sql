-- FEAT-5, FEAT-6 and FEAT-7 of every match, by plain SQL on DuckDB, from the views of schema silver: results as they are known now, no known time. What gold_polars.py
-- does, so that what DuckDB itself takes is told from what known times take.
create temp table plain_matches as
select id as match_id, match_time, home_team_id, away_team_id,
  if(match_status = 'completed' and source_present, home_score, null) as home_score,
  if(match_status = 'completed' and source_present, away_score, null) as away_score
from silver.matches;

create temp table plain_form as
with games as (
  select match_id, match_time, home_team_id as team_id, true as at_home, home_score as goals_for, away_score as goals_against from plain_matches
  union all
  select match_id, match_time, away_team_id, false, away_score, home_score from plain_matches
)
select match_id, team_id,
  count_if(goals_for > goals_against) over five as wins,
  count_if(goals_for = goals_against) over five as draws,
  count_if(goals_for < goals_against) over five as losses,
  sum(goals_for) over five as goals_for,
  sum(goals_against) over five as goals_against,
  count_if(at_home and goals_for > goals_against) over five as home_wins,
  count_if(not at_home and goals_for > goals_against) over five as away_wins,
  sum(if(at_home, goals_for, 0)) over five as home_goals_for,
  sum(if(at_home, 0, goals_for)) over five as away_goals_for,
  3 * wins + draws as points,
  coalesce(wins / nullif(wins + draws + losses, 0), 0) as win_rate
from games
window five as (partition by team_id order by match_time, match_id rows between 5 preceding and 1 preceding);

create temp table plain_meetings as
select match_id,
  count(home_score) over met as meetings,
  count_if(if(home_team_id < away_team_id, home_score > away_score, away_score > home_score)) over met as low_wins,
  count_if(if(home_team_id < away_team_id, home_score < away_score, away_score < home_score)) over met as high_wins,
  count_if(home_score = away_score) over met as draws,
  sum(if(home_team_id < away_team_id, home_score, away_score)) over met as low_goals,
  sum(if(home_team_id < away_team_id, away_score, home_score)) over met as high_goals,
  count_if(if(home_team_id < away_team_id, home_score > away_score, away_score > home_score)) over last_five as low_recent,
  count_if(if(home_team_id < away_team_id, home_score < away_score, away_score < home_score)) over last_five as high_recent,
  count_if(home_score = away_score) over last_five as recent_draws,
  coalesce((low_goals + high_goals) / nullif(meetings, 0), 0) as goals_avg
from plain_matches
window
  met as (partition by least(home_team_id, away_team_id), greatest(home_team_id, away_team_id) order by match_time, match_id rows between unbounded preceding and 1 preceding),
  last_five as (partition by least(home_team_id, away_team_id), greatest(home_team_id, away_team_id) order by match_time, match_id rows between 5 preceding and 1 preceding);

create temp table plain_odds as
with latest as (
  select match_id, bookmaker,
    arg_max({'home': home_odds::double, 'draw': draw_odds::double, 'away': away_odds::double}, {'collected_at': collected_at, 'recorded_at': recorded_at}) as said
  from silver.odds
  where market_type = '1x2' and quote_kind = 'book' and price_phase = 'prematch' and not suspicious_odds
  group by match_id, bookmaker
)
select match_id, count(*) as bookmakers,
  avg(said.home) as home, avg(said.draw) as draw, avg(said.away) as away,
  1 / home as home_implied, 1 / draw as draw_implied, 1 / away as away_implied,
  1 - (stddev_pop(1 / said.home) / avg(1 / said.home) + stddev_pop(1 / said.draw) / avg(1 / said.draw) + stddev_pop(1 / said.away) / avg(1 / said.away)) / 3 as consensus,
  home_implied + draw_implied + away_implied as efficiency
from latest
where said.home is not null and said.draw is not null and said.away is not null
group by match_id;
