alter table checkpoint_store drop column anomalies;
alter table lake_dirty_partitions drop column first_marked_at;
