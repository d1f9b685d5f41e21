import { z } from 'zod';

/**
 * The task queues and what runs on them:
 * - `default` every workflow; collecting, refining and all short activities
 * - `fixtures`, `odds`, `scores`  requests to providers, so that none waits behind another's (SCH-5)
 * - `maintenance` what keeps the house in order
 * - `lake`    what reads or writes the lake through DuckDB, one at a time in a process
 * - `model`   training and judging, two at a time in a process
 * - `predictions` of single matches, at their time: training must not keep them waiting, and those that come together are made together
 * - `streaming` what speaks to Kafka: relays and readers that go on for half an hour
 * - `backup`  what makes, verifies and removes backups
 */
export const TaskQueue = z.enum([
  'default',
  'fixtures',
  'odds',
  'scores',
  'maintenance',
  'lake',
  'model',
  'predictions',
  'streaming',
  'backup',
]);
export type TaskQueue = z.infer<typeof TaskQueue>;
export const taskQueues = TaskQueue.options;
