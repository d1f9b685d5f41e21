import type { Dashboard } from './panels.js';

/** DASH-4. */
export const backups: Dashboard = {
  uid: 'football-backups',
  title: 'Touchline: backups',
  file: 'backup_dashboard.json',
  description:
    'Backups of each kind: whether, when, how long, how large, and why not; and what drills of a restore measured.',
  groups: [
    {
      title: 'Backups',
      panels: [
        {
          ...{ title: 'Backups that were made, of seven days', kind: 'trend' },
          queries: {
            'good {{backup_type}}':
              'sum by (backup_type) (increase(football_database_backup_success_total[7d]))',
            'failed {{backup_type}}':
              'sum by (backup_type) (increase(football_database_backup_failure_total[7d]))',
          },
        },
        {
          ...{ title: 'Time that a backup takes (mean)', kind: 'trend', unit: 's' },
          queries: {
            '{{backup_type}}':
              'sum by (backup_type) (increase(football_database_backup_duration_seconds_sum[$__range])) / sum by (backup_type) (increase(football_database_backup_duration_seconds_count[$__range]))',
          },
        },
        {
          ...{ title: 'Size', kind: 'trend', unit: 'bytes' },
          queries: {
            '{{backup_type}} {{database_name}}':
              'max by (backup_type, database_name) (football_database_backup_file_size_bytes)',
          },
        },
        {
          ...{ title: 'The last good one', kind: 'stat', unit: 'dateTimeAsIso' },
          queries: {
            '{{backup_type}} {{database_name}}':
              '1000 * max by (backup_type, database_name) (football_database_last_backup_timestamp)',
          },
        },
        {
          ...{ title: 'Why backups failed', kind: 'pie' },
          queries: {
            '{{error_type}}':
              'sum by (error_type) (increase(football_database_backup_failure_total[$__range]))',
          },
        },
      ],
    },
    {
      title: 'Drills of a restore',
      panels: [
        {
          ...{ title: 'Since a drill passed', kind: 'stat', unit: 's' },
          queries: {
            '{{database_name}}':
              'time() - max by (database_name) (football_database_last_passed_restore_drill_timestamp)',
          },
        },
        {
          ...{ title: 'How long a drilled restore took (RTO)', kind: 'trend', unit: 's' },
          queries: {
            '{{database_name}}': 'max by (database_name) (football_database_restore_drill_rto_seconds)',
          },
        },
        {
          ...{ title: 'How much would have been lost (RPO)', kind: 'trend', unit: 's' },
          queries: {
            '{{database_name}}': 'max by (database_name) (football_database_restore_drill_rpo_seconds)',
          },
        },
      ],
    },
  ],
};
