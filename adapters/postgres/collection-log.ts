import { sql, type Kysely } from 'kysely';
import { InvariantBroken } from '../../schemas/errors.js';
import type { EditionQuestion } from '../../schemas/jobs/import-history.js';
import type { Redactor } from '../redaction/redactor.js';
import type { Database } from './open-database.js';
import type { Computed, Row } from './row.js';

export interface LogOpening {
  readonly runId: string;
  readonly dataSource: string;
  readonly collectionType: string;
  readonly startTime: Date;
}

/** A run's counts. `failed` counts rows and files; the message is that of the first failure, or why nothing was asked. */
export interface LogCounts {
  readonly runId: string;
  readonly collected: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly errorMessage?: string;
}

/** Writes the run's line as RUNNING, once. */
export async function openLog(db: Kysely<Database>, log: LogOpening): Promise<void> {
  await db
    .insertInto('data_collection_logs')
    .values({
      run_id: log.runId,
      data_source: log.dataSource,
      collection_type: log.collectionType,
      start_time: log.startTime,
    })
    .onConflict((conflict) => conflict.column('run_id').doNothing())
    .execute();
}

/** The runs, `<workflow id>/<run id>`, whose line is open. */
export async function openRuns(db: Kysely<Database>): Promise<string[]> {
  const open = await db
    .selectFrom('data_collection_logs')
    .select('run_id')
    .where('status', '=', 'RUNNING')
    .orderBy('id')
    .execute();
  return open.map((line) => line.run_id);
}

/** Closes a run's line as FAILED, unless it was closed meanwhile. Returns whether it was open. */
export async function failOpenRun(db: Kysely<Database>, runId: string, why: string): Promise<boolean> {
  const closed = await db
    .updateTable('data_collection_logs')
    .set({ end_time: sql`now()`, status: 'FAILED', error_message: why, updated_at: sql`now()` })
    .where('run_id', '=', runId)
    .where('status', '=', 'RUNNING')
    .executeTakeFirst();
  return closed.numUpdatedRows > 0n;
}

/**
 * How many collections have ended since then, and how many of them failed. One that was skipped, a success of nothing that says why, is
 * none: a day without quota neither raises the share of failures nor hides it.
 */
export async function endedCollections(
  db: Kysely<Database>,
  since: Date,
): Promise<{ ended: number; failed: number }> {
  const counts = await db
    .selectFrom('data_collection_logs')
    .select(({ fn }) => [
      fn.countAll<string>().as('ended'),
      fn.countAll<string>().filterWhere('status', '=', 'FAILED').as('failed'),
    ])
    .where('end_time', '>', since)
    .where((line) =>
      line.not(
        line.and([
          line('status', '=', 'SUCCESS'),
          line('records_collected', '=', 0),
          line('error_message', 'is not', null),
        ]),
      ),
    )
    .executeTakeFirstOrThrow();
  return { ended: Number(counts.ended), failed: Number(counts.failed) };
}

function endedAs({ succeeded, failed }: LogCounts): 'SUCCESS' | 'PARTIAL' | 'FAILED' {
  if (failed === 0) return 'SUCCESS';
  return succeeded > 0 ? 'PARTIAL' : 'FAILED';
}

/** Completes the run's line, without secrets. Throws InvariantBroken where the run never opened one. */
export async function closeLog(
  db: Kysely<Database>,
  counts: LogCounts & { readonly endTime: Date },
  redactor: Redactor,
): Promise<void> {
  const closed = await db
    .updateTable('data_collection_logs')
    .set({
      end_time: counts.endTime,
      records_collected: counts.collected,
      success_count: counts.succeeded,
      error_count: counts.failed,
      status: endedAs(counts),
      error_message: counts.errorMessage === undefined ? null : redactor.text(counts.errorMessage),
      updated_at: counts.endTime,
    })
    .where('run_id', '=', counts.runId)
    .executeTakeFirst();
  if (closed.numUpdatedRows === 0n) {
    throw new InvariantBroken('A run closes a collection log that it never opened', { object: counts.runId });
  }
}

/** What the editions of a run came to. */
export interface ImportResults {
  readonly revisions: number;
  readonly heldInSilver: number;
  readonly questions: EditionQuestion[];
}

/**
 * `revisions`: revisions that editions of this run made to matches known before from another edition (a changed score or kick-off,
 * a match that left or came back). `heldInSilver`: payloads that this run stored and refine could not accept. `questions`: what is doubted of these editions as
 * a whole and nobody has answered.
 */
export async function importResults(db: Kysely<Database>, runId: string): Promise<ImportResults> {
  const revised = await sql<Row<{ count: Computed<number> }>>`
    select count(*) as count
    from source_editions e
    join fixture_revisions f on f.edition_id = e.id
    where e.run_id = ${runId} and exists (
      select from fixture_revisions earlier
      where earlier.match_id = f.match_id and earlier.known_at < f.known_at and earlier.edition_id is distinct from e.id)
  `.execute(db);
  const held = await sql<Row<{ count: Computed<number> }>>`
    select count(*) as count
    from source_editions e
    join edition_rows m on m.edition_id = e.id
    join raw_match_data r on r.id = m.raw_id
    where e.run_id = ${runId} and r.process_status = 'held' and r.match_time is not null
      and not exists (
        select from edition_rows other
        where other.raw_id = r.id and (other.edition_id, other.row_no) < (m.edition_id, m.row_no))
  `.execute(db);
  const asked = await sql<
    Row<{ id: 'data_quality_logs.id'; type: 'data_quality_logs.error_type'; says: Computed<string> }>
  >`
    select f.id, f.error_type as type, left(f.error_message, 400) as says
    from source_editions e
    join data_quality_logs f on f.table_name = 'source_editions' and f.error_data ->> 'data_source' = e.data_source
      and f.error_data ->> 'file' = e.uri and (f.error_data ->> 'edition')::integer = e.edition_no
    where e.run_id = ${runId} and f.error_type in ('doubted_edition', 'incomplete_season') and f.status in ('logged', 'in_review')
    order by f.id limit 100
  `.execute(db);
  return {
    revisions: revised.rows[0]?.count ?? 0,
    heldInSilver: held.rows[0]?.count ?? 0,
    questions: asked.rows.map(({ id, type, says }) => ({
      ...{ findingId: id, says },
      holds: type === 'doubted_edition' ? 'edition' : 'nothing',
    })),
  };
}
