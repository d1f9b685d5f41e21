alter table data_quality_logs drop column raw_score_id;
