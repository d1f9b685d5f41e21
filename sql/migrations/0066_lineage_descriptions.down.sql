drop trigger tr_lineage_events_in_order on lineage_events;
drop function keep_order_of_lineage();
alter table lineage_events drop column description;
drop table lineage_descriptions;
