drop table lineage_deliveries;
