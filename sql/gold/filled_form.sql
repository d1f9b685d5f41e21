-- name: filled_form
-- grain: match_id, team_id
-- partition: none
-- inputs: team_cutoffs, known_results, team_results, last_games, past_games, long_form, season_form
-- owner: features
-- published: no
-- checks:
--   what is observed stays: select f.match_id from filled_form f join long_form l using (match_id, team_id)
--     where l.form_15_shots_for is not null and l.form_15_shots_for <> f.form_15_shots_for
--   every side is described: select match_id, team_id from team_cutoffs anti join filled_form using (match_id, team_id)
--
-- CLN-9: the form of both teams with its gaps filled by what was known at the cutoff: the mean a game over the team's own
-- earlier matches, else the median over its league's. Where neither is known, and in silver, the gap stays (COR-7).
with played as (
  select *,
    case sign(goals_for - goals_against) when 1 then 3 when 0 then 1 else 0 end as points,
    coalesce(shots_on_target_for, shots_on_target_against, shots_for, shots_against, corners_for, corners_against)
      is not null as is_counted
  from team_results
),
described as (
  select c.match_id, c.team_id, c.cutoff, c.league_id,
    l.form_15_shots_on_target_for is null or l.form_15_shots_on_target_against is null or l.form_15_shots_for is null
      or l.form_15_shots_against is null or l.form_15_corners_for is null or l.form_15_corners_against is null
      as lacks_counts,
    s.season_points_per_game is null or s.previous_season_points_per_game is null or l.form_15_goals_for is null
      as lacks_results
  from team_cutoffs c
  join long_form l on l.match_id = c.match_id and l.team_id = c.team_id
  join season_form s on s.match_id = c.match_id and s.team_id = c.team_id
),
-- Most gaps are of leagues and years without any count: those are not looked up match by match.
first_counted as (
  select team_id, min(valid_from) as since from played where is_counted group by team_id
),
first_counted_in_league as (
  select league_id, min(valid_from) as since from played where is_counted group by league_id
),
lacking as (
  select d.match_id, d.team_id, l.past_id, l.order_key, d.lacks_results, d.lacks_counts and f.since <= d.cutoff as lacks_counts
  from described d
  join last_games l on l.match_id = d.match_id and l.team_id = d.team_id
  left join first_counted f on f.team_id = d.team_id
  where d.lacks_results or (d.lacks_counts and f.since <= d.cutoff)
),
-- What comes after the last gap of a past is not looked at: counts are missing mostly in early years, results now and then in all.
wanted as (
  select past_id, max(order_key) filter (lacks_results) as last_result, max(order_key) filter (lacks_counts) as last_count
  from lacking
  group by past_id
),
-- The means over a past up to each of its games.
mean_results as (
  select
    past_id,
    order_key,
    avg(goals_for) over so_far as goals_for,
    avg(goals_against) over so_far as goals_against,
    avg(case sign(goals_for - goals_against) when 1 then 3 when 0 then 1 else 0 end) over so_far as points,
    avg(goals_for - goals_against) over so_far as goal_difference
  from past_games
  join wanted using (past_id)
  where order_key <= last_result
  window so_far as (partition by past_id order by order_key rows unbounded preceding)
),
mean_counts as (
  select
    past_id,
    order_key,
    avg(shots_on_target_for) over so_far as shots_on_target_for,
    avg(shots_on_target_against) over so_far as shots_on_target_against,
    avg(shots_for) over so_far as shots_for,
    avg(shots_against) over so_far as shots_against,
    avg(corners_for) over so_far as corners_for,
    avg(corners_against) over so_far as corners_against
  from past_games
  join wanted using (past_id)
  where order_key <= last_count
  window so_far as (partition by past_id order by order_key rows unbounded preceding)
),
own as (
  select k.match_id, k.team_id, r.* exclude (past_id, order_key), n.* exclude (past_id, order_key)
  from lacking k
  left join mean_results r on r.past_id = k.past_id and r.order_key = k.order_key
  left join mean_counts n on n.past_id = k.past_id and n.order_key = k.order_key
),
without_own as (
  select d.match_id, d.team_id, d.cutoff, d.league_id, r.match_id as own_result,
    d.lacks_results and o.points is null as wants_results,
    d.lacks_counts and f.since <= d.cutoff and (o.shots_on_target_for is null or o.shots_on_target_against is null
      or o.shots_for is null or o.shots_against is null or o.corners_for is null or o.corners_against is null) as wants_counts
  from described d
  left join own o on o.match_id = d.match_id and o.team_id = d.team_id
  left join first_counted_in_league f on f.league_id = d.league_id
  left join known_results r
    on r.match_id = d.match_id
    and r.match_time < d.cutoff
    and r.valid_from <= d.cutoff
    and d.cutoff < r.valid_to
  where d.lacks_results or d.lacks_counts
),
-- A median holds every value that it is of, so there is one for all who lack it at the same instant in the same league;
-- apart only for a match that had a result before it moved behind the cutoff: its own counts for it no more than for its team.
-- Each match is among them as both its teams saw it, so that what teams had and what they let in have the same median, and that of the
-- differences, of which each comes with its opposite, is nothing.
peers_by_result as (
  select
    k.league_id,
    k.cutoff,
    k.own_result,
    median(g.goals_for::smallint) as goals,
    median(g.points::smallint) as points,
    0.0::double as goal_difference
  from (select distinct league_id, cutoff, own_result from without_own where wants_results) k
  join played g
    on g.league_id = k.league_id
    and g.match_time < k.cutoff
    and g.valid_from <= k.cutoff
    and k.cutoff < g.valid_to
    and g.match_id is distinct from k.own_result
  group by k.league_id, k.cutoff, k.own_result
),
peers_by_counts as (
  select
    k.league_id,
    k.cutoff,
    k.own_result,
    median(g.shots_on_target_for::smallint) as shots_on_target,
    median(g.shots_for::smallint) as shots,
    median(g.corners_for::smallint) as corners
  from (select distinct league_id, cutoff, own_result from without_own where wants_counts) k
  join (from played where is_counted) g
    on g.league_id = k.league_id
    and g.match_time < k.cutoff
    and g.valid_from <= k.cutoff
    and k.cutoff < g.valid_to
    and g.match_id is distinct from k.own_result
  group by k.league_id, k.cutoff, k.own_result
)
select
  c.match_id,
  c.team_id,
  c.team_type,
  coalesce(l.form_15_goals_for, o.goals_for, r.goals) as form_15_goals_for,
  coalesce(l.form_15_goals_against, o.goals_against, r.goals) as form_15_goals_against,
  coalesce(l.form_15_shots_on_target_for, o.shots_on_target_for, p.shots_on_target) as form_15_shots_on_target_for,
  coalesce(l.form_15_shots_on_target_against, o.shots_on_target_against, p.shots_on_target) as form_15_shots_on_target_against,
  coalesce(l.form_15_shots_for, o.shots_for, p.shots) as form_15_shots_for,
  coalesce(l.form_15_shots_against, o.shots_against, p.shots) as form_15_shots_against,
  coalesce(l.form_15_corners_for, o.corners_for, p.corners) as form_15_corners_for,
  coalesce(l.form_15_corners_against, o.corners_against, p.corners) as form_15_corners_against,
  coalesce(s.season_points_per_game, o.points, r.points) as season_points_per_game,
  coalesce(s.season_goal_difference_per_game, o.goal_difference, r.goal_difference) as season_goal_difference_per_game,
  coalesce(s.previous_season_points_per_game, o.points, r.points) as previous_season_points_per_game,
  if(d.lacks_counts or d.lacks_results, list_filter([
    if(l.form_15_goals_for is null and coalesce(o.goals_for, r.goals) is not null, 'form_15_goals_for', null),
    if(l.form_15_goals_against is null and coalesce(o.goals_against, r.goals) is not null, 'form_15_goals_against', null),
    if(l.form_15_shots_on_target_for is null and coalesce(o.shots_on_target_for, p.shots_on_target) is not null, 'form_15_shots_on_target_for', null),
    if(l.form_15_shots_on_target_against is null and coalesce(o.shots_on_target_against, p.shots_on_target) is not null, 'form_15_shots_on_target_against', null),
    if(l.form_15_shots_for is null and coalesce(o.shots_for, p.shots) is not null, 'form_15_shots_for', null),
    if(l.form_15_shots_against is null and coalesce(o.shots_against, p.shots) is not null, 'form_15_shots_against', null),
    if(l.form_15_corners_for is null and coalesce(o.corners_for, p.corners) is not null, 'form_15_corners_for', null),
    if(l.form_15_corners_against is null and coalesce(o.corners_against, p.corners) is not null, 'form_15_corners_against', null),
    if(s.season_points_per_game is null and coalesce(o.points, r.points) is not null, 'season_points_per_game', null),
    if(s.season_goal_difference_per_game is null and coalesce(o.goal_difference, r.goal_difference) is not null, 'season_goal_difference_per_game', null),
    if(s.previous_season_points_per_game is null and coalesce(o.points, r.points) is not null, 'previous_season_points_per_game', null)
  ], lambda name: name is not null), []) as imputed,
  if(d.lacks_counts or d.lacks_results, list_filter([
    if(l.form_15_goals_for is null, if(o.goals_for is not null, 'historical_mean', if(r.goals is not null, 'median', null)), null),
    if(l.form_15_goals_against is null, if(o.goals_against is not null, 'historical_mean', if(r.goals is not null, 'median', null)), null),
    if(l.form_15_shots_on_target_for is null, if(o.shots_on_target_for is not null, 'historical_mean', if(p.shots_on_target is not null, 'median', null)), null),
    if(l.form_15_shots_on_target_against is null, if(o.shots_on_target_against is not null, 'historical_mean', if(p.shots_on_target is not null, 'median', null)), null),
    if(l.form_15_shots_for is null, if(o.shots_for is not null, 'historical_mean', if(p.shots is not null, 'median', null)), null),
    if(l.form_15_shots_against is null, if(o.shots_against is not null, 'historical_mean', if(p.shots is not null, 'median', null)), null),
    if(l.form_15_corners_for is null, if(o.corners_for is not null, 'historical_mean', if(p.corners is not null, 'median', null)), null),
    if(l.form_15_corners_against is null, if(o.corners_against is not null, 'historical_mean', if(p.corners is not null, 'median', null)), null),
    if(s.season_points_per_game is null, if(o.points is not null, 'historical_mean', if(r.points is not null, 'median', null)), null),
    if(s.season_goal_difference_per_game is null, if(o.goal_difference is not null, 'historical_mean', if(r.goal_difference is not null, 'median', null)), null),
    if(s.previous_season_points_per_game is null, if(o.points is not null, 'historical_mean', if(r.points is not null, 'median', null)), null)
  ], lambda method: method is not null), []) as imputed_by
from team_cutoffs c
join long_form l on l.match_id = c.match_id and l.team_id = c.team_id
join season_form s on s.match_id = c.match_id and s.team_id = c.team_id
join described d on d.match_id = c.match_id and d.team_id = c.team_id
left join own o on o.match_id = c.match_id and o.team_id = c.team_id
left join without_own w on w.match_id = c.match_id and w.team_id = c.team_id and (w.wants_results or w.wants_counts)
left join peers_by_result r
  on r.league_id = w.league_id and r.cutoff = w.cutoff and r.own_result is not distinct from w.own_result
left join peers_by_counts p
  on p.league_id = w.league_id and p.cutoff = w.cutoff and p.own_result is not distinct from w.own_result
