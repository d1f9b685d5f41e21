drop table match_plans;
