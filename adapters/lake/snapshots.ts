import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { PrerequisiteMissing } from '../../schemas/errors.js';
import { readRows } from './rows.js';
import { quoteText } from './sql-text.js';

/** What each commit of ours says of itself, in the snapshot's extra information. */
export const CommitInfo = z.looseObject({
  job: z.enum(['publish', 'build-gold', 'clear-lake', 'archive', 'move-to-cold', 'forget']),
  run_id: z.string().optional(),
});
export type CommitInfo = z.infer<typeof CommitInfo>;

export interface Snapshot {
  readonly id: number;
  /** ISO-8601. */
  readonly time: string;
  /** Null for a snapshot that no job of ours made. */
  readonly info: CommitInfo | null;
}

const SnapshotRow = z.object({ id: z.number(), time: z.string(), info: z.string().nullable() });

function readInfo(text: string | null): CommitInfo | null {
  if (text === null) return null;
  try {
    return CommitInfo.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Every snapshot of the attached lake, newest first. */
export async function listSnapshots(connection: DuckDBConnection, catalogue = 'lake'): Promise<Snapshot[]> {
  const rows = await readRows(
    connection,
    `select snapshot_id as id, snapshot_time as time, commit_extra_info as info
     from ducklake_snapshots(${quoteText(catalogue)}) order by snapshot_id desc`,
  );
  return rows.map((row) => {
    const { id, time, info } = SnapshotRow.parse(row);
    return { id, time, info: readInfo(info) };
  });
}

/** The newest snapshot of a lake that has gold. Throws {@link PrerequisiteMissing} where there is none. */
export function newestGoldSnapshot(snapshots: readonly Snapshot[]): number {
  const [newest] = snapshots;
  if (newest !== undefined && snapshots.some(({ info }) => info?.job === 'build-gold')) return newest.id;
  throw new PrerequisiteMissing('The lake has no gold yet: no match has features', {
    object: 'gold.match_features',
    advice: 'Import some files first: touchline import football-data <dir|url>.',
  });
}

/** The snapshot that a job's run made, or undefined. */
export async function snapshotOfRun(
  connection: DuckDBConnection,
  job: CommitInfo['job'],
  runId: string,
): Promise<Snapshot | undefined> {
  const snapshots = await listSnapshots(connection);
  return snapshots.find(({ info }) => info?.job === job && info.run_id === runId);
}

/** Tags the transaction that is open: its snapshot will carry the text and the information. */
export async function tagCommit(
  connection: DuckDBConnection,
  message: string,
  info: CommitInfo,
): Promise<void> {
  await connection.run(
    `call lake.set_commit_message('touchline', ${quoteText(message)}, extra_info => ${quoteText(JSON.stringify(info))})`,
  );
}
