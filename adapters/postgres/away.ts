import { z } from 'zod';
import { DependencyAway, TouchlineError } from '../../schemas/errors.js';
import { constraintViolated, isPartitionBound } from './constraint-violations.js';

const Failure = z.object({
  code: z.string().optional(),
  constraint: z.string().optional(),
  message: z.string(),
});

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
]);

/** pg gives these no code: the connection broke under a query, or before one, or nothing was answered in the time that was set for it. */
const brokenConnection =
  /connection terminated|connection error and is not queryable|timeout exceeded when trying to connect|connection ended unexpectedly|query read timeout/i;

const retryNow = 'Nothing is needed: the same call is tried again.';

const reasonBySqlState: readonly (readonly [pattern: RegExp, reason: string, advice: string])[] = [
  [
    /^53100$/,
    'The disk that holds Postgres is full',
    'Free space on the disk of the Postgres data folder; the work goes on by itself.',
  ],
  [/^53200$/, 'Postgres is out of memory', 'Free memory on the machine of Postgres, or lower its settings.'],
  [
    /^53300$/,
    'Postgres has no connection left',
    'Stop processes that hold connections, or raise max_connections.',
  ],
  [/^58/, 'Postgres cannot read or write its files', 'Look at the log of Postgres and at its disk.'],
  [
    /^57P0[123]$/,
    'Postgres is stopping or starting',
    'Wait until Postgres is up; the work goes on by itself.',
  ],
  [/^57P05$/, 'Postgres closed an idle connection', retryNow],
  [/^08/, 'The connection to Postgres broke', 'Wait until Postgres is up; the work goes on by itself.'],
  [/^(40001|40P01|55P03)$/, 'Another transaction of Postgres was in the way', retryNow],
];

/**
 * The {@link DependencyAway} behind a failure of pg, or undefined where the failure is not one of absence: Postgres is
 * down, starting, out of connections, out of disk, or took another transaction first. The same call may then succeed.
 */
export function postgresAway(error: unknown): DependencyAway | undefined {
  if (error instanceof TouchlineError) return error instanceof DependencyAway ? error : undefined;
  if (error instanceof AggregateError) {
    return error.errors.map(postgresAway).find((away) => away !== undefined);
  }
  const parsed = Failure.safeParse(error);
  if (!parsed.success) return undefined;
  const { code, message } = parsed.data;
  if (isPartitionBound(parsed.data)) {
    return new DependencyAway(
      `The partition of a row was made meanwhile: ${message}`,
      { object: 'Postgres', advice: retryNow },
      error,
    );
  }
  const known = reasonBySqlState.find(([pattern]) => code !== undefined && pattern.test(code));
  if (known !== undefined) {
    const [, reason, advice] = known;
    return new DependencyAway(`${reason}: ${message}`, { object: 'Postgres', advice }, error);
  }
  if ((code !== undefined && networkCodes.has(code)) || brokenConnection.test(message)) {
    return new DependencyAway(
      `Postgres cannot be reached: ${message}`,
      {
        object: 'Postgres',
        advice: 'Wait until Postgres is up, or correct DATABASE_URL; the work goes on by itself.',
      },
      error,
    );
  }
  return undefined;
}

/**
 * Runs work that speaks to Postgres; its absence is thrown as {@link DependencyAway}, a broken rule of a table as
 * ConstraintViolated, other errors as they are.
 */
export async function reachingPostgres<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw postgresAway(error) ?? constraintViolated(error) ?? error;
  }
}
