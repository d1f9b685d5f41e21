import { z } from 'zod';

/**
 * The task queues and what runs on them:
 * - `default` every workflow; collecting, refining and all short activities
 * - `lake`    what reads or writes the lake through DuckDB, one at a time in a process
 * - `model`   training and judging, two at a time in a process
 */
export const TaskQueue = z.enum(['default', 'lake', 'model']);
export type TaskQueue = z.infer<typeof TaskQueue>;
export const taskQueues = TaskQueue.options;
