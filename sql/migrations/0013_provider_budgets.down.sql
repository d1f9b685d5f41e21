drop table provider_plans;
drop table provider_skips;
drop table provider_spends;
drop table provider_accounts;
