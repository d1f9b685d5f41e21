-- What is expected of the lake, what each run of the suites found, and the runs themselves. Append-only: they tell what happened. Runs are
-- kept for 90 days, with what they found.

-- An expectation as it was declared when a suite ran with it first. Other words, limits or weight are another row.
create table expectations_store (
  id bigint generated always as identity primary key,
  data_source varchar(100) not null default 'football_postgres',
  -- 'silver.matches'
  table_name varchar(100) not null,
  suite_name varchar(100) not null,
  expectation_type varchar(100) not null,
  column_names text[] not null,
  -- The whole declaration.
  declaration jsonb not null,
  weight varchar(10) not null check (weight in ('blocks', 'reports')),
  says text not null,
  created_at timestamptz not null default now(),
  constraint uq_expectations_store unique (table_name, suite_name, declaration)
);

-- One run of suites: over what a publication was about to make visible, or over what is published.
create table checkpoint_store (
  id bigint generated always as identity primary key,
  data_source varchar(100) not null default 'football_postgres',
  kind varchar(20) not null check (kind in ('publish', 'build-gold', 'check')),
  -- The run of the job.
  run_id varchar(200) not null,
  -- The snapshot that was judged; null where the rows were not visible yet.
  snapshot bigint,
  -- By the clock of the run; created_at is the real time.
  run_at timestamptz not null,
  -- Seconds.
  execution_time double precision not null check (execution_time >= 0),
  rows_judged bigint not null check (rows_judged >= 0),
  -- Of the expectations that judged a row, the share that every row met, in percent.
  overall_success_rate double precision not null check (overall_success_rate between 0 and 100),
  -- 0 to 100 by table, and `overall`.
  scores jsonb not null check (jsonb_typeof(scores) = 'object'),
  -- Whether something was unmet that holds a table back: then a publication was not made.
  held_back boolean not null,
  -- How fresh the house was as of run_at; null where that was not asked.
  freshness jsonb,
  created_at timestamptz not null default now()
);

create index idx_checkpoint_store_run_at on checkpoint_store (run_at);
create index idx_checkpoint_store_created_at on checkpoint_store (created_at);

-- What one expectation found in one run.
create table validations_store (
  id bigint generated always as identity primary key,
  checkpoint_id bigint not null references checkpoint_store (id) on delete cascade,
  expectation_id bigint not null references expectations_store (id),
  evaluated bigint not null check (evaluated >= 0),
  unexpected bigint not null check (unexpected between 0 and evaluated),
  -- Some of the rows that do not meet it, with their payloads.
  examples jsonb not null check (jsonb_typeof(examples) = 'array'),
  created_at timestamptz not null default now(),
  constraint uq_validations_store unique (checkpoint_id, expectation_id)
);

create index idx_validations_store_expectation on validations_store (expectation_id);

create trigger tr_expectations_store_append_only before update on expectations_store
  for each statement execute function refuse_change_of_history();
create trigger tr_checkpoint_store_append_only before update on checkpoint_store
  for each statement execute function refuse_change_of_history();
create trigger tr_validations_store_append_only before update on validations_store
  for each statement execute function refuse_change_of_history();
