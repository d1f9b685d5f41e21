// The entry of a training thread: one task in, one answer out.
import { parentPort, workerData } from 'node:worker_threads';
import { loadXgboost } from './module.js';
import { perform, type Task } from './task.js';

const isTask = (value: unknown): value is Task =>
  typeof value === 'object' && value !== null && 'kind' in value;

const task: unknown = workerData;
if (isTask(task)) parentPort?.postMessage(perform(await loadXgboost(), task));
