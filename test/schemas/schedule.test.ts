import { describe, expect, it } from 'vitest';
import { readConfig } from '../../config.js';
import { BadInput } from '../../schemas/errors.js';
import { changedSchedules } from '../../schemas/jobs/schedule.js';
import { jobs } from '../../workflows/jobs.js';
import { schedules } from '../../workflows/schedules.js';

describe('the declared schedules', () => {
  it('each start a job with an input that it accepts, and have names of their own', () => {
    expect(new Set(schedules.map(({ id }) => id)).size).toBe(schedules.length);
    for (const { workflowType, input, taskQueue } of schedules) {
      const job = jobs.find((candidate) => candidate.workflowType === workflowType);
      expect(job?.input.safeParse(input).success).toBe(true);
      expect(taskQueue).toBe(job?.taskQueue);
    }
  });
});

describe('SCHEDULES', () => {
  const withSchedules = (text: string) =>
    changedSchedules(
      schedules,
      readConfig({ SCHEDULES: text, KAFKA_BROKERS: 'localhost:9092' }).scheduleChanges,
    );

  it('changes the cron line of one and takes another away', () => {
    const changed = withSchedules(
      '{"bronze-to-silver": {"cron": "*/10 * * * *"}, "weekly-data-cleanup": {"enabled": false}}',
    );
    expect(changed.find(({ id }) => id === 'bronze-to-silver')?.cron).toBe('*/10 * * * *');
    expect(changed.map(({ id }) => id)).toEqual(
      schedules.map(({ id }) => id).filter((id) => id !== 'weekly-data-cleanup'),
    );
  });

  it('absent leaves them as they are declared', () => {
    const withKafka = { KAFKA_BROKERS: 'localhost:9092' };
    expect(changedSchedules(schedules, readConfig(withKafka).scheduleChanges)).toEqual(schedules);
    // Without Kafka there is nothing to stream.
    expect(changedSchedules(schedules, readConfig({}).scheduleChanges)).toEqual(
      schedules.filter(({ worksOn }) => worksOn !== 'streaming'),
    );
  });

  it.each([
    ['{', 'it is not JSON'],
    ['{"bronze-to-silver": {"every": "5m"}}', 'every'],
    ['{"bronze-to-gold": {"cron": "* * * * *"}}', 'There is no schedule bronze-to-gold'],
  ])('%s is refused with what is wrong', (text, says) => {
    expect(() => withSchedules(text)).toThrow(BadInput);
    expect(() => withSchedules(text)).toThrow(says);
  });
});
