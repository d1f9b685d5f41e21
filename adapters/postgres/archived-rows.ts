import type pg from 'pg';
import { z } from 'zod';
import { DependencyAway, InvariantBroken } from '../../schemas/errors.js';
import type { ArchiveTable } from '../../schemas/tables/archive.js';
import { inMonths, Month } from '../lake/months.js';
import { ContentRow, contentOf, isSameContent, type Content } from '../lake/row-content.js';
import { quoteIdentifier } from '../lake/sql-text.js';
import { reachingPostgres } from './away.js';
import { inTransaction } from './transaction.js';

/** A month whose rows may leave Postgres, and how many they are. */
export interface DueMonth {
  readonly month: Month;
  readonly rows: number;
}

const DueRow = z.object({ month: Month, rows: z.number() });

/** The rows of a month that may leave, as a condition on the table of Postgres. */
export const finishedIn = (table: ArchiveTable, month: Month): string =>
  `${inMonths(quoteIdentifier(table.partitionColumn), [month])} and (${table.finished})`;

/** The months before the given one that still have rows in Postgres, oldest first. */
export async function monthsToArchive(
  pool: pg.Pool,
  table: ArchiveTable,
  before: Month,
): Promise<DueMonth[]> {
  const instant = quoteIdentifier(table.partitionColumn);
  const { rows } = await reachingPostgres(() =>
    pool.query(
      `select to_char(${instant} at time zone 'UTC', 'YYYY-MM') as month, count(*)::integer as rows
       from ${table.source}
       where ${instant} < ($1 || '-01 00:00:00+00')::timestamptz and (${table.finished})
       group by 1 order by 1`,
      [before],
    ),
  );
  return rows.map((row) => DueRow.parse(row));
}

const ColumnRow = z.object({ name: z.string() });

/** Throws {@link InvariantBroken} where the table has a column that its declaration lacks: its values would be lost. */
export async function checkEveryColumnIsArchived(pool: pg.Pool, table: ArchiveTable): Promise<void> {
  const { rows } = await reachingPostgres(() =>
    pool.query(
      `select attname as name from pg_attribute
       where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
      [table.source],
    ),
  );
  const lost = rows
    .map((row) => ColumnRow.parse(row).name)
    .filter((name) => !table.columns.some((column) => column.name === name));
  if (lost.length === 0) return;
  throw new InvariantBroken(`The archive of ${table.source} would lose ${lost.join(', ')}`, {
    object: table.source,
    advice: 'Declare the columns in schemas/tables/archive.ts. Nothing was removed.',
  });
}

/** What the rows of a month that may leave hold. */
export async function contentInPostgres(
  client: Pick<pg.ClientBase, 'query'> | pg.Pool,
  table: ArchiveTable,
  month: Month,
): Promise<Content> {
  const { rows } = await client.query(
    `select ${contentOf(table.columns, 'postgres')} from ${table.source} where ${finishedIn(table, month)}`,
  );
  return ContentRow.parse(rows[0]);
}

const PartitionRow = z.object({ parted: z.boolean(), partition: z.string().nullable() });

/** Whether the table has partitions, and the one of the month. */
async function partitionOf(
  client: pg.ClientBase,
  table: ArchiveTable,
  month: Month,
): Promise<z.infer<typeof PartitionRow>> {
  const { rows } = await client.query(
    `select c.relkind = 'p' as parted,
       (select i.inhrelid::regclass::text from pg_inherits i
        where i.inhparent = c.oid and i.inhrelid = to_regclass($2)) as partition
     from pg_class c where c.oid = $1::regclass`,
    [table.source, `${table.source}_${month.replace('-', '_')}`],
  );
  return PartitionRow.parse(rows[0]);
}

/**
 * Removes the rows of a month, and its partition once that is empty, in one transaction that reads them once more under
 * a lock: they go only where they hold what the lake was seen to hold. Throws {@link DependencyAway} where they do not (a row
 * was added or changed meanwhile), or where somebody has the table for longer than 2 s: the month is tried again.
 */
export async function removeArchived(
  pool: pg.Pool,
  table: ArchiveTable,
  month: Month,
  options: { readonly inLake: Content; readonly beforeCommit: () => void },
): Promise<void> {
  await inTransaction(pool, async ({ client }) => {
    await client.query(`set local lock_timeout = '2s'`);
    const { parted, partition } = await partitionOf(client, table, month);
    // To drop a partition takes its parent: taken first, no reader can hold one of the two and wait for the other.
    const mode = parted && partition !== null ? 'access exclusive' : 'share row exclusive';
    await client.query(`lock table ${table.source} in ${mode} mode`);
    const held = await contentInPostgres(client, table, month);
    if (!isSameContent(held, options.inLake)) {
      throw new DependencyAway(`Rows of ${table.source} changed while ${month} was being archived`, {
        object: `${table.source} ${month}`,
        advice: 'Nothing was removed; the month is archived again.',
      });
    }
    const { rowCount } = await client.query(`delete from ${table.source} where ${finishedIn(table, month)}`);
    if (rowCount !== held.rows) {
      throw new InvariantBroken(
        `${rowCount ?? 0} rows of ${table.source} would be removed where the lake holds ${held.rows}`,
        { object: `${table.source} ${month}`, advice: 'Nothing was removed.' },
      );
    }
    if (partition !== null) {
      const { rows } = await client.query(`select from ${partition} limit 1`);
      if (rows.length === 0) await client.query(`drop table ${partition}`);
    }
    options.beforeCommit();
  });
}
