import type pg from 'pg';
import { archiveMonth, checkArchived, contentInLake } from '../adapters/lake/archive-month.js';
import { coldFolderOf } from '../adapters/lake/cold-folder.js';
import { isMonthly, monthsToMove, moveMonths } from '../adapters/lake/cold-months.js';
import { forgetMonths, rowsBefore } from '../adapters/lake/forget-months.js';
import { Month } from '../adapters/lake/months.js';
import type { Lake } from '../adapters/lake/open-lake.js';
import { findOrphans, removeOrphans } from '../adapters/lake/orphans.js';
import { isSameContent } from '../adapters/lake/row-content.js';
import { withTableLocks, type TableLocks } from '../adapters/lake/table-locks.js';
import {
  checkEveryColumnIsArchived,
  contentInPostgres,
  monthsToArchive,
  removeArchived,
} from '../adapters/postgres/archived-rows.js';
import { reachingPostgres } from '../adapters/postgres/away.js';
import { firstMonthWithin } from '../domain/retention/first-month-within.js';
import { InvariantBroken } from '../schemas/errors.js';
import type { CleanupMode, CleanupResult } from '../schemas/jobs/weekly-data-cleanup.js';
import type { Retention } from '../schemas/retention.js';
import { archiveTables, type ArchiveTable } from '../schemas/tables/archive.js';
import { qualifiedName } from '../schemas/tables/lake-table.js';
import { lakeTables } from '../schemas/tables/lake-tables.js';
import { instant, type Instant } from '../schemas/values.js';
import { heartbeating, type ReportPhase } from './heartbeating.js';

export interface CleanDataDeps {
  /** Of a role that may delete rows and drop partitions. */
  readonly pool: pg.Pool;
  readonly lake: Lake;
  readonly retention: readonly Retention[];
  readonly now?: () => Instant;
}

export interface CleanupPart {
  readonly runId: string;
  readonly mode: CleanupMode;
  /** `gold.predictions`; absent: every table. */
  readonly tables?: readonly string[] | undefined;
}

/** No run goes on for so long: a file of this age that no snapshot names is nobody's. */
const longestRunMs = 24 * 3_600_000;

/** The activities of the weekly cleanup. Killed anywhere, each is done by running it again, under any run id. */
export function createCleanDataActivities(deps: CleanDataDeps) {
  return {
    /** Moves the rows of Postgres whose time there is over to the lake. */
    archiveOldRows: (part: CleanupPart): Promise<CleanupResult['archived']> =>
      heartbeating((reportPhase) => archiveOldRows(deps, part, reportPhase)),

    /** Moves the months of the lake that are no longer hot to the cold location, where there is one. */
    moveOldMonths: (part: CleanupPart): Promise<CleanupResult['movedToCold']> =>
      heartbeating((reportPhase) => moveOldMonths(deps, part, reportPhase)),

    /** Takes rows out of the archives whose time in the lake is over, and removes files that no snapshot names. */
    tidyLake: (part: CleanupPart): Promise<Pick<CleanupResult, 'forgotten' | 'orphans'>> =>
      heartbeating((reportPhase) => tidyLake(deps, part, reportPhase)),
  };
}

const nowOf = ({ now }: CleanDataDeps): Instant => now?.() ?? instant(Date.now());

const isAsked = ({ tables }: CleanupPart, name: string): boolean => tables?.includes(name) ?? true;

function retentionOf({ retention }: CleanDataDeps, table: string): Retention {
  const found = retention.find((one) => one.table === table);
  if (found === undefined) throw new InvariantBroken(`${table} has no retention`, { object: table });
  return found;
}

const firstMonthKept = (deps: CleanDataDeps, months: number): Month =>
  Month.parse(firstMonthWithin(months, nowOf(deps)));

/** Moves each table's due months, one after another; see {@link archiveOneMonth}. */
export async function archiveOldRows(
  deps: CleanDataDeps,
  part: CleanupPart,
  reportPhase: ReportPhase,
): Promise<CleanupResult['archived']> {
  const archived: CleanupResult['archived'] = [];
  for (const table of archiveTables) {
    const name = qualifiedName(table);
    const { keepMonths } = retentionOf(deps, name);
    if (keepMonths === null || !isAsked(part, name)) continue;
    await checkEveryColumnIsArchived(deps.pool, table);
    const due = await monthsToArchive(deps.pool, table, firstMonthKept(deps, keepMonths));
    if (due.length === 0) continue;
    if (part.mode === 'apply') {
      await withTableLocks(deps.pool, [name], async (locks) => {
        for (const { month } of due) {
          await archiveOneMonth(deps, { runId: part.runId, table, month, locks, reportPhase });
        }
      });
    }
    archived.push({
      table: name,
      months: due.map(({ month }) => month),
      rows: due.reduce((sum, { rows }) => sum + rows, 0),
    });
  }
  return archived;
}

/**
 * Copies a month to the lake unless the lake holds it already, looks at what was committed, and only then removes the rows
 * from Postgres, where they are read once more. What an earlier run has done is seen from the rows, not from its id.
 */
async function archiveOneMonth(
  { pool, lake }: CleanDataDeps,
  work: {
    readonly runId: string;
    readonly table: ArchiveTable;
    readonly month: Month;
    readonly locks: TableLocks;
    readonly reportPhase: ReportPhase;
  },
): Promise<void> {
  const { runId, table, month, locks, reportPhase } = work;
  const details = { table: table.name, month };
  const inPostgres = await reachingPostgres(() => contentInPostgres(pool, table, month));
  const inLake = await lake.write((connection) => contentInLake(connection, table, month));
  if (!isSameContent(inLake, inPostgres)) {
    reportPhase('archive.write', details);
    await lake.write((connection) =>
      archiveMonth(connection, {
        runId,
        table,
        month,
        inPostgres,
        beforeCommit: async () => {
          await locks.assertHeld();
          reportPhase('archive.commit', details);
        },
      }),
    );
  }
  reportPhase('archive.committed', details);
  // COMMIT may answer as if it had worked: what a transaction begun after it sees is the proof.
  await lake.write((connection) => checkArchived(connection, { table, month, inPostgres }));
  reportPhase('archive.verified', details);
  await locks.assertHeld();
  await removeArchived(pool, table, month, {
    inLake: inPostgres,
    beforeCommit: () => {
      reportPhase('archive.remove', details);
    },
  });
  reportPhase('archive.removed', details);
}

/** Moves each table's months that are no longer hot. Nothing where there is no cold location. */
export async function moveOldMonths(
  deps: CleanDataDeps,
  part: CleanupPart,
  reportPhase: ReportPhase,
): Promise<CleanupResult['movedToCold']> {
  const { pool, lake } = deps;
  const { coldPath, dataPath, compression } = lake.places;
  if (coldPath === undefined) return [];
  const moved: CleanupResult['movedToCold'] = [];
  for (const table of lakeTables.filter(isMonthly)) {
    const name = qualifiedName(table);
    if (!isAsked(part, name)) continue;
    const before = firstMonthKept(deps, retentionOf(deps, name).hotMonths);
    const months = await withTableLocks(pool, [name], (locks) =>
      lake.write(async (connection) => {
        const due = await monthsToMove(connection, table, { coldPath, before });
        if (part.mode === 'dry-run') return due;
        await moveMonths(connection, {
          runId: part.runId,
          table,
          months: due,
          coldFolder: await coldFolderOf(connection, { coldPath, dataPath }),
          compression,
          beforeCommit: () => locks.assertHeld(),
          onPhase: reportPhase,
        });
        return due;
      }),
    );
    if (months.length > 0) moved.push({ table: name, months });
  }
  return moved;
}

/** What the lake need not keep: rows by the retention of archives, files that killed runs left. Snapshots all stay. */
export async function tidyLake(
  deps: CleanDataDeps,
  part: CleanupPart,
  reportPhase: ReportPhase,
): Promise<Pick<CleanupResult, 'forgotten' | 'orphans'>> {
  const { pool, lake } = deps;
  const forgotten: CleanupResult['forgotten'] = [];
  for (const table of archiveTables) {
    const name = qualifiedName(table);
    const { lakeMonths } = retentionOf(deps, name);
    if (lakeMonths === null || !isAsked(part, name)) continue;
    const month = firstMonthKept(deps, lakeMonths);
    const rows = await withTableLocks(pool, [name], (locks) =>
      lake.write((connection) =>
        part.mode === 'dry-run'
          ? rowsBefore(connection, table, month)
          : forgetMonths(connection, table, {
              runId: part.runId,
              month,
              beforeCommit: () => locks.assertHeld(),
            }),
      ),
    );
    if (rows > 0) forgotten.push({ table: name, before: month, rows });
  }
  reportPhase('tidy.orphans');
  const orphans = await withTableLocks(pool, lakeTables.map(qualifiedName), async (locks) => {
    const found = await lake.write((connection) =>
      findOrphans(connection, { ...lake.places, olderThan: instant(nowOf(deps) - longestRunMs) }),
    );
    await locks.assertHeld();
    if (part.mode === 'apply') await removeOrphans(found, lake.places.s3);
    return found;
  });
  return {
    forgotten,
    orphans: { files: orphans.length, bytes: orphans.reduce((sum, { bytes }) => sum + bytes, 0) },
  };
}
