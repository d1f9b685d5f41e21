import fc from 'fast-check';
import { expect, it } from 'vitest';
import { judgeHouse } from '../../../domain/quality/house-health.js';
import type { HouseFigures } from '../../../schemas/jobs/system-health-check.js';

const well: HouseFigures = {
  ended: [
    { of: 'runs', ended: 30, failed: 3 },
    { of: 'collections', ended: 0, failed: 0 },
  ],
  waiting: [{ queue: 'odds', tasks: 100, oldestSeconds: 600 }],
  disks: [{ folder: '/home', freeBytes: 10, totalBytes: 100 }],
  memory: { freeBytes: 10, totalBytes: 100 },
};

it('a house at its limits is well', () => {
  expect(judgeHouse(well)).toEqual([]);
});

it.each<[string, Partial<HouseFigures>, string]>([
  ['errors', { ended: [{ of: 'collections', ended: 30, failed: 4 }] }, 'error_rate collections'],
  ['tasks', { waiting: [{ queue: 'odds', tasks: 101, oldestSeconds: 0 }] }, 'backlog odds'],
  ['a task that waits', { waiting: [{ queue: 'odds', tasks: 1, oldestSeconds: 601 }] }, 'delay_seconds odds'],
  ['a full disk', { disks: [{ folder: '/home', freeBytes: 9, totalBytes: 100 }] }, 'free_disk /home'],
  ['little memory', { memory: { freeBytes: 9, totalBytes: 100 } }, 'free_memory the machine'],
])('beyond a limit it says what is: %s', (_, beyond, alarm) => {
  expect(judgeHouse({ ...well, ...beyond }).map(({ measure, about }) => `${measure} ${about}`)).toEqual([
    alarm,
  ]);
});

const count = fc.nat(1_000);
const figures: fc.Arbitrary<HouseFigures> = fc.record({
  ended: fc.array(
    fc
      .record({
        of: fc.constantFrom('runs' as const, 'collections' as const),
        ended: count,
        succeeded: count,
      })
      .map(({ of, ended, succeeded }) => ({ of, ended: ended + succeeded, failed: ended })),
  ),
  waiting: fc.array(fc.record({ queue: fc.string(), tasks: count, oldestSeconds: count })),
  disks: fc.array(fc.record({ folder: fc.string(), freeBytes: count, totalBytes: count })),
  memory: fc.record({ freeBytes: count, totalBytes: count }),
});

it('an alarm tells a figure that is one and lies beyond its limit', () => {
  fc.assert(
    fc.property(figures, (measured) => {
      for (const { measure, figure, limit } of judgeHouse(measured)) {
        expect(Number.isFinite(figure)).toBe(true);
        if (measure.startsWith('free')) expect(figure).toBeLessThan(limit);
        else expect(figure).toBeGreaterThan(limit);
      }
    }),
  );
});
