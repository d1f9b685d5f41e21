drop table lineage_events;
