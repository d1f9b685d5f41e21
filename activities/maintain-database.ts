import { log } from '@temporalio/activity';
import type pg from 'pg';
import { reachingPostgres } from '../adapters/postgres/away.js';
import { reportViolations } from '../adapters/postgres/constraint-violations.js';
import { refreshMaterializedView } from '../adapters/postgres/materialized-views.js';
import { defaultPartitions, ensurePartitions } from '../adapters/postgres/partitions.js';
import { notePrivileges, removeTemporaryData, vacuumAndAnalyze } from '../adapters/postgres/upkeep.js';
import {
  RefreshViewsInput,
  type DatabaseMaintenanceResult,
  type RefreshViewsResult,
} from '../schemas/jobs/database-maintenance.js';
import { NoInput } from '../schemas/jobs/refine.js';
import { heartbeating, type ReportPhase } from './heartbeating.js';

/** Activities that keep Postgres fit. The pool's role owns the tables. */
export function createMaintainDatabaseActivities({ pool }: { readonly pool: pg.Pool }) {
  return {
    /**
     * Makes the partitions of the months ahead, notes which privileges have changed, removes what has outlived its time, clears dead
     * rows away, refreshes the planner's statistics and reports what the rules of the tables refused. Rows that a default partition
     * caught are a finding and a warning. May run again at any time.
     */
    async maintainDatabase(input: NoInput): Promise<DatabaseMaintenanceResult> {
      NoInput.parse(input);
      return await heartbeating((reportPhase) => reachingPostgres(() => maintain(pool, reportPhase)));
    },

    /** Brings materialised views up to date, beside their readers. */
    async refreshViews(input: RefreshViewsInput): Promise<RefreshViewsResult> {
      const asked = RefreshViewsInput.parse(input);
      return await heartbeating(async (reportPhase) => {
        const views: RefreshViewsResult['views'] = [];
        for (const view of asked.views) {
          reportPhase('refresh', { view });
          views.push(await refreshMaterializedView(pool, view));
        }
        return { views };
      });
    },
  };
}

async function maintain(pool: pg.Pool, reportPhase: ReportPhase): Promise<DatabaseMaintenanceResult> {
  reportPhase('partitions');
  const caughtByDefault = (await defaultPartitions(pool))
    .filter(({ rows }) => rows > 0)
    .map(({ table, rows }) => ({ table, rows }));
  for (const { table, rows } of caughtByDefault) {
    log.warn('A default partition has caught rows: their month was not prepared', { table, rows });
  }
  const partitionsMade = await ensurePartitions(pool, new Date());
  await notePrivileges(pool);
  const removed = await removeTemporaryData(pool);
  const tablesAnalyzed = await vacuumAndAnalyze(pool, (table) => {
    reportPhase('vacuum', { table });
  });
  const violations = (await reportViolations(pool))
    .filter(({ lastWeek }) => lastWeek > 0)
    .map(({ constraint, table, lastWeek }) => ({ constraint, table, lastWeek }));
  return { caughtByDefault, partitionsMade, removed, violations, tablesAnalyzed };
}
