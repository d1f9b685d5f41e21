drop function ensure_month_partitions(regclass, timestamptz, timestamptz);
drop function close_partition(regclass);
