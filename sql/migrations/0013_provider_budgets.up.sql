-- What each provider lets us ask, shared by all workers. One row a provider and period; whoever spends locks the day's row, then the
-- minute's.
create table provider_accounts (
  provider varchar(100) not null,
  period_kind varchar(10) not null check (period_kind in ('day', 'minute')),
  period_start timestamptz not null,
  -- As it was declared when last asked for; never below what is spent.
  unit_limit integer not null check (unit_limit >= 0),
  -- The most that may be spent as the provider's own count has it; it only falls.
  unit_ceiling integer,
  spent integer not null default 0 check (spent >= 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint pk_provider_accounts primary key (provider, period_kind, period_start),
  constraint ck_provider_accounts_not_overspent check (spent <= least(unit_limit, unit_ceiling)),
  constraint ck_provider_accounts_period check (period_start = date_trunc(period_kind, period_start, 'UTC'))
);

create trigger tr_set_updated_at before update on provider_accounts for each row execute function set_updated_at();

-- Append-only: a request that was granted its units, written before it is sent. Whether it then was sent nobody can know.
create table provider_spends (
  id bigint generated always as identity primary key,
  provider varchar(100) not null,
  spent_at timestamptz not null,
  -- 0 for what a provider lets us ask for nothing.
  cost integer not null check (cost >= 0),
  priority varchar(20) not null check (priority in ('live', 'closing', 'lineups', 'fixtures', 'regular', 'backfill')),
  task_name varchar(100) not null,
  -- Workflow id and run id.
  task_id varchar(100) not null,
  endpoint text not null,
  -- Names one sending: task, attempt and number.
  request_id varchar(600) not null constraint uq_provider_spends_request unique,
  created_at timestamptz not null default now()
);

create index idx_provider_spends_provider on provider_spends (provider, spent_at);
create index idx_provider_spends_created_at on provider_spends (created_at);

create trigger tr_provider_spends_append_only before update on provider_spends
  for each statement execute function refuse_change_of_history();

-- Append-only: a request that was not made for want of budget.
create table provider_skips (
  id bigint generated always as identity primary key,
  provider varchar(100) not null,
  skipped_at timestamptz not null,
  cost integer not null check (cost > 0),
  priority varchar(20) not null check (priority in ('live', 'closing', 'lineups', 'fixtures', 'regular', 'backfill')),
  task_name varchar(100) not null,
  task_id varchar(100) not null,
  endpoint text not null,
  request_id varchar(600) not null constraint uq_provider_skips_request unique,
  reason varchar(20) not null check (reason in ('day_spent', 'kept_for_higher', 'above_limit')),
  -- Units left of the day, and how many of them were kept for higher priorities.
  units_left integer not null,
  units_kept integer not null,
  created_at timestamptz not null default now()
);

create index idx_provider_skips_provider on provider_skips (provider, skipped_at);
create index idx_provider_skips_created_at on provider_skips (created_at);

create trigger tr_provider_skips_append_only before update on provider_skips
  for each statement execute function refuse_change_of_history();

-- The plan of a day from its fixtures, for the rest of the day as of planned_at; made again, it is replaced.
create table provider_plans (
  provider varchar(100) not null,
  day date not null,
  priority varchar(20) not null check (priority in ('live', 'closing', 'lineups', 'fixtures', 'regular', 'backfill')),
  wanted integer not null,
  granted integer not null,
  -- Units of this priority since planned_at.
  spent integer not null default 0 check (spent >= 0),
  planned_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint pk_provider_plans primary key (provider, day, priority),
  constraint ck_provider_plans_granted check (granted between 0 and wanted)
);

create trigger tr_set_updated_at before update on provider_plans for each row execute function set_updated_at();
