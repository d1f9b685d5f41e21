-- How far the events of lineage have been sent to a receiver. One worker at a time sends, so that they come in their order: it holds the row until `leased_until`.
create table lineage_deliveries (
  -- Its address, without what is secret in it.
  receiver text not null constraint pk_lineage_deliveries primary key,
  -- All up to this one have been taken, or refused for good.
  last_event_id bigint not null default 0,
  sent bigint not null default 0,
  refused bigint not null default 0,
  -- Null while all goes well.
  trouble text,
  leased_by uuid,
  leased_until timestamptz,
  updated_at timestamptz not null default now()
);
create trigger tr_set_updated_at before update on lineage_deliveries for each row execute function set_updated_at();
