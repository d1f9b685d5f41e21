import { setTimeout as sleep } from 'node:timers/promises';
import type { HistoryCase } from './history-case.js';
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
