-- Set where a finding is about what a feed of scores said; record_id is then the payload by which its match is known.
alter table data_quality_logs add column raw_score_id bigint;
create index idx_data_quality_logs_score on data_quality_logs (raw_score_id) where raw_score_id is not null;
