-- name: filled_form
-- grain: match_id, team_id
-- partition: none
-- inputs: team_cutoffs, known_results, long_form, season_form
-- owner: features
-- published: no
-- checks:
--   what is observed stays: select f.match_id from filled_form f join long_form l using (match_id, team_id)
--     where l.form_15_shots_for is not null and l.form_15_shots_for <> f.form_15_shots_for
--   every side is described: select match_id, team_id from team_cutoffs
--     where (match_id, team_id) not in (select (match_id, team_id) from filled_form)
--
-- CLN-9: the form of both teams with its gaps filled by what was known at the cutoff: the mean a game over the team's own
-- earlier matches, else the median over its league's. Where neither is known, and in silver, the gap stays (COR-7).
with games as (
  select home_team_id as team_id, league_id, match_id, match_time, valid_from, valid_to,
    home_score as goals_for, away_score as goals_against,
    home_shots_on_target as shots_on_target_for, away_shots_on_target as shots_on_target_against,
    home_shots as shots_for, away_shots as shots_against, home_corners as corners_for, away_corners as corners_against
  from known_results
  union all
  select away_team_id, league_id, match_id, match_time, valid_from, valid_to,
    away_score, home_score, away_shots_on_target, home_shots_on_target, away_shots, home_shots, away_corners, home_corners
  from known_results
),
played as (
  select *,
    goals_for - goals_against as goal_difference,
    case sign(goals_for - goals_against) when 1 then 3 when 0 then 1 else 0 end as points,
    coalesce(shots_on_target_for, shots_on_target_against, shots_for, shots_against, corners_for, corners_against)
      is not null as is_counted
  from games
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
own as (
  select
    d.match_id,
    d.team_id,
    avg(g.goals_for) as goals_for,
    avg(g.goals_against) as goals_against,
    avg(g.shots_on_target_for) as shots_on_target_for,
    avg(g.shots_on_target_against) as shots_on_target_against,
    avg(g.shots_for) as shots_for,
    avg(g.shots_against) as shots_against,
    avg(g.corners_for) as corners_for,
    avg(g.corners_against) as corners_against,
    avg(g.points) as points,
    avg(g.goal_difference) as goal_difference
  from described d
  left join first_counted f on f.team_id = d.team_id
  join played g
    on g.team_id = d.team_id
    and g.match_time < d.cutoff
    and g.valid_from <= d.cutoff
    and d.cutoff < g.valid_to
    and g.match_id <> d.match_id
  where d.lacks_results or (d.lacks_counts and f.since <= d.cutoff)
  group by d.match_id, d.team_id
),
without_own as (
  select d.match_id, d.team_id, d.cutoff, d.league_id, r.match_id as own_result
  from described d
  left join own o on o.match_id = d.match_id and o.team_id = d.team_id
  left join first_counted_in_league f on f.league_id = d.league_id
  left join known_results r
    on r.match_id = d.match_id
    and r.match_time < d.cutoff
    and r.valid_from <= d.cutoff
    and d.cutoff < r.valid_to
  where (d.lacks_results and o.points is null)
    or (d.lacks_counts and f.since <= d.cutoff and (o.shots_on_target_for is null or o.shots_on_target_against is null
      or o.shots_for is null or o.shots_against is null or o.corners_for is null or o.corners_against is null))
),
-- A median holds every value that it is of, so there is one for all who lack it at the same instant in the same league;
-- apart only for a match that had a result before it moved behind the cutoff: its own counts for it no more than for its team.
askers as (
  select distinct league_id, cutoff, own_result from without_own
),
peers as (
  select
    k.league_id,
    k.cutoff,
    k.own_result,
    median(g.goals_for::smallint) as goals_for,
    median(g.goals_against::smallint) as goals_against,
    median(g.shots_on_target_for::smallint) as shots_on_target_for,
    median(g.shots_on_target_against::smallint) as shots_on_target_against,
    median(g.shots_for::smallint) as shots_for,
    median(g.shots_against::smallint) as shots_against,
    median(g.corners_for::smallint) as corners_for,
    median(g.corners_against::smallint) as corners_against,
    median(g.points::smallint) as points,
    median(g.goal_difference::smallint) as goal_difference
  from askers k
  join played g
    on g.league_id = k.league_id
    and g.match_time < k.cutoff
    and g.valid_from <= k.cutoff
    and k.cutoff < g.valid_to
    and g.match_id is distinct from k.own_result
  group by k.league_id, k.cutoff, k.own_result
),
gaps as (
  select
    l.match_id,
    l.team_id,
    [
      {'name': 'form_15_goals_for', 'own': o.goals_for, 'peers': p.goals_for, 'observed': l.form_15_goals_for},
      {'name': 'form_15_goals_against', 'own': o.goals_against, 'peers': p.goals_against,
        'observed': l.form_15_goals_against},
      {'name': 'form_15_shots_on_target_for', 'own': o.shots_on_target_for, 'peers': p.shots_on_target_for,
        'observed': l.form_15_shots_on_target_for},
      {'name': 'form_15_shots_on_target_against', 'own': o.shots_on_target_against, 'peers': p.shots_on_target_against,
        'observed': l.form_15_shots_on_target_against},
      {'name': 'form_15_shots_for', 'own': o.shots_for, 'peers': p.shots_for, 'observed': l.form_15_shots_for},
      {'name': 'form_15_shots_against', 'own': o.shots_against, 'peers': p.shots_against,
        'observed': l.form_15_shots_against},
      {'name': 'form_15_corners_for', 'own': o.corners_for, 'peers': p.corners_for, 'observed': l.form_15_corners_for},
      {'name': 'form_15_corners_against', 'own': o.corners_against, 'peers': p.corners_against,
        'observed': l.form_15_corners_against},
      {'name': 'season_points_per_game', 'own': o.points, 'peers': p.points, 'observed': s.season_points_per_game},
      {'name': 'season_goal_difference_per_game', 'own': o.goal_difference, 'peers': p.goal_difference,
        'observed': s.season_goal_difference_per_game},
      {'name': 'previous_season_points_per_game', 'own': o.points, 'peers': p.points,
        'observed': s.previous_season_points_per_game}
    ] as features
  from long_form l
  join season_form s on s.match_id = l.match_id and s.team_id = l.team_id
  left join own o on o.match_id = l.match_id and o.team_id = l.team_id
  left join without_own w on w.match_id = l.match_id and w.team_id = l.team_id
  left join peers p
    on p.league_id = w.league_id
    and p.cutoff = w.cutoff
    and p.own_result is not distinct from w.own_result
),
filled as (
  select
    match_id,
    team_id,
    list_transform(features, lambda f: coalesce(f.observed, f.own, f.peers)) as amounts,
    list_filter(features, lambda f: f.observed is null and coalesce(f.own, f.peers) is not null) as imputed
  from gaps
)
select
  f.match_id,
  f.team_id,
  c.team_type,
  f.amounts[1] as form_15_goals_for,
  f.amounts[2] as form_15_goals_against,
  f.amounts[3] as form_15_shots_on_target_for,
  f.amounts[4] as form_15_shots_on_target_against,
  f.amounts[5] as form_15_shots_for,
  f.amounts[6] as form_15_shots_against,
  f.amounts[7] as form_15_corners_for,
  f.amounts[8] as form_15_corners_against,
  f.amounts[9] as season_points_per_game,
  f.amounts[10] as season_goal_difference_per_game,
  f.amounts[11] as previous_season_points_per_game,
  list_transform(f.imputed, lambda i: i.name) as imputed,
  list_transform(f.imputed, lambda i: if(i.own is null, 'median', 'historical_mean')) as imputed_by
from filled f
join team_cutoffs c on c.match_id = f.match_id and c.team_id = f.team_id
