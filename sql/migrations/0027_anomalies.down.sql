delete from lake_dirty_partitions where table_name = 'quarantined_rows';
drop table drift_retrainings;
drop view quarantined_rows;
drop table quarantines;
drop table anomaly_detections;
drop table anomaly_baselines;
drop table anomaly_watermarks;
drop table anomaly_configurations;
