alter table match_plans
  drop constraint ck_match_plans_failures,
  drop column failures,
  drop column failed_run,
  drop column paused_until;
