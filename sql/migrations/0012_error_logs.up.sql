create table error_logs (
  id bigint generated always as identity primary key,
  -- The activity's name.
  task_name varchar(100) not null,
  -- Workflow id and run id.
  task_id varchar(100),
  error_type varchar(100) not null,
  error_message text,
  traceback text,
  -- 0 for the first attempt.
  retry_count integer not null default 0 check (retry_count >= 0),
  context_data jsonb,
  -- Temporal does not try again after this failure.
  is_final boolean not null default false,
  -- Names one attempt of one activity; null for what is no attempt, such as a request within one.
  attempt_key varchar(500) constraint uq_error_logs_attempt_key unique,
  created_at timestamptz not null default now()
);

-- For retention, and for the failures since a moment.
create index idx_error_logs_created_at on error_logs (created_at);

create function failures_since(since timestamptz)
returns table (
  task_name varchar,
  error_type varchar,
  failures bigint,
  final_failures bigint,
  first_at timestamptz,
  last_at timestamptz,
  last_message text
)
language sql stable
as $$
  select task_name, error_type, count(*), count(*) filter (where is_final), min(created_at), max(created_at),
    (array_agg(error_message order by created_at desc, id desc))[1]
  from error_logs
  where created_at >= since
  group by task_name, error_type
  order by count(*) desc, task_name, error_type
$$;

create view v_failures_last_hour as
select * from failures_since(now() - interval '1 hour');
