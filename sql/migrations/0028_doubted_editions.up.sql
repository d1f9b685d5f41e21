-- Why an edition is doubted: nothing of it comes to silver while the finding is not released. Null where it stands, as editions do.
alter table source_editions add column doubt_finding_id bigint references data_quality_logs (id);

create index idx_source_editions_doubt on source_editions (doubt_finding_id) where doubt_finding_id is not null;
