import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inParallel } from '../../workflows/in-parallel.js';

describe('work in lanes', () => {
  it('touches every item once and never more at a time than there are lanes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.uniqueArray(fc.nat(), { maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        async (scheduler, items, lanes) => {
          let now = 0;
          let most = 0;
          const seen: number[] = [];
          await scheduler.waitFor(
            inParallel(items, lanes, async (item) => {
              now += 1;
              most = Math.max(most, now);
              await scheduler.schedule(Promise.resolve());
              seen.push(item);
              now -= 1;
            }),
          );
          expect(seen.toSorted()).toEqual(items.toSorted());
          expect(most).toBeLessThanOrEqual(lanes);
        },
      ),
    );
  });

  it('throws the first error once nothing is left running, and takes no new items after it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 9 }),
        async (scheduler, lanes, bad) => {
          let running = 0;
          let failed = false;
          let startedTooLate = 0;
          const work = inParallel([...Array(10).keys()], lanes, async (item) => {
            running += 1;
            if (failed) startedTooLate += 1;
            await scheduler.schedule(Promise.resolve());
            running -= 1;
            if (item !== bad) return;
            failed = true;
            throw new Error(`item ${item}`);
          });
          await scheduler.waitFor(expect(work).rejects.toThrow(`item ${bad}`));
          expect(running).toBe(0);
          expect(startedTooLate).toBe(0);
        },
      ),
    );
  });
});
