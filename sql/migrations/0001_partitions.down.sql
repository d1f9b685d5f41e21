drop function ensure_month_partitions(regclass, timestamptz, timestamptz);
