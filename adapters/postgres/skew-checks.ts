import type pg from 'pg';
import { z } from 'zod';
import { ServiceSkew, type SkewCheck, type SkewFigures } from '../../schemas/records/feature-skew.js';
import { instant, toIso } from '../../schemas/values.js';
import type { Computed, Row } from './row.js';
import { inTransaction } from './transaction.js';

/** From where and up to where of the log of served vectors a check has to look. */
export interface ServedSpan {
  readonly after: number;
  readonly until: number;
}

/**
 * What was served since the last check. Whoever writes to the log is waited for: an id that is taken and not yet committed would be passed over.
 */
export async function uncheckedSpan(pool: pg.Pool): Promise<ServedSpan> {
  return await inTransaction(pool, async ({ client }) => {
    await client.query('lock table served_feature_vectors in share mode');
    const { rows } = await client.query<Row<{ after: Computed<number>; until: Computed<number> }>>(
      `select coalesce((select max(served_until) from feature_skew_checks), 0) as after,
         coalesce((select max(id) from served_feature_vectors), 0) as until`,
    );
    return { after: rows[0]?.after ?? 0, until: rows[0]?.until ?? 0 };
  });
}

/** The check that a run has kept already; undefined where it has kept none. */
export async function skewCheckOfRun(pool: pg.Pool, runId: string): Promise<SkewCheck | undefined> {
  const { rows } = await pool.query<
    Row<{
      checkedAt: 'feature_skew_checks.checked_at';
      servedUntil: 'feature_skew_checks.served_until';
      compared: 'feature_skew_checks.compared';
      notComparable: 'feature_skew_checks.not_comparable';
      services: 'feature_skew_checks.services';
    }>
  >(
    `select checked_at as "checkedAt", served_until as "servedUntil", compared, not_comparable as "notComparable", services
     from feature_skew_checks where run_id = $1`,
    [runId],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  return {
    ...{ ...row, runId },
    checkedAt: instant(row.checkedAt.getTime()),
    services: z.array(ServiceSkew).parse(row.services),
  };
}

/** Keeps a check, and asks a person once for each feature that differed; of a run that has kept one, nothing. */
export async function storeSkewCheck(
  pool: pg.Pool,
  check: SkewCheck,
  findings: readonly { readonly field: string; readonly data: object; readonly message: string }[],
): Promise<void> {
  await inTransaction(pool, async ({ client }) => {
    await client.query(
      `insert into feature_skew_checks (run_id, checked_at, served_until, compared, not_comparable, services)
       values ($1, $2, $3, $4, $5, $6) on conflict on constraint uq_feature_skew_checks_run do nothing`,
      [
        ...[check.runId, toIso(check.checkedAt), check.servedUntil, check.compared, check.notComparable],
        JSON.stringify(check.services),
      ],
    );
    await client.query(
      `insert into data_quality_logs (table_name, error_type, severity, field, error_data, error_message, requires_manual_review, finding_key)
       select 'served_feature_vectors', 'feature_skew', 'high', f.field, f.data, f.message, true,
         sha256(convert_to(concat_ws('/', 'feature_skew', f.field, $2::text), 'UTF8'))
       from jsonb_to_recordset($1::jsonb) as f (field text, data jsonb, message text)
       on conflict (finding_key) do nothing`,
      [JSON.stringify(findings), check.runId],
    );
  });
}

/** The features that ever differed. Checks are not removed: their sum is a counter. */
export async function skewFigures(pool: pg.Pool): Promise<SkewFigures[]> {
  const { rows } = await pool.query<
    Row<{
      service: Computed<string>;
      feature: Computed<string>;
      mismatches: Computed<number>;
      size: Computed<number>;
    }>
  >(
    `with told as (
       select c.id, s ->> 'service' as service, s -> 'features' as features
       from feature_skew_checks c, jsonb_array_elements(c.services) s
     ), last_told as (select service, max(id) as id from told group by service)
     select t.service, f ->> 'feature' as feature, sum((f ->> 'mismatches')::bigint)::double precision as mismatches,
       coalesce(max((f ->> 'largest')::double precision) filter (where t.id = l.id), 0) as size
     from told t join last_told l using (service), jsonb_array_elements(t.features) f
     group by t.service, feature order by t.service, feature`,
  );
  return [...rows];
}
