import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lineageOutbox, type LineageSink } from '../../../adapters/lineage/outbox.js';
import { BadInput, DependencyAway } from '../../../schemas/errors.js';
import type { LineageEvent } from '../../../schemas/lineage.js';
import { instant } from '../../../schemas/values.js';

const event = (n: number): LineageEvent => ({
  ...{ eventTime: instant(n), eventType: 'START', runId: String(n), parentRunId: null, producer: 'urn:test' },
  ...{ job: { namespace: 'n', name: 'j' }, inputs: [], outputs: [] },
  facets: { run: {}, job: {}, outputs: {} },
});

type Write = 'written' | 'away' | 'refused';

/** A sink that does so with one write after the other, and writes from then on. */
function sinkThat(...does: readonly Write[]) {
  const written: string[] = [];
  const refused: string[] = [];
  const left = [...does];
  const sink: LineageSink = {
    write: (events) => {
      const next = left.shift() ?? 'written';
      if (next === 'away') return Promise.reject(new DependencyAway('The sink is away'));
      if (next === 'refused') refused.push(...events.map(({ runId }) => runId));
      if (next === 'refused') return Promise.reject(new BadInput('No such event'));
      written.push(...events.map(({ runId }) => runId));
      return Promise.resolve();
    },
  };
  return { sink, written, refused };
}

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, n) => n + from);
const noLog = { warn: () => undefined };

it('events come in their order and once, however often the sink is away; one that it refuses holds up none', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom<Write>('written', 'away', 'refused'), { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 4 }),
      async (does, bursts) => {
        const { sink, written, refused } = sinkThat(...does);
        const outbox = lineageOutbox({ sink, log: noLog, gatherMs: 0, retryMs: 0 });
        let count = 0;
        for (const burst of bursts) {
          for (const n of numbers(burst, count)) outbox.put(event(n));
          count += burst;
          await new Promise(setImmediate);
        }
        await expect.poll(() => written.length + refused.length).toBe(count);
        const sorted = numbers(count).map(String);
        expect(written).toEqual(sorted.filter((n) => !refused.includes(n)));
      },
    ),
    { numRuns: 50 },
  );
});

it('past what may wait the oldest go, and the log says how many', async () => {
  const warnings: string[] = [];
  const { sink, written } = sinkThat();
  const log = { warn: (line: string): void => void warnings.push(line) };
  const outbox = lineageOutbox({ sink, log, capacity: 10 });
  for (const n of numbers(25)) outbox.put(event(n));
  await outbox.close();
  expect(written).toEqual(numbers(10, 15).map(String));
  expect(warnings).toEqual(['15 lineage events are lost: more than 10 were waiting']);
});

it('closing sends what waits, and does not wait for a sink that says nothing', async () => {
  const { sink, written } = sinkThat();
  const outbox = lineageOutbox({ sink, log: noLog, gatherMs: 3_600_000 });
  outbox.put(event(1));
  await outbox.close();
  expect(written).toEqual(['1']);

  const warnings: string[] = [];
  const silent = lineageOutbox({
    sink: { write: () => new Promise(() => undefined) },
    log: { warn: (line) => void warnings.push(line) },
    ...{ gatherMs: 0, patienceMs: 20 },
  });
  for (const n of numbers(3)) silent.put(event(n));
  await silent.close();
  expect(warnings).toEqual(['3 lineage events are lost: no answer in time']);
});
