import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { z } from 'zod';
import { createCleanDataActivities } from '../../activities/clean-data.js';
import { retentionWith, type RetentionChanges } from '../../schemas/retention.js';
import { instantFromIso, type Instant } from '../../schemas/values.js';
import { asActivity } from './house.js';
import type { TestLake } from './lake.js';

/** The instant at which the cleanups of the tests take place: 2024-10 and earlier are older than a year. */
export const cleanupTime = instantFromIso('2025-11-16T03:00:00Z');

/** The activities of the cleanup over a test's lake, at {@link cleanupTime}. */
export function cleaning(
  { house, lake }: TestLake,
  {
    retention = {},
    now = cleanupTime,
  }: { readonly retention?: RetentionChanges; readonly now?: Instant } = {},
) {
  const activities = createCleanDataActivities({
    pool: house.pool,
    lake,
    retention: retentionWith(retention),
    now: () => now,
  });
  type Part = Parameters<typeof activities.archiveOldRows>[0];
  const part = (given: Partial<Part>): Part => ({ runId: 'cleanup/1', mode: 'apply', ...given });
  return {
    archive: (given: Partial<Part> = {}) => asActivity(() => activities.archiveOldRows(part(given))),
    cold: (given: Partial<Part> = {}) => asActivity(() => activities.moveOldMonths(part(given))),
    tidy: (given: Partial<Part> = {}) => asActivity(() => activities.tidyLake(part(given))),
  };
}

const perMonth = 40;
const months = ['2024-08', '2024-09', '2024-10', '2024-11', '2025-11'] as const;

/**
 * Forty predictions in each of five months, with their keys: of 2024-08 and 2024-10 in a partition, of 2024-09 in the default one,
 * of 2024-11 and 2025-11 too young to leave. Texts, JSON and instants are of the kinds that go wrong.
 */
export async function seedPredictions(pool: pg.Pool): Promise<void> {
  await pool.query(
    `select ensure_month_partitions('predictions', m::timestamptz, m::timestamptz)
     from unnest(array['2024-08-01 00:00+00', '2024-10-01 00:00+00', '2025-11-01 00:00+00']) as m`,
  );
  for (const month of months) {
    await pool.query(
      `with a_match as (select min(id) as id from match_registry),
       rows as (
         select i, $1::timestamptz + i * interval '13 hours 7 minutes 0.123456 seconds' as at
         from generate_series(0, ${perMonth - 1}) as s (i)
       ), keys as (
         insert into prediction_keys (match_id, model_name, model_version, feature_hash, created_at)
         select id, 'model', '1', md5($1::text || i) || md5(i::text), at from rows, a_match
       )
       insert into predictions (match_id, model_version, model_name, home_win_probability, draw_probability,
         away_win_probability, predicted_result, confidence_score, features_used, prediction_metadata, created_at,
         actual_result, is_correct, verified_at)
       select id, '1', 'model', 0.5, 0.25, 0.25, 'home', 0.5,
         jsonb_build_object('elo', 1500.25 + i, 'none', null, 'name', 'Preußen "München" | 7:x' || chr(10)),
         '{}', at,
         case when i % 3 = 0 then 'draw' end, case when i % 3 = 0 then false end,
         case when i % 3 = 0 then at + interval '1 day' end
       from rows, a_match`,
      [`${month}-01T00:00:00Z`],
    );
  }
}

/** Runs of collection: one finished in 2024-03, one that never ended, one of this month. */
export async function seedCollectionLogs(pool: pg.Pool): Promise<void> {
  await pool.query(
    `insert into data_collection_logs (data_source, collection_type, run_id, start_time, end_time, status, error_message)
     values ('football_data', 'history', 'old/1', '2024-03-05T10:00:00Z', '2024-03-05T10:01:00Z', 'PARTIAL', 'It''s gone'),
       ('football_data', 'history', 'old/2', '2024-03-06T10:00:00Z', null, 'RUNNING', null),
       ('football_data', 'history', 'new/1', '2025-11-06T10:00:00Z', '2025-11-06T10:01:00Z', 'SUCCESS', null)`,
  );
}

/** Each prediction as text, wherever it is now, sorted: every row once, or the test says which is missing or double. */
export async function everyPrediction({ house, lake }: TestLake): Promise<string[]> {
  const columns = `id, match_id, model_version, model_name, home_win_probability::text, draw_probability::text,
    away_win_probability::text, predicted_result, confidence_score::text, features_used::text,
    prediction_metadata::text, actual_result, is_correct::text`;
  const { rows } = await house.pool.query<{ row: string }>(
    `select concat_ws('~', ${columns}, (extract(epoch from created_at) * 1000000)::bigint,
       (extract(epoch from verified_at) * 1000000)::bigint) as row from predictions`,
  );
  const archived = (await lake.snapshots()).some(({ info }) => info?.job === 'archive')
    ? await lake.query(
        `select concat_ws('~', ${columns}, epoch_us(created_at), epoch_us(verified_at)) as row from gold.predictions`,
      )
    : [];
  return [...rows, ...archived].map(({ row }) => z.string().parse(row)).sort();
}

/** How many predictions Postgres has a month. */
export async function predictionsInPostgres(pool: pg.Pool): Promise<Record<string, number>> {
  const { rows } = await pool.query<{ month: string; n: number }>(
    `select to_char(created_at, 'YYYY-MM') as month, count(*)::int as n from predictions group by 1 order by 1`,
  );
  return Object.fromEntries(rows.map(({ month, n }) => [month, n]));
}

const doomed = fileURLToPath(new URL('./archive-until-killed.ts', import.meta.url));

/** Archives predictions in a process of its own that is killed (SIGKILL) at a phase. Gives the signal that ended it. */
export function killedAt(url: string, folder: string, phase: string): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, ['--import', 'tsx', doomed, url, folder, phase], {
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (_, signal) => {
      resolve(signal);
    });
  });
}
