drop view v_failures_last_hour;
drop function failures_since(timestamptz);
drop table error_logs;
