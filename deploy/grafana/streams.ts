import type { Dashboard } from './panels.js';

const risen = (counter: string): string => `sum by (topic) (increase(${counter}[$__rate_interval]))`;

/** Kafka, and what reads it. */
export const streams: Dashboard = {
  uid: 'football-streams',
  title: 'Touchline: streams',
  file: 'stream_dashboard.json',
  description: 'What goes through Kafka, how late it is read, and what could not be handled.',
  groups: [
    {
      title: 'Streams',
      panels: [
        {
          title: 'Produced',
          kind: 'trend',
          queries: { '{{topic}}': risen('kafka_messages_produced_total') },
        },
        {
          title: 'Consumed',
          kind: 'trend',
          queries: { '{{topic}}': risen('kafka_messages_consumed_total') },
        },
        {
          ...{ title: 'Age of the oldest message that waits', kind: 'trend', unit: 's' },
          queries: { '{{topic}} {{partition}}': 'max by (topic, partition) (kafka_consumer_lag_seconds)' },
        },
        {
          title: 'Dead letters',
          kind: 'trend',
          queries: { '{{topic}}': risen('football_stream_dead_letters_total') },
        },
        {
          ...{ title: 'Time of each step (95 %)', kind: 'trend', unit: 's' },
          queries: {
            '{{operation_type}}':
              'histogram_quantile(0.95, sum by (le, operation_type) (increase(stream_processing_duration_seconds_bucket[$__range])))',
          },
        },
        {
          ...{ title: 'Mean size of a batch', kind: 'trend', unit: 'bytes' },
          queries: { '{{topic}}': 'avg by (topic) (kafka_producer_batch_size_avg)' },
        },
      ],
    },
  ],
};
