import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { InvariantBroken } from '../../schemas/errors.js';
import type { SuiteResult } from '../../schemas/records/validation.js';
import type { SilverTable } from '../../schemas/tables/lake-table.js';
import { qualifiedName } from '../../schemas/tables/lake-table.js';
import { silverTables } from '../../schemas/tables/silver.js';
import { marksOfTransaction, type DirtyMark } from './dirty-marks.js';
import { judgeMonths } from './judge-months.js';
import type { Month } from './months.js';
import { columnInMonths, inMonths, monthGroups } from './months.js';
import { readRows } from './rows.js';
import type { Snapshot } from './snapshots.js';
import { snapshotOfRun, tagCommit } from './snapshots.js';
import { quoteIdentifier, quoteText } from './sql-text.js';
import { countRows, ensureTables, lakeName } from './tables.js';
import { inLakeTransaction } from './transaction.js';

/** The steps at which a publication can be watched. */
export type PublishPhase = 'lake.write' | 'lake.judge' | 'lake.commit' | 'lake.committed';

export interface Publication {
  readonly runId: string;
  /**
   * Runs when all is written and has been held against its suites, before the commit; what it throws rolls the publication back. It gets what
   * the suite of each table found in the months that were written.
   */
  readonly beforeCommit: (results: readonly SuiteResult[]) => Promise<void>;
  readonly onPhase: (phase: PublishPhase, details?: Record<string, string | number>) => void;
}

export interface PublishedTable {
  readonly table: string;
  readonly months: number;
  readonly rows: number;
}

/** A snapshot that holds a run's months, the marks it answers and what it wrote. */
export interface PublishedSnapshot {
  readonly snapshot: number;
  readonly marks: readonly DirtyMark[];
  readonly tables: readonly PublishedTable[];
}

/** How many months one statement writes: each is a file held open, with its rows in memory. */
const monthsPerStatement = 24;

const PublishInfo = z.object({
  marks: z.record(z.string(), z.record(z.string(), z.number())),
  tables: z.array(z.object({ table: z.string(), months: z.number(), rows: z.number() })),
});

const CountOfPostgres = z.object({ n: z.number() });

const marksByTable = (marks: readonly DirtyMark[]): Record<string, Record<string, number>> => {
  const byTable: Record<string, Record<string, number>> = {};
  for (const { table, month, version } of marks) (byTable[table] ??= {})[month] = version;
  return byTable;
};

function readPublished(snapshot: Snapshot, monthOf: (text: string) => Month): PublishedSnapshot {
  const { marks, tables } = PublishInfo.parse(snapshot.info);
  return {
    snapshot: snapshot.id,
    tables,
    marks: Object.entries(marks).flatMap(([table, months]) =>
      Object.entries(months).map(([month, version]) => ({ table, month: monthOf(month), version })),
    ),
  };
}

/** Replaces the rows of one condition by those of Postgres, and returns how many there are now. */
async function replaceRows(
  connection: DuckDBConnection,
  table: SilverTable,
  where: { readonly lake: string; readonly postgres: string; readonly lakeHasRows: boolean },
): Promise<number> {
  const name = lakeName(table);
  if (where.lakeHasRows) await connection.run(`delete from ${name} where ${where.lake}`);
  const columns = table.columns
    .map(({ name: column }) => `${table.expressions[column] ?? `${table.alias}.${column}`} as ${column}`)
    .join(', ');
  const source = (select: string): string =>
    `postgres_query('pg', ${quoteText(`select ${select} from ${table.from} where ${where.postgres}`)})`;
  const casts = table.columns
    .map(({ name: column, type }) => `${quoteIdentifier(column)}::${type}`)
    .join(', ');
  await connection.run(`insert into ${name} select ${casts} from ${source(columns)}`);

  const [counted] = await readRows(connection, `select n from ${source('count(*) as n')}`);
  const expected = CountOfPostgres.parse(counted).n;
  const written = await countRows(connection, `${name} where ${where.lake}`);
  if (written !== expected) {
    throw new InvariantBroken(
      `The lake would hold ${written} rows of ${qualifiedName(table)} where Postgres holds ${expected}`,
      { object: qualifiedName(table), advice: 'Nothing was published.' },
    );
  }
  return written;
}

async function publishTable(
  connection: DuckDBConnection,
  table: SilverTable,
  months: readonly Month[],
  onPhase: Publication['onPhase'],
): Promise<PublishedTable> {
  const lakeHasRows = (await countRows(connection, lakeName(table))) > 0;
  if (table.partitionColumn === null) {
    onPhase('lake.write', { table: table.name });
    const rows = await replaceRows(connection, table, { lake: 'true', postgres: 'true', lakeHasRows });
    return { table: table.name, months: 1, rows };
  }
  const instant = table.expressions[table.partitionColumn] ?? `${table.alias}.${table.partitionColumn}`;
  let rows = 0;
  for (const group of monthGroups(months, monthsPerStatement)) {
    onPhase('lake.write', { table: table.name, month: group[0] ?? '' });
    rows += await replaceRows(connection, table, {
      lake: columnInMonths(table.partitionColumn, group),
      postgres: inMonths(instant, group),
      lakeHasRows,
    });
  }
  return { table: table.name, months: months.length, rows };
}

/** The publication that a run has made already, or undefined. `monthOf` reads a month's text. */
export async function findPublication(
  connection: DuckDBConnection,
  runId: string,
  monthOf: (text: string) => Month,
): Promise<PublishedSnapshot | undefined> {
  const snapshot = await snapshotOfRun(connection, 'publish', runId);
  return snapshot === undefined ? undefined : readPublished(snapshot, monthOf);
}

/**
 * Copies the marked months from Postgres to the lake in one lake transaction, tagged with the run: each month's rows are
 * deleted and inserted anew, counted against Postgres, held against their table's suite, and committed together. Any error rolls back. The
 * caller holds the locks of the tables. Throws {@link InvariantBroken} where counts differ, or where the commit left no snapshot.
 */
export async function publishMonths(
  connection: DuckDBConnection,
  publication: Publication,
): Promise<{ tables: PublishedTable[] }> {
  const { runId, beforeCommit, onPhase } = publication;
  const tables: PublishedTable[] = [];
  const written = new Map<SilverTable, readonly Month[]>();
  const totals = new Map<SilverTable, number>();
  await inLakeTransaction(connection, async () => {
    const marks = await marksOfTransaction(connection);
    await ensureTables(connection, silverTables);
    for (const table of silverTables) {
      const months = marks.filter((mark) => mark.table === table.name).map(({ month }) => month);
      if (months.length === 0) continue;
      tables.push(await publishTable(connection, table, months, onPhase));
      written.set(table, months);
      totals.set(table, await countRows(connection, lakeName(table)));
    }
    onPhase('lake.judge');
    const results = await judgeMonths(connection, written, lakeName);
    await tagCommit(connection, 'publish silver', {
      job: 'publish',
      run_id: runId,
      marks: marksByTable(marks),
      tables,
    });
    await beforeCommit(results);
    onPhase('lake.commit');
  });
  onPhase('lake.committed');
  // COMMIT may answer as if it had worked: the snapshot is the proof.
  if ((await snapshotOfRun(connection, 'publish', runId)) === undefined) {
    throw new InvariantBroken('The lake has no snapshot of the publication that was committed', {
      object: runId,
    });
  }
  for (const [table, expected] of totals) {
    const found = await countRows(connection, lakeName(table));
    if (found !== expected) {
      throw new InvariantBroken(
        `The lake holds ${found} rows of ${qualifiedName(table)} after a commit of ${expected}`,
        { object: qualifiedName(table), advice: 'Run the job rebuild: it makes the lake anew from bronze.' },
      );
    }
  }
  return { tables };
}
