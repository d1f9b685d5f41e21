import { sql, type Kysely, type Selectable } from 'kysely';
import type { Redactor } from '../redaction/redactor.js';
import type { Database } from './open-database.js';
import { storable, storableJson } from './storable.js';

/** The task that an error belongs to: an activity of a run of a workflow. */
export interface FailedTask {
  readonly taskName: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly activityId: string;
  readonly retryCount: number;
}

export interface TaskError extends FailedTask {
  /** The error's class. */
  readonly errorType: string;
  readonly message: string;
  readonly traceback: string | undefined;
  readonly context: object;
  readonly isFinal: boolean;
}

export interface ApiFailure extends FailedTask {
  readonly errorType: string;
  /** The address that was asked. */
  readonly endpoint: string;
  /** Null where no answer came. */
  readonly httpStatus: number | null;
  readonly message: string;
  /** Which request of the call it was, from 0. */
  readonly requestNo: number;
}

/** The error type of an attempt of which nobody could say anything. */
export const attemptLost = 'AttemptLost';

const longest = { message: 4_000, traceback: 16_000, context: 16_000 } as const;

/** Writes one failed attempt of a task, once however often it is called for it. Secrets are taken out. */
export async function logTaskError(
  db: Kysely<Database>,
  error: TaskError,
  redactor: Redactor,
): Promise<void> {
  const written = {
    task_name: error.taskName.slice(0, 100),
    task_id: taskIdOf(error),
    error_type: storable(error.errorType, 100),
    error_message: storable(redactor.text(error.message), longest.message),
    traceback:
      error.traceback === undefined ? null : storable(redactor.text(error.traceback), longest.traceback),
    retry_count: error.retryCount,
    context_data: contextJson(error, error.context, redactor),
    is_final: error.isFinal,
  };
  await db
    .insertInto('error_logs')
    .values({ ...written, attempt_key: attemptKeyOf(error, error.retryCount) })
    // An attempt that was taken for lost has spoken after all.
    .onConflict((conflict) => conflict.column('attempt_key').doUpdateSet(written))
    .execute();
}

/** Writes one failed request to a provider: a line for each, also where a later request of the same call succeeds. */
export async function logApiFailure(
  db: Kysely<Database>,
  failure: ApiFailure,
  redactor: Redactor,
): Promise<void> {
  const { endpoint, httpStatus, requestNo, retryCount } = failure;
  await db
    .insertInto('error_logs')
    .values({
      task_name: failure.taskName.slice(0, 100),
      task_id: taskIdOf(failure),
      error_type: storable(failure.errorType, 100),
      error_message: storable(redactor.text(failure.message), longest.message),
      retry_count: requestNo,
      context_data: contextJson(failure, { endpoint, httpStatus, attempt: retryCount + 1 }, redactor),
    })
    .execute();
}

export interface ProviderAlarm extends FailedTask {
  readonly dataSource: string;
  readonly errorType: 'ProviderDegraded' | 'ProviderDying';
  readonly message: string;
  readonly context: object;
}

/** Writes that a source has turned to the worse, in the transaction that stores the check: whoever calls it does so once a turn. */
export async function logProviderAlarm(
  db: Kysely<Database>,
  alarm: ProviderAlarm,
  redactor: Redactor,
): Promise<void> {
  const { dataSource, errorType, message, context, retryCount } = alarm;
  await db
    .insertInto('error_logs')
    .values({
      task_name: alarm.taskName.slice(0, 100),
      task_id: taskIdOf(alarm),
      error_type: errorType,
      error_message: storable(redactor.text(message), longest.message),
      retry_count: retryCount,
      context_data: contextJson(alarm, { subject: { object: dataSource }, ...context }, redactor),
      is_final: true,
    })
    .execute();
}

export interface DiskAlarm extends FailedTask {
  readonly message: string;
  readonly context: object;
}

/** Writes that a disk is nearly full: one line a run, however often its attempts call it. */
export async function logDiskAlarm(
  db: Kysely<Database>,
  alarm: DiskAlarm,
  redactor: Redactor,
): Promise<void> {
  const { message, context, retryCount, workflowId, runId } = alarm;
  await db
    .insertInto('error_logs')
    .values({
      task_name: alarm.taskName.slice(0, 100),
      task_id: taskIdOf(alarm),
      error_type: 'DiskNearlyFull',
      error_message: storable(redactor.text(message), longest.message),
      retry_count: retryCount,
      context_data: contextJson(alarm, context, redactor),
      is_final: true,
      // Of the run, not of an attempt: the next attempt says the same.
      attempt_key: `${workflowId.slice(0, 300)}/${runId}/DiskNearlyFull`,
    })
    .onConflict((conflict) => conflict.column('attempt_key').doNothing())
    .execute();
}

/** Writes a line for each attempt before this one that has none. */
export async function logLostAttempts(db: Kysely<Database>, task: FailedTask): Promise<void> {
  const { retryCount: soFar } = task;
  if (soFar === 0) return;
  const key = attemptKeyOf(task, 0).slice(0, -1);
  await sql`
    insert into error_logs (task_name, task_id, error_type, error_message, retry_count, context_data, attempt_key)
    select ${task.taskName.slice(0, 100)}, ${taskIdOf(task)}, ${attemptLost},
      'The attempt ended without a word: its worker was killed or too slow, or Postgres was away.',
      attempt, ${storableJson(whereOf(task))}::jsonb, ${key} || attempt
    from generate_series(0, ${soFar - 1}::integer) attempt
    on conflict (attempt_key) do nothing
  `.execute(db);
}

/** Which lines of the log are meant. */
export interface ErrorFilter {
  readonly since: Date;
  readonly task: string | undefined;
  readonly type: string | undefined;
}

/** The lines since a moment, the newest first. */
export async function listErrors(db: Kysely<Database>, filter: ErrorFilter & { readonly limit: number }) {
  return await db
    .selectFrom('error_logs')
    .select(['id', 'created_at', 'task_name', 'task_id', 'error_type', 'error_message'])
    .select(['retry_count', 'is_final', 'context_data', 'traceback'])
    .where('created_at', '>=', filter.since)
    .$if(filter.task !== undefined, (query) => query.where('task_name', '=', filter.task ?? ''))
    .$if(filter.type !== undefined, (query) => query.where('error_type', '=', filter.type ?? ''))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit)
    .execute();
}

/** The lines since a moment by task and error type, the most frequent first. */
export async function countErrors(db: Kysely<Database>, { since, task, type }: ErrorFilter) {
  const { rows } = await sql<Selectable<Database['v_failures_last_hour']>>`
    select * from failures_since(${since})
    where (${task ?? null}::text is null or task_name = ${task ?? null})
      and (${type ?? null}::text is null or error_type = ${type ?? null})
    order by failures desc, task_name, error_type
  `.execute(db);
  return rows;
}

/** Removes at most so many of the oldest lines from before the cutoff. Returns how many there were. */
export async function removeErrorsBefore(
  db: Kysely<Database>,
  { cutoff, atMost }: { readonly cutoff: Date; readonly atMost: number },
): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('error_logs')
    .where('id', 'in', (old) =>
      old
        .selectFrom('error_logs')
        .select('id')
        .where('created_at', '<', cutoff)
        .orderBy('created_at')
        .limit(atMost),
    )
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/** `<workflow id>/<run id>`; of an id that is too long the run id stays whole. */
export function taskIdOf({ workflowId, runId }: Pick<FailedTask, 'workflowId' | 'runId'>): string {
  const room = 100 - runId.length - 1;
  return `${workflowId.slice(0, Math.max(room, 0))}/${runId}`.slice(0, 100);
}

/** Names one attempt of an activity, in 500 characters at most. */
export const attemptKeyOf = ({ workflowId, runId, activityId }: FailedTask, retryCount: number): string =>
  `${workflowId.slice(0, 300)}/${runId}/${activityId.slice(0, 100)}/${retryCount}`;

const whereOf = ({ workflowId, runId, activityId }: FailedTask) => ({ workflowId, runId, activityId });

/** A context past its limit is kept as a text cut short: what is stored is always JSON. */
function contextJson(task: FailedTask, context: object, redactor: Redactor): string {
  const where = whereOf(task);
  const json = storableJson({ ...where, ...redactor.fields(context) });
  return json.length <= longest.context
    ? json
    : storableJson({ ...where, cutShort: json.slice(0, longest.context) });
}
