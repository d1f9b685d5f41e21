-- Append-only: what OpenLineage calls run events, one row each. A run is one attempt of an activity.
create table lineage_events (
  id bigint generated always as identity primary key,
  event_time timestamptz not null,
  event_type varchar(10) not null check (event_type in ('START', 'COMPLETE', 'FAIL', 'ABORT')),
  -- UUIDv5 of workflow, run, activity and attempt.
  run_id uuid not null,
  -- The run of the workflow; null for an activity that no workflow asked for.
  parent_run_id uuid,
  job_namespace varchar(100) not null,
  job_name varchar(100) not null,
  -- Which datasets, as [{"namespace", "name"}], in the order of their declaration.
  inputs jsonb not null check (jsonb_typeof(inputs) = 'array'),
  outputs jsonb not null check (jsonb_typeof(outputs) = 'array'),
  -- {"run", "job", "outputs"}; those of an output stand under its `namespace/name`.
  facets jsonb not null,
  producer text not null,
  created_at timestamptz not null default now(),
  -- The same event written twice is one.
  constraint uq_lineage_events_run unique (run_id, event_type)
);

create index idx_lineage_events_parent_run on lineage_events (parent_run_id);
create index idx_lineage_events_created_at on lineage_events (created_at);

create trigger tr_lineage_events_append_only before update on lineage_events
  for each statement execute function refuse_change_of_history();
