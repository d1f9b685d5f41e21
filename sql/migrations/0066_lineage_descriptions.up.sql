-- What datasets and jobs are, as a release of the code knew them: columns, owners, documentation, lineage of columns. One row a content, however many workers and
-- starts told it; an event names the one that was known when it happened.
create table lineage_descriptions (
  -- The sha256 of the content, as hex.
  version text not null constraint pk_lineage_descriptions primary key,
  -- {"datasets": {"<namespace>/<name>": {facets}}, "jobs": {"<name>": {facets}}}, in OpenLineage's terms.
  content jsonb not null,
  created_at timestamptz not null default now()
);

create trigger tr_lineage_descriptions_append_only before update on lineage_descriptions
  for each statement execute function refuse_change_of_history();

-- Null for events that were told before descriptions were kept.
alter table lineage_events add column description text
  constraint fk_lineage_events_description references lineage_descriptions (version);

-- Ids rise in the order of commits: whoever has read up to one has missed none before it. The lock comes before the first id is drawn, and ends with
-- the transaction, which is one statement.
create function keep_order_of_lineage()
returns trigger
language plpgsql
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('lineage_events', 0));
  return null;
end
$$;

create trigger tr_lineage_events_in_order before insert on lineage_events
  for each statement execute function keep_order_of_lineage();
