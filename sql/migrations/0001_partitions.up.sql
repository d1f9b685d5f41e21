-- Monthly partitions are made on demand: the files begin in 1993, the fixtures end next season.
-- Returns how many were made. Rows of such a month that the default partition caught move to it.
create function ensure_month_partitions(parent regclass, from_time timestamptz, to_time timestamptz)
returns integer
language plpgsql
set timezone = 'UTC'
as $$
declare
  parent_name text := (select relname from pg_class where oid = parent);
  partition_key text := (
    select attname
    from pg_partitioned_table as p
    join pg_attribute as a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
    where p.partrelid = parent
  );
  month_start timestamptz := date_trunc('month', from_time);
  month_end timestamptz;
  partition_name text;
  made integer := 0;
begin
  -- Two sessions that make the same month would collide; the lock ends with the transaction.
  perform pg_advisory_xact_lock(hashtext('ensure_month_partitions'), parent::oid::integer);
  while month_start <= to_time loop
    month_end := month_start + interval '1 month';
    partition_name := format('%s_%s', parent_name, to_char(month_start, 'YYYY_MM'));
    if to_regclass(format('%I', partition_name)) is null then
      execute format('create table %I (like %I including defaults including constraints)', partition_name, parent_name);
      execute format(
        'with moved as (delete from %I where %I >= %L and %I < %L returning *) insert into %I select * from moved',
        parent_name || '_default', partition_key, month_start, partition_key, month_end, partition_name
      );
      execute format(
        'alter table %I attach partition %I for values from (%L) to (%L)',
        parent_name, partition_name, month_start, month_end
      );
      made := made + 1;
    end if;
    month_start := month_end;
  end loop;
  return made;
end
$$;
