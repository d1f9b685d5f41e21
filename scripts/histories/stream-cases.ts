import { setTimeout as sleep } from 'node:timers/promises';
import { heartbeating } from '../../activities/heartbeating.js';
import { begun, type HistoryCase } from './history-case.js';
import { standInActivities } from './stand-ins.js';

const noKafka = { kind: 'skipped', reason: 'There is no Kafka: KAFKA_BROKERS is not set' } as const;

/** An answer once, then that there is no Kafka any more: such a run ends by itself. */
function once<Answer>(answer: () => Promise<Answer>): () => Promise<Answer | typeof noKafka> {
  let answered = false;
  return () => {
    if (answered) return Promise.resolve(noKafka);
    answered = true;
    return answer();
  };
}

/** The runs of the streams that are kept as golden histories. */
export const streamCases: readonly HistoryCase[] = [
  { workflow: 'consumeStreams', input: {} },
  {
    workflow: 'consumeStreams',
    about: 'without-kafka',
    input: {},
    activities: () => ({ consumeBatch: () => Promise.resolve(noKafka) }),
  },
  { workflow: 'readStreams', input: { plan: {} } },
  {
    workflow: 'readStreams',
    about: 'nothing-new',
    input: { plan: {} },
    activities: () => ({
      consumeBatch: () =>
        Promise.resolve({
          kind: 'consumed',
          counts: { handled: 2, stored: 0, known: 2, own: 0, failed: 0 },
        }),
    }),
  },
  ...(['consumeStreams', 'readStreams'] as const).map((workflow): HistoryCase => ({
    ...{ workflow, about: 'cancelled' },
    input: workflow === 'readStreams' ? { plan: { mode: 'continuous' } } : { mode: 'continuous' },
    activities: () => ({ consumeContinuously: () => heartbeating(() => new Promise(() => undefined)) }),
    meanwhile: async (handle) => {
      await begun(
        handle,
        1,
        ({ activityTaskScheduledEventAttributes, childWorkflowExecutionStartedEventAttributes }) =>
          activityTaskScheduledEventAttributes != null ||
          childWorkflowExecutionStartedEventAttributes != null,
      );
      await handle.cancel();
    },
  })),
  {
    workflow: 'readStreams',
    about: 'continuous',
    input: { plan: { mode: 'continuous' } },
    activities: () => {
      const usual = standInActivities();
      return {
        consumeContinuously: once(() => usual.consumeContinuously({ topics: ['odds-stream'], forMs: 1 })),
      };
    },
  },
  {
    workflow: 'relayStreams',
    input: {},
    activities: () => {
      const usual = standInActivities();
      return { relayOutbox: once(() => usual.relayOutbox({ forMs: 1 })) };
    },
  },
  {
    workflow: 'processStreams',
    input: { forSeconds: 15 },
    activities: () => ({
      awaitPending: async () => {
        await sleep(15_500);
        return { pending: false };
      },
    }),
  },
  {
    workflow: 'processStreams',
    about: 'cancelled',
    input: { forSeconds: 3_600 },
    activities: () => ({
      refineBatch: () => Promise.resolve({ claimed: 0, done: 0, held: 0 }),
      refinePrices: () => Promise.resolve({ claimed: 0, done: 0, held: 0, matches: 0 }),
      awaitPending: () => heartbeating(() => new Promise(() => undefined)),
    }),
    meanwhile: async (handle) => {
      await begun(handle, 5, (event) => event.activityTaskScheduledEventAttributes != null);
      await handle.cancel();
    },
  },
  {
    workflow: 'processStreams',
    about: 'continued',
    input: { forSeconds: 15 },
    activities: () => {
      let left = 24;
      return {
        refineBatch: () => {
          left -= 1;
          return Promise.resolve({ claimed: left >= 0 ? 10 : 0, done: left >= 0 ? 10 : 0, held: 0 });
        },
        refinePrices: () => Promise.resolve({ claimed: 0, done: 0, held: 0, matches: 0 }),
        awaitPending: async () => {
          await sleep(15_500);
          return { pending: false };
        },
      };
    },
  },
  {
    workflow: 'processStreams',
    about: 'continued-after-waiting',
    input: { forSeconds: 15 },
    activities: () => {
      let waits = 24;
      return {
        refineBatch: () => Promise.resolve({ claimed: 0, done: 0, held: 0 }),
        refinePrices: () => Promise.resolve({ claimed: 0, done: 0, held: 0, matches: 0 }),
        awaitPending: async () => {
          waits -= 1;
          if (waits < 0) await sleep(15_500);
          return { pending: waits >= 0 };
        },
      };
    },
  },
  {
    workflow: 'refreshPredictions',
    input: { forSeconds: 60 },
    activities: () => {
      const told = [[{ matchId: 7, version: 3 }]];
      return { awaitPriceNews: () => Promise.resolve({ news: told.shift() ?? [] }) };
    },
  },
  {
    workflow: 'refreshPredictions',
    about: 'cancelled',
    input: { forSeconds: 60 },
    activities: () => ({ awaitPriceNews: () => heartbeating(() => new Promise(() => undefined)) }),
    meanwhile: async (handle) => {
      await begun(handle, 1, (event) => event.activityTaskScheduledEventAttributes != null);
      await handle.cancel();
    },
  },
  { workflow: 'streamHealthCheck', input: {} },
  {
    workflow: 'streamHealthCheck',
    about: 'behind',
    input: {},
    activities: () => ({
      checkStreams: () =>
        Promise.resolve({ kind: 'checked', problems: ['odds-stream/2 is 900 messages and 700 s behind'] }),
    }),
  },
];
