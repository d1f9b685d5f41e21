import type pg from 'pg';
import { z } from 'zod';
import { ConstraintViolated, TouchlineError } from '../../schemas/errors.js';
import type { Computed, Narrowed, Present, Row } from './row.js';

/** What pg tells of a broken rule; the class of SQLSTATEs that begin with 23 is integrity, those of our triggers too. */
const Refusal = z.object({
  code: z.string().regex(/^23[0-9A-Z]{3}$/),
  message: z.string(),
  table: z.string().optional(),
  column: z.string().optional(),
  constraint: z.string().optional(),
  detail: z.string().optional(),
});

/**
 * Whether a row lies outside its partition: Postgres gives that no constraint's name. It is no rule of a table, and the same row may
 * find its place at once: its month was made while it waited for the default partition.
 */
export const isPartitionBound = (refusal: {
  readonly code?: string | undefined;
  readonly constraint?: string | undefined;
}): boolean => refusal.code === '23514' && refusal.constraint === undefined;

/** `odds_2024_01` and `odds_default` are odds. */
const tableOf = (relation: string): string => relation.replace(/_(\d{4}_\d{2}|default)$/, '');

/**
 * The {@link ConstraintViolated} behind a failure of pg, told by its SQLSTATE and the constraint it names, never by its
 * text; undefined where the failure is another one.
 */
export function constraintViolated(error: unknown): ConstraintViolated | undefined {
  if (error instanceof TouchlineError) return error instanceof ConstraintViolated ? error : undefined;
  const parsed = Refusal.safeParse(error);
  if (!parsed.success || isPartitionBound(parsed.data)) return undefined;
  const { code, message, table = '', detail } = parsed.data;
  return new ConstraintViolated(
    message,
    { constraint: ruleOf(parsed.data), table: tableOf(table), sqlState: code, detail },
    error,
  );
}

/** A rule without a name is a column that must not be null; what else may come is named by its SQLSTATE. */
function ruleOf({ code, column, constraint }: z.infer<typeof Refusal>): string {
  if (constraint !== undefined) return constraint;
  return code === '23502' ? `${column ?? 'value'}_not_null` : `sqlstate_${code}`;
}

/**
 * Counts a violation, outside the transaction that it ended. Gives up without a word where Postgres refuses even
 * that: the violation itself is thrown in any case.
 */
export async function recordViolation(
  client: pg.Pool | pg.ClientBase,
  { message, violation: { constraint, table, sqlState, detail } }: ConstraintViolated,
): Promise<void> {
  await client
    .query(
      `insert into constraint_violations (constraint_name, table_name, sql_state, message, detail)
       values ($1, $2, $3, $4, $5)`,
      [constraint, table, sqlState, message, detail === undefined ? null : detailAsJson(detail)],
    )
    .catch(() => undefined);
}

/** Our triggers tell the offending values as JSON; Postgres tells the row or key in words. */
function detailAsJson(detail: string): string {
  try {
    return JSON.stringify(JSON.parse(detail));
  } catch {
    return JSON.stringify({ text: detail });
  }
}

/** How often one rule was broken (CON-16). */
interface ViolationCountColumns {
  readonly constraint: Present<'constraint_violation_report.constraint_name'>;
  readonly table: Present<'constraint_violation_report.table_name'>;
  readonly violations: Present<'constraint_violation_report.violations'>;
  readonly lastDay: Present<'constraint_violation_report.last_day'>;
  readonly lastWeek: Present<'constraint_violation_report.last_week'>;
  readonly firstAt: Present<'constraint_violation_report.first_at'>;
  readonly lastAt: Present<'constraint_violation_report.last_at'>;
  readonly lastMessage: Present<'constraint_violation_report.last_message'>;
  readonly lastDetail: 'constraint_violation_report.last_detail';
}

/** Every rule that was broken in the time that violations are kept, the latest first. */
export async function reportViolations(pool: pg.Pool): Promise<Row<ViolationCountColumns>[]> {
  const { rows } = await pool.query<Row<ViolationCountColumns>>(
    `select constraint_name as "constraint", table_name as "table", violations, last_day as "lastDay",
       last_week as "lastWeek", first_at as "firstAt", last_at as "lastAt", last_message as "lastMessage",
       last_detail as "lastDetail"
     from constraint_violation_report order by last_at desc, constraint_name`,
  );
  return rows;
}

interface ConstraintColumns {
  readonly table: Present<'constraint_inventory.table_name'>;
  readonly name: Present<'constraint_inventory.constraint_name'>;
  readonly kind: Narrowed<
    'constraint_inventory.kind',
    'check' | 'foreign key' | 'unique' | 'primary key' | 'trigger'
  >;
  readonly definition: Present<'constraint_inventory.definition'>;
}

/** Every constraint and trigger of the tables (CON-17). */
export async function listConstraints(pool: pg.Pool): Promise<Row<ConstraintColumns>[]> {
  const { rows } = await pool.query<Row<ConstraintColumns>>(
    `select table_name as "table", constraint_name as name, kind, definition
     from constraint_inventory order by table_name, kind, constraint_name`,
  );
  return rows;
}

/** What the trigger functions have cost since the statistics were last reset; empty where `track_functions` is off (CON-18). */
interface CheckTimeColumns {
  readonly function: Computed<string>;
  readonly calls: Computed<number>;
  readonly totalMs: Computed<number>;
}

/** The time spent in the functions of triggers. */
export async function constraintCheckTimes(pool: pg.Pool): Promise<Row<CheckTimeColumns>[]> {
  const { rows } = await pool.query<Row<CheckTimeColumns>>(
    `select s.funcname as "function", s.calls, s.total_time as "totalMs"
     from pg_stat_user_functions s
     where s.schemaname = 'public' and exists (select from pg_trigger t where t.tgfoid = s.funcid)
     order by s.funcname`,
  );
  return rows;
}
