import type { Dashboard, Group } from './panels.js';

const collection: Group = {
  title: 'Collection',
  panels: [
    {
      ...{ title: 'Attempts that succeed', kind: 'trend', unit: 'percentunit' },
      queries: {
        '{{data_source}} {{collection_type}}':
          '1 - sum by (data_source, collection_type) (increase(football_data_collection_errors_total[$__range])) / (sum by (data_source, collection_type) (increase(football_data_collection_total[$__range])) > 0)',
      },
    },
    {
      ...{ title: 'Errors by kind', kind: 'pie', width: 6 },
      queries: {
        '{{error_type}}': 'sum by (error_type) (increase(football_data_collection_errors_total[$__range]))',
      },
    },
    {
      ...{ title: 'Sources: 0 well, 1 degraded, 2 dying', kind: 'states', width: 6 },
      queries: { '{{data_source}}': 'max by (data_source) (football_provider_health{measure="alarm"})' },
    },
    {
      ...{ title: 'Rows of each table', kind: 'trend' },
      queries: { '{{table_name}}': 'max by (table_name) (football_database_table_rows)' },
    },
    {
      ...{ title: 'Payloads that are cleaned, and held', kind: 'trend' },
      queries: {
        'cleaned {{data_type}}':
          'sum by (data_type) (increase(football_data_cleaning_total[$__rate_interval]))',
        'held {{data_type}}':
          'sum by (data_type) (increase(football_data_cleaning_errors_total[$__rate_interval]))',
      },
    },
  ],
};

const scheduler: Group = {
  title: 'Scheduler',
  panels: [
    {
      ...{ title: 'How late tasks begin', kind: 'trend', unit: 's' },
      queries: { '{{task_name}}': 'max by (task_name) (football_scheduler_task_delay_seconds)' },
    },
    {
      ...{ title: 'Tasks that succeed', kind: 'trend', unit: 'percentunit' },
      queries: {
        '{{task_name}}':
          'sum by (task_name) (increase(football_tasks_total{status="succeeded"}[$__range])) / (sum by (task_name) (increase(football_tasks_total{status=~"succeeded|failed"}[$__range])) > 0)',
      },
    },
    {
      ...{ title: 'Tasks that failed for good', kind: 'table' },
      queries: {
        failures:
          'sum by (task_name, failure_reason) (increase(football_scheduler_task_failures_total[$__range]))',
      },
    },
    {
      ...{ title: 'Tasks that wait', kind: 'trend' },
      queries: { '{{queue_name}}': 'max by (queue_name) (football_queue_size)' },
    },
  ],
};

const system: Group = {
  title: 'System',
  panels: [
    {
      ...{ title: 'Answers of the API (95 %)', kind: 'trend', unit: 's' },
      queries: {
        '{{route}}':
          'histogram_quantile(0.95, sum by (le, route) (increase(football_http_request_duration_seconds_bucket[$__range])))',
      },
    },
    {
      ...{ title: 'Connections to Postgres', kind: 'trend' },
      queries: { '{{role}}': 'sum by (role) (football_database_connections)' },
    },
    {
      ...{ title: 'Memory of each process', kind: 'trend', unit: 'bytes' },
      queries: { '{{instance}}': 'process_resident_memory_bytes{job="touchline"}' },
    },
    {
      ...{ title: 'Processors of each process', kind: 'trend', unit: 'percentunit' },
      queries: { '{{instance}}': 'rate(process_cpu_seconds_total{job="touchline"}[$__rate_interval])' },
    },
  ],
};

const alerts: Group = {
  title: 'Alerts',
  panels: [
    {
      ...{ title: 'Alerts that fire', kind: 'table', width: 24 },
      queries: { alerts: 'sum by (alertname, component, severity) (ALERTS{alertstate="firing"})' },
    },
    {
      ...{ title: 'How often each came up', kind: 'bars' },
      queries: { '{{alertname}}': 'sum by (alertname) (1 + changes(ALERTS_FOR_STATE[$__range]))' },
    },
    {
      ...{ title: 'How long each has stood', kind: 'trend', unit: 's' },
      queries: { '{{alertname}}': 'max by (alertname) (time() - ALERTS_FOR_STATE)' },
    },
  ],
};

/** DASH-3: where the messages of alerts lead to. */
export const platform: Dashboard = {
  uid: 'football-monitoring',
  title: 'Touchline',
  file: 'platform_dashboard.json',
  description: 'Collection, scheduler, system and alerts.',
  groups: [collection, scheduler, system, alerts],
};
