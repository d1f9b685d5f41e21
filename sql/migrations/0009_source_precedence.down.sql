drop index idx_data_quality_logs_source_conflict;
drop view v_source_conflicts;
drop function source_conflicts(bigint[], timestamptz);
drop function said_of(text, fixture_revisions);
drop function match_states(bigint[], timestamptz);
drop function status_stage(text);
drop function latest_revisions(bigint[], timestamptz);
drop table source_precedence;
