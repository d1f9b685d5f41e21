-- How often in a row whoever follows the match has failed, in which run last, and until when nobody begins again.
alter table match_plans
  add column failures integer not null default 0 check (failures >= 0),
  add column failed_run uuid,
  add column paused_until timestamptz,
  add constraint ck_match_plans_failures check ((failures = 0) = (failed_run is null) and (failures = 0) = (paused_until is null));
