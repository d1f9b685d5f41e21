import type pg from 'pg';

/**
 * A completed match on whose score sources disagree has one finding, for someone to look at; the row of `matches` keeps the score of the
 * source that ranks first. The finding is about the payload that says the kept score, and names all scores: once someone has
 * handled it, only other scores raise another. One that no longer holds, because the sources agree again, goes away, unless
 * someone has handled it. Of the given matches, after `current_matches` is made of them.
 */
export async function updateConflictFindings(
  client: pg.ClientBase,
  matchIds: readonly number[],
): Promise<void> {
  await client.query(conflictingScores);
  await withdrawConflictFindings(client, matchIds, 'select finding_key from conflicting_scores');
  await client.query(
    `insert into data_quality_logs as q (table_name, record_id, error_type, severity, field, error_data, error_message,
       requires_manual_review, finding_key)
     select 'matches', raw_id, 'source_conflict', 'medium', field, error_data, error_message, true, finding_key
     from conflicting_scores order by finding_key
     on conflict (finding_key) do update set record_id = excluded.record_id, error_data = excluded.error_data, updated_at = now()
     where q.handled_at is null
       and (q.record_id, q.error_data) is distinct from (excluded.record_id, excluded.error_data)`,
  );
}

/** Takes away the findings of these matches that nobody has handled, but for the keys that a SELECT gives. */
export async function withdrawConflictFindings(
  client: pg.ClientBase,
  matchIds: readonly number[],
  butFor = 'select null::bytea where false',
): Promise<void> {
  await client.query(
    // The writer may not delete: a function of the admin's does.
    `select withdraw_findings(array_agg(id)) from data_quality_logs
     where error_type = 'source_conflict' and (error_data ->> 'match_id')::bigint = any($1::bigint[])
       and handled_at is null and finding_key not in (${butFor})
     having count(*) > 0`,
    [matchIds],
  );
}

const score = (value: string): string => `${value} ->> 'home_score' || '-' || (${value} ->> 'away_score')`;

const conflictingScores = `
  create temporary table conflicting_scores on commit drop as
  with told as (
    select array(select match_id from current_matches where sources > 1) as ids
  ), conflicts as (
    select c.match_id, c.field_group as field, c.kept_source, c.kept_value,
      jsonb_object_agg(c.other_source, c.other_value) as others,
      string_agg(format('%s says %s', c.other_source, ${score('c.other_value')}), ', ' order by c.other_source collate "C")
        as others_say
    from told cross join lateral source_conflicts(told.ids, 'infinity') c
    where c.field_group = 'result'
      and c.kept_value ->> 'match_status' = 'completed' and c.other_value ->> 'match_status' = 'completed'
      and (c.kept_value -> 'home_score', c.kept_value -> 'away_score')
        is distinct from (c.other_value -> 'home_score', c.other_value -> 'away_score')
    group by c.match_id, c.field_group, c.kept_source, c.kept_value
  )
  select c.match_id, c.field, f.raw_id, said.error_message,
    jsonb_build_object('match_id', c.match_id, 'kept', jsonb_build_object(c.kept_source, c.kept_value), 'others', c.others)
      as error_data,
    sha256(convert_to(concat_ws('/', 'source_conflict', c.match_id, said.error_message), 'UTF8')) as finding_key
  from conflicts c
  cross join lateral (select format('Sources disagree on the score: %s says %s, %s. The first is kept.', c.kept_source,
    ${score('c.kept_value')}, c.others_say)) as said (error_message)
  join latest_revisions(array(select match_id from conflicts), 'infinity') f
    on f.match_id = c.match_id and f.data_source = c.kept_source`;
