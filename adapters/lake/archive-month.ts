import type { DuckDBConnection } from '@duckdb/node-api';
import { CheckFailed } from '../../schemas/errors.js';
import type { ArchiveTable } from '../../schemas/tables/archive.js';
import { qualifiedName } from '../../schemas/tables/lake-table.js';
import { finishedIn } from '../postgres/archived-rows.js';
import { columnInMonths, type Month } from './months.js';
import { ContentRow, contentOf, isSameContent, type Content } from './row-content.js';
import { readRows } from './rows.js';
import { tagCommit } from './snapshots.js';
import { quoteIdentifier, quoteText } from './sql-text.js';
import { ensureArchive, hasEveryColumn, lakeName } from './tables.js';
import { inLakeTransaction } from './transaction.js';

/** A month's rows on their way from Postgres to the lake. */
export interface ArchivedMonth {
  readonly runId: string;
  readonly table: ArchiveTable;
  readonly month: Month;
  /** What Postgres holds of it. */
  readonly inPostgres: Content;
  /** Runs when all is written and before the commit; what it throws rolls the month back. */
  readonly beforeCommit: () => Promise<void>;
}

const fromPostgres = (table: ArchiveTable, month: Month, columns: readonly string[]): string =>
  `postgres_query('pg', ${quoteText(
    `select ${columns.map(quoteIdentifier).join(', ')} from ${table.source} where ${finishedIn(table, month)}`,
  )})`;

/** The rows in the lake that Postgres still has: a month may have left in parts. */
const stillInPostgres = (table: ArchiveTable, month: Month): string =>
  `${columnInMonths(table.partitionColumn, [month])} and id in (select id from ${fromPostgres(table, month, ['id'])})`;

/** What the lake holds of the rows of a month that Postgres has; nothing where it has no such table yet. */
export async function contentInLake(
  connection: DuckDBConnection,
  table: ArchiveTable,
  month: Month,
): Promise<Content> {
  if (!(await hasEveryColumn(connection, table))) return { rows: 0, hash: '0' };
  const [row] = await readRows(
    connection,
    `select ${contentOf(table.columns, 'duckdb')} from ${lakeName(table)} where ${stillInPostgres(table, month)}`,
  );
  return ContentRow.parse(row);
}

/**
 * Copies the rows of a month that may leave Postgres to the lake, in one transaction tagged with the run. Rows that were
 * copied before and changed since are replaced; rows that have left Postgres earlier stay. The caller holds the table's lock.
 * Throws {@link CheckFailed}, and leaves the lake as it was, where it would hold anything else than Postgres.
 */
export async function archiveMonth(connection: DuckDBConnection, archived: ArchivedMonth): Promise<void> {
  const { runId, table, month, inPostgres, beforeCommit } = archived;
  await inLakeTransaction(connection, async () => {
    await ensureArchive(connection, table);
    const [held] = await readRows(
      connection,
      `select count(*) as n from ${lakeName(table)} where ${stillInPostgres(table, month)}`,
    );
    if (held?.['n'] !== 0) {
      await connection.run(`delete from ${lakeName(table)} where ${stillInPostgres(table, month)}`);
    }
    const names = table.columns.map(({ name }) => name);
    await connection.run(
      `insert into ${lakeName(table)} (${names.map(quoteIdentifier).join(', ')})
       select ${table.columns.map(({ name, type }) => `${quoteIdentifier(name)}::${type}`).join(', ')}
       from ${fromPostgres(table, month, names)} order by ${quoteIdentifier(table.partitionColumn)}, id`,
    );
    await checkArchived(connection, archived);
    await tagCommit(connection, `archive ${qualifiedName(table)} ${month}`, {
      job: 'archive',
      run_id: runId,
      table: qualifiedName(table),
      month,
      rows: inPostgres.rows,
      content: inPostgres.hash,
    });
    await beforeCommit();
  });
}

/** Throws {@link CheckFailed} unless the lake holds each row that Postgres has of the month, once and as it is. */
export async function checkArchived(
  connection: DuckDBConnection,
  { table, month, inPostgres }: Pick<ArchivedMonth, 'table' | 'month' | 'inPostgres'>,
): Promise<void> {
  const inLake = await contentInLake(connection, table, month);
  if (isSameContent(inLake, inPostgres)) return;
  throw new CheckFailed(
    `The lake holds ${inLake.rows} rows of ${qualifiedName(table)} ${month} (${inLake.hash}), Postgres ${inPostgres.rows} (${inPostgres.hash})`,
    { object: `${qualifiedName(table)} ${month}`, advice: 'Nothing was removed from Postgres.' },
  );
}
