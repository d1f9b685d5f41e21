import { createHash, randomBytes, randomUUID } from 'node:crypto';
import os from 'node:os';
import type pg from 'pg';
import { z } from 'zod';
import { BadInput } from '../../schemas/errors.js';
import type { Computed, Narrowed, Row } from '../postgres/row.js';

export type RestoreMode = 'test' | 'production' | 'drill';
export type RestoreEvent =
  'planned' | 'confirmed' | 'began' | 'checked' | 'swapping' | 'swapped' | 'undone' | 'succeeded' | 'failed';

/** What is restored, and for whom. */
export interface RestoreRequest {
  readonly request: string;
  readonly mode: RestoreMode;
  /** The backup's name below its root. */
  readonly file: string;
  /** Null: the file as it is, or its log as far as it goes. */
  readonly targetTime: Date | null;
  /** Who asks for it. */
  readonly person: string;
}

interface AuditColumns {
  readonly request: 'restore_audits.request';
  readonly event: Narrowed<'restore_audits.event', RestoreEvent>;
  readonly mode: Narrowed<'restore_audits.mode', RestoreMode>;
  readonly file: 'restore_audits.file';
  readonly targetTime: 'restore_audits.target_time';
  readonly person: 'restore_audits.person';
  readonly osUser: 'restore_audits.os_user';
  readonly happenedAt: 'restore_audits.happened_at';
  readonly details: 'restore_audits.details';
}
/** A line of the audit: who did which step of a restore, when, and what came of it. */
export type RestoreAudit = Row<AuditColumns>;

const columns = `request, event, mode, file, target_time as "targetTime", person, os_user as "osUser", happened_at as "happenedAt", details`;

/** What asks: a pool, or the one connection of a restore. */
export type Asks = Pick<pg.ClientBase, 'query'>;

/** A plan of a restore of production lapses after so long without its second person, and after them. */
const validForMs = 24 * 3_600_000;
const uniqueViolation = '23505';

const hashOf = (code: string): string => createHash('sha256').update(code.trim().toLowerCase()).digest('hex');

/** A request that nobody has to confirm: a test or a drill touches no production. */
export const newRequest = (asked: Omit<RestoreRequest, 'request'>): RestoreRequest => ({
  request: randomUUID(),
  ...asked,
});

/** Writes one line of the audit. */
export async function recordRestore(
  asks: Asks,
  { request, mode, file, targetTime, person }: RestoreRequest,
  event: RestoreEvent,
  details: object = {},
): Promise<void> {
  await asks.query(
    `insert into restore_audits (request, event, mode, file, target_time, person, os_user, details)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [request, event, mode, file, targetTime, person, accountName(), JSON.stringify(details)],
  );
}

function accountName(): string {
  try {
    return os.userInfo().username;
  } catch {
    // A container may run under an id that has no name.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** What the first person is told: the code goes to the second one, and nobody is shown it again. */
export interface RestorePlan {
  readonly request: string;
  readonly code: string;
}

/**
 * Writes down that somebody wants production restored from a file. `identity` (the SHA-256 of the file's metadata) is what was seen then:
 * another file under that name is not what was confirmed.
 */
export async function planRestore(
  asks: Asks,
  asked: Omit<RestoreRequest, 'request' | 'mode'> & { readonly identity: string },
): Promise<RestorePlan> {
  const { identity, ...wanted } = asked;
  const request = newRequest({ ...wanted, mode: 'production' });
  const code = randomBytes(5).toString('hex');
  await recordRestore(asks, request, 'planned', { codeHash: hashOf(code), identity });
  return { request: request.request, code };
}

const PlanDetails = z.object({ codeHash: z.string(), identity: z.string() });

/**
 * The second person agrees. Throws {@link BadInput} where they are the first one, the code is wrong, the plan is not there, is confirmed
 * already or is older than a day.
 */
export async function confirmRestore(
  asks: Asks,
  { request, code, person }: { readonly request: string; readonly code: string; readonly person: string },
): Promise<RestoreAudit> {
  const plan = await plannedOf(asks, request);
  if (samePerson(plan.person, person)) {
    throw new BadInput(
      'A restore of production is confirmed by another person than the one who asks for it',
      {
        object: person,
        field: 'by',
        advice: `Have somebody else than ${plan.person} confirm it.`,
      },
    );
  }
  if (PlanDetails.parse(plan.details).codeHash !== hashOf(code)) {
    throw new BadInput('The code is not that of this restore', {
      object: request,
      field: 'code',
      advice: `Ask ${plan.person} for the code that was shown with the plan, or plan it anew.`,
    });
  }
  try {
    await recordRestore(asks, { ...plan, person }, 'confirmed');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === uniqueViolation)) throw error;
    throw new BadInput('The restore is confirmed already', { object: request }, error);
  }
  return plan;
}

const samePerson = (one: string, other: string): boolean =>
  one.trim().toLowerCase() === other.trim().toLowerCase();

async function plannedOf(asks: Asks, request: string): Promise<RestoreAudit> {
  const plan = (await auditOf(asks, request)).find(({ event }) => event === 'planned');
  if (plan === undefined) {
    throw new BadInput('No such restore is planned', {
      object: request,
      advice: 'List the plans: touchline restore --list. Plan one: touchline restore plan <file> --by <who>.',
    });
  }
  if (Date.now() - plan.happenedAt.getTime() > validForMs) {
    throw new BadInput('The plan of that restore is older than a day', {
      object: request,
      advice: 'Plan it anew: touchline restore plan <file> --by <who>.',
    });
  }
  return plan;
}

/** A restore of production to which two people have agreed. */
export interface AgreedRestore extends RestoreRequest {
  readonly confirmedBy: string;
}

/**
 * The agreed restore of a request that was not begun yet. Throws {@link BadInput} where nobody else has confirmed it, it was used, or it is
 * of another file (or of another one under the same name).
 */
export async function agreedRestore(
  asks: Asks,
  request: string,
  wanted: { readonly file: string; readonly identity: string; readonly targetTime: Date | null },
): Promise<AgreedRestore> {
  const plan = await plannedOf(asks, request);
  const audit = await auditOf(asks, request);
  const confirmed = audit.find(({ event }) => event === 'confirmed');
  if (confirmed === undefined) {
    throw new BadInput('No second person has confirmed that restore', {
      object: request,
      advice: `Have another person give: touchline restore confirm ${request} --code <code> --by <who>.`,
    });
  }
  if (audit.some(({ event }) => event === 'began')) {
    throw new BadInput('That restore was begun already: an agreement serves once', {
      object: request,
      advice: 'See what became of it (touchline restore --list), then plan another.',
    });
  }
  const isSame =
    plan.file === wanted.file &&
    PlanDetails.parse(plan.details).identity === wanted.identity &&
    plan.targetTime?.getTime() === wanted.targetTime?.getTime();
  if (!isSame) {
    throw new BadInput('Two people agreed to another restore than this one', {
      object: `${plan.file}${plan.targetTime === null ? '' : ` to ${plan.targetTime.toISOString()}`}`,
      advice: 'Restore what was agreed to, or plan this one.',
    });
  }
  const { mode, file, targetTime, person } = plan;
  return { request, mode, file, targetTime, person, confirmedBy: confirmed.person };
}

/** The lines of one request, the oldest first. */
export async function auditOf(asks: Asks, request: string): Promise<readonly RestoreAudit[]> {
  const { rows } = await asks.query<Row<AuditColumns>>(
    `select ${columns} from restore_audits where request::text = $1 order by happened_at`,
    [request],
  );
  return rows;
}

/** The latest lines, the newest first. */
export async function latestAudits(asks: Asks, limit: number): Promise<readonly RestoreAudit[]> {
  const { rows } = await asks.query<Row<AuditColumns>>(
    `select ${columns} from restore_audits order by happened_at desc limit $1`,
    [limit],
  );
  return rows;
}

/** What the last drill that came to an end showed. */
export interface LastDrill {
  readonly id: string;
  readonly database: string;
  readonly at: Date;
  readonly passed: boolean;
  /** When one last passed; null where none did. */
  readonly passedAt: Date | null;
  /** The worst of its rounds; null where it broke off. */
  readonly rtoSeconds: number | null;
  readonly rpoSeconds: number | null;
  /** What did not hold, or why it broke off. */
  readonly findings: readonly string[];
}

const DrillDetails = z.object({
  worstRtoSeconds: z.number().nullable().default(null),
  worstRpoSeconds: z.number().nullable().default(null),
  rounds: z.array(z.object({ findings: z.array(z.string()) })).default([]),
  error: z.string().optional(),
});

/** The last drill; undefined where there was none. */
export async function lastDrill(asks: Asks | pg.Pool): Promise<LastDrill | undefined> {
  const { rows } = await asks.query<
    Row<
      Pick<AuditColumns, 'request' | 'event' | 'happenedAt' | 'details'> & {
        database: Computed<string>;
        passedAt: Computed<Date | null>;
      }
    >
  >(
    `select current_database()::text as database, request, event, happened_at as "happenedAt", details,
       (select max(happened_at) from restore_audits where mode = 'drill' and event = 'succeeded') as "passedAt"
     from restore_audits
     where mode = 'drill' and event in ('succeeded', 'failed') order by happened_at desc limit 1`,
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const { worstRtoSeconds, worstRpoSeconds, rounds, error } = DrillDetails.parse(row.details);
  return {
    ...{ id: row.request, database: row.database, at: row.happenedAt, passed: row.event === 'succeeded' },
    passedAt: row.passedAt,
    ...{ rtoSeconds: worstRtoSeconds, rpoSeconds: worstRpoSeconds },
    findings: [...rounds.flatMap(({ findings }) => findings), ...(error === undefined ? [] : [error])],
  };
}
