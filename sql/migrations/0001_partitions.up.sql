-- Monthly partitions are made on demand: the files begin in 1993, the fixtures end next season.
create function ensure_month_partitions(parent regclass, from_time timestamptz, to_time timestamptz)
returns integer
language plpgsql
set timezone = 'UTC'
as $$
declare
  month_start timestamptz := date_trunc('month', from_time);
  partition_name text;
  made integer := 0;
begin
  -- Two sessions that make the same month would collide; the lock ends with the transaction.
  perform pg_advisory_xact_lock(hashtext('ensure_month_partitions'), parent::oid::integer);
  while month_start <= to_time loop
    partition_name := format('%s_%s', (select relname from pg_class where oid = parent), to_char(month_start, 'YYYY_MM'));
    if to_regclass(format('%I', partition_name)) is null then
      execute format(
        'create table %I partition of %s for values from (%L) to (%L)',
        partition_name, parent, month_start, month_start + interval '1 month'
      );
      made := made + 1;
    end if;
    month_start := month_start + interval '1 month';
  end loop;
  return made;
end
$$;
