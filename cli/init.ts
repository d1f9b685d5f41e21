import { z } from 'zod';
import { BadInput } from '../schemas/errors.js';
import { changedSchedules } from '../schemas/jobs/schedule.js';
import { schedules } from '../workflows/schedules.js';
import { command } from './command.js';

export const init = command({
  path: ['init'],
  summary: 'make what servers of your own need: roles, tables, namespace, schedules, buckets, topics',
  description: [
    'Migrates the database of DATABASE_URL and gives the roles their logins, makes the namespace of TEMPORAL_ADDRESS and its schedules, the buckets of a lake in an',
    'object store, and the topics of KAFKA_BROKERS. Done again it changes nothing. It starts no worker. An embedded stack does it itself: touchline up.',
  ].join('\n'),
  examples: ['DATABASE_URL=… TEMPORAL_ADDRESS=temporal:7233 touchline init'],
  json: '{"done": ["…"]}',
  settings: z.object({}),
  async run(_, { config, output }) {
    const { databaseUrl, temporalAddress } = config;
    if (databaseUrl === undefined || temporalAddress === undefined) {
      throw new BadInput('There are no servers of your own', {
        setting: databaseUrl === undefined ? 'DATABASE_URL' : 'TEMPORAL_ADDRESS',
        advice: 'Set both; or let touchline up start embedded ones, which makes all of this.',
      });
    }
    const { openStack } = await import('../adapters/embedded/stack.js');
    const { stackPlan } = await import('./stack-plan.js');
    const done = ['roles and tables', 'namespace and schedules'];
    const report = (line: string): void => {
      output.note(line);
    };
    const declared = changedSchedules(schedules, config.scheduleChanges);
    const opened = await openStack({
      ...stackPlan(config, { lifetime: 'command', schedules: declared, report }),
      workers: [],
    });
    if (opened.kind === 'held elsewhere') {
      throw new BadInput('Another command has this home', { object: `process ${opened.holder.pid}` });
    }
    await opened.close();
    if (config.s3 !== undefined) {
      const { openObjectStore } = await import('../adapters/lake/object-store.js');
      const { initialiseStore } = await import('../adapters/lake/init-store.js');
      const places = [config.lakeUrl, config.lakeColdUrl].filter((place) => place !== undefined);
      await initialiseStore(openObjectStore(config.s3), places);
      done.push('buckets');
    }
    if (config.kafkaBrokers !== undefined) {
      const { openKafka, reachingKafka, withAdmin } = await import('../adapters/stream/connect.js');
      const { applyTopics, findTopics, planTopics } = await import('../adapters/stream/topic-plan.js');
      const { topics } = await import('../schemas/events/topics.js');
      const brokers = config.kafkaBrokers;
      const kafka = openKafka({ brokers, log: { warn: report } });
      await reachingKafka(brokers, () =>
        withAdmin(kafka, async (admin) => {
          await applyTopics(admin, planTopics(topics, await findTopics(admin, topics)));
        }),
      );
      done.push('topics');
    }
    await output.result({ done }, () => `There are ${done.join(', ')}.`);
    return 0;
  },
});
