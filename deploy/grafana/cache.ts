import type { Dashboard } from './panels.js';

/** What is kept, in Redis or in a process. */
export const cache: Dashboard = {
  uid: 'football-cache',
  title: 'Touchline: cache',
  file: 'cache_dashboard.json',
  description: 'How often what is asked for is kept, how quickly it comes, and how Redis does.',
  groups: [
    {
      title: 'Cache',
      panels: [
        {
          ...{ title: 'Hits', kind: 'trend', unit: 'percent', goodAbove: { yellow: 60, green: 80 } },
          queries: { '{{cache_type}}': 'avg by (cache_type) (football_cache_hit_rate)' },
        },
        {
          ...{ title: 'What was asked, and came of it', kind: 'trend' },
          queries: {
            '{{operation}} {{status}}':
              'sum by (operation, status) (increase(football_cache_operations_total[$__rate_interval]))',
          },
        },
        {
          ...{ title: 'Mean time of a call', kind: 'trend', unit: 's' },
          queries: {
            '{{operation}}':
              'sum by (operation) (increase(football_cache_response_time_seconds_sum[$__range])) / sum by (operation) (increase(football_cache_response_time_seconds_count[$__range]))',
          },
        },
        {
          ...{ title: 'Memory of Redis', kind: 'trend', unit: 'bytes' },
          queries: { memory: 'max(football_redis_memory_bytes)' },
        },
        {
          ...{ title: 'Connections to Redis', kind: 'trend' },
          queries: {
            '{{pool_type}}': 'sum by (pool_type) (football_redis_connection_pool_size)',
            clients: 'max(football_redis_connected_clients)',
          },
        },
        {
          ...{ title: 'Keys of Redis, and keys that expire in a second', kind: 'trend' },
          queries: {
            keys: 'max(football_redis_keys)',
            expired: 'max(rate(football_redis_expired_keys_total[$__rate_interval]))',
          },
        },
      ],
    },
  ],
};
