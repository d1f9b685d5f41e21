import type { Schedule } from '../schemas/jobs/schedule.js';
import {
  collectFixturesJob,
  collectInjuriesJob,
  collectLiveScoresJob,
  collectOddsJob,
  databaseMaintenanceJob,
  errorCleanupJob,
  reconcileJob,
  refineJob,
  refreshMaterializedViewsJob,
  systemHealthCheckJob,
  weeklyDataCleanupJob,
  type Job,
} from './jobs.js';

const hours = 3_600_000;
/** "Catch-up none" (SCH-1) is the least that Temporal allows. */
const noCatchUp = 10_000;

const of = (job: Job): Pick<Schedule, 'workflowType' | 'taskQueue' | 'description'> => ({
  workflowType: job.workflowType,
  taskQueue: job.taskQueue,
  description: job.description,
});

/** Every schedule (SCH-1), by the name that stays outside: what runs when, in UTC. */
export const schedules: readonly Schedule[] = [
  {
    id: 'collect-daily-fixtures',
    ...of(collectFixturesJob),
    input: {},
    cron: '0 2 * * *',
    overlap: 'skip',
    catchUpMs: 6 * hours,
  },
  {
    id: 'collect-live-scores',
    ...of(collectLiveScoresJob),
    input: {},
    cron: '*/2 * * * *',
    overlap: 'skip',
    catchUpMs: noCatchUp,
  },
  {
    id: 'collect-odds-regular',
    ...of(collectOddsJob),
    input: {},
    cron: '*/5 * * * *',
    overlap: 'skip',
    catchUpMs: noCatchUp,
  },
  {
    id: 'collect-daily-injuries',
    ...of(collectInjuriesJob),
    input: {},
    cron: '30 5 * * *',
    overlap: 'skip',
    catchUpMs: 6 * hours,
  },
  {
    id: 'reconcile-sources',
    ...of(reconcileJob),
    input: {},
    cron: '0 5 * * mon',
    overlap: 'skip',
    catchUpMs: 24 * hours,
  },
  {
    id: 'bronze-to-silver',
    ...of(refineJob),
    input: {},
    cron: '*/5 * * * *',
    overlap: 'skip',
    catchUpMs: noCatchUp,
  },
  {
    id: 'refresh-materialized-views',
    ...of(refreshMaterializedViewsJob),
    input: { views: ['mv_team_recent_performance'] },
    cron: '7 * * * *',
    overlap: 'skip',
    catchUpMs: noCatchUp,
  },
  {
    id: 'refresh-materialized-views-odds',
    ...of(refreshMaterializedViewsJob),
    input: { views: ['mv_odds_trends'] },
    cron: '*/15 * * * *',
    overlap: 'skip',
    catchUpMs: noCatchUp,
  },
  {
    id: 'daily-error-cleanup',
    ...of(errorCleanupJob),
    input: {},
    cron: '0 4 * * *',
    overlap: 'skip',
    catchUpMs: 12 * hours,
  },
  {
    id: 'system-health-check',
    ...of(systemHealthCheckJob),
    input: {},
    cron: '*/30 * * * *',
    overlap: 'skip',
    catchUpMs: noCatchUp,
  },
  {
    id: 'weekly-data-cleanup',
    ...of(weeklyDataCleanupJob),
    input: {},
    cron: '0 3 * * sun',
    overlap: 'skip',
    catchUpMs: 24 * hours,
  },
  {
    id: 'weekly-database-maintenance',
    ...of(databaseMaintenanceJob),
    input: {},
    cron: '0 6 * * sun',
    overlap: 'skip',
    catchUpMs: 24 * hours,
  },
];
