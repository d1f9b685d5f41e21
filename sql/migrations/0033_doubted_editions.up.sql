-- Why an edition is doubted: nothing of it comes to silver while the finding is not released. Null where it stands, as editions do.
alter table source_editions add column doubt_finding_id bigint references data_quality_logs (id);

-- The results that it tells, in the order of its rows, so that they are recognised where another file tells them too; null of older editions.
alter table source_editions add column results text;

create index idx_source_editions_season on source_editions (data_source, season) where results is not null;
create index idx_source_editions_doubt on source_editions (doubt_finding_id) where doubt_finding_id is not null;
