-- Since when a month waits for the lake: marked_at says when it was marked last.
alter table lake_dirty_partitions add column first_marked_at timestamptz not null default now();
update lake_dirty_partitions set first_marked_at = marked_at;

-- Suspicious odds and unusual scores as of a check (QUAL-2); null where that was not asked.
alter table checkpoint_store add column anomalies jsonb;
