import type pg from 'pg';
import { emptyLake } from '../adapters/lake/clear-lake.js';
import { clearDirtyMarks, markEverythingDirty, readDirtyMarks } from '../adapters/lake/dirty-marks.js';
import { Month } from '../adapters/lake/months.js';
import type { Lake } from '../adapters/lake/open-lake.js';
import type { PublishedTable } from '../adapters/lake/publish-months.js';
import { findPublication, publishMonths } from '../adapters/lake/publish-months.js';
import { withTableLocks } from '../adapters/lake/table-locks.js';
import { NoInput } from '../schemas/jobs/refine.js';
import { goldTables } from '../schemas/tables/gold.js';
import { qualifiedName } from '../schemas/tables/lake-table.js';
import { silverTables } from '../schemas/tables/silver.js';
import type { ReportPhase } from './heartbeating.js';
import { heartbeating } from './heartbeating.js';
import { passGate } from './pass-gate.js';

export interface PublishSilverDeps {
  /** The admin's: publishing deletes, in the lake and of the marks. */
  readonly pool: pg.Pool;
  readonly lake: Lake;
}

export interface PublishSilverResult {
  /** Null where nothing was to publish. */
  readonly snapshot: number | null;
  readonly tables: readonly PublishedTable[];
}

const silverNames = silverTables.map(qualifiedName);
const everyName = [...silverTables, ...goldTables].map(qualifiedName);

/** The run's earlier publication, where an attempt of it has committed: its marks are what is left to do. */
async function finishEarlierAttempt(
  { pool, lake }: PublishSilverDeps,
  runId: string,
): Promise<PublishSilverResult | undefined> {
  const earlier = await lake.write((connection) =>
    findPublication(connection, runId, (text) => Month.parse(text)),
  );
  if (earlier === undefined) return undefined;
  await clearDirtyMarks(pool, earlier.marks);
  return { snapshot: earlier.snapshot, tables: earlier.tables };
}

/**
 * Publishes the dirty months of silver to the lake in one snapshot tagged with the run, and clears their marks. A run
 * publishes once: where its snapshot exists already, its marks are cleared and nothing is written. Throws CheckFailed where a month
 * does not meet what is expected of its table: then nothing is published, and the marks stay.
 */
export async function publishSilver(
  deps: PublishSilverDeps,
  { runId, reportPhase }: { readonly runId: string; readonly reportPhase: ReportPhase },
): Promise<PublishSilverResult> {
  const { pool, lake } = deps;
  return withTableLocks(pool, silverNames, async (locks) => {
    const earlier = await finishEarlierAttempt(deps, runId);
    if (earlier !== undefined) return earlier;
    if ((await readDirtyMarks(pool)).length === 0) return { snapshot: null, tables: [] };
    await lake.write((connection) =>
      publishMonths(connection, {
        runId,
        beforeCommit: async (results) => {
          await passGate(pool, { kind: 'publish', runId }, results);
          await locks.assertHeld();
        },
        onPhase: reportPhase,
      }),
    );
    const made = await finishEarlierAttempt(deps, runId);
    return made ?? { snapshot: null, tables: [] };
  });
}

/** Empties the lake, and marks all that silver holds, so that the next publication fills it again. */
export async function clearLake({ pool, lake }: PublishSilverDeps): Promise<void> {
  await withTableLocks(pool, everyName, async (locks) => {
    // Marked first: killed in between, the next publication writes what the lake has already.
    await markEverythingDirty(pool);
    await lake.write((connection) => emptyLake(connection, { beforeCommit: () => locks.assertHeld() }));
  });
}

/** The activities that bring silver to the lake. */
export function createPublishSilverActivities(deps: PublishSilverDeps) {
  return {
    publishSilver({ runId }: { runId: string }): Promise<PublishSilverResult> {
      return heartbeating((reportPhase) => publishSilver(deps, { runId, reportPhase }));
    },
    async clearLake(input: NoInput): Promise<void> {
      NoInput.parse(input);
      await heartbeating(() => clearLake(deps));
    },
  };
}
