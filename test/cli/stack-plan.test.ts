import { expect, it } from 'vitest';
import { stackPlan } from '../../cli/stack-plan.js';
import { readConfig } from '../../config.js';
import { taskQueues } from '../../schemas/jobs/task-queues.js';

const workersOf = (processes: number) =>
  stackPlan(
    { ...readConfig(), workerProcesses: processes },
    { lifetime: 'command', schedules: undefined, report: () => undefined },
  ).workers;

it.each([1, 3])('every task queue is polled, with %i workers beside the lake’s', (processes) => {
  const workers = workersOf(processes);
  expect(workers).toHaveLength(processes + 1);
  expect(new Set(workers.flatMap(({ queues }) => queues))).toEqual(new Set(taskQueues));
});

it('one worker alone has the lake, and it polls nothing else', () => {
  const withLake = workersOf(3).filter(({ queues }) => queues.includes('lake'));
  expect(withLake.map(({ queues }) => queues)).toEqual([['lake']]);
});

it('a worker is told to poll the queues that the plan says it polls', () => {
  for (const { queues, args } of workersOf(2)) expect(args).toContain(queues.join(','));
});
