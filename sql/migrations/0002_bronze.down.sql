drop table data_quality_logs;
drop table data_collection_logs;
drop table edition_rows;
drop table raw_match_data;
drop table source_editions;
