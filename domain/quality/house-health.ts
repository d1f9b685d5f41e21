import type { HouseAlarm, HouseFigures } from '../../schemas/jobs/system-health-check.js';

type Measure = HouseAlarm['measure'];

/** Where a figure becomes an alarm (SCH-14). Of a disk or the memory less than a tenth free leaves no room for a large build. */
export const houseLimits: Readonly<
  Record<Measure, { readonly limit: number; readonly alarming: 'above' | 'below' }>
> = {
  error_rate: { limit: 0.1, alarming: 'above' },
  backlog: { limit: 100, alarming: 'above' },
  delay_seconds: { limit: 600, alarming: 'above' },
  free_disk: { limit: 0.1, alarming: 'below' },
  free_memory: { limit: 0.1, alarming: 'below' },
};

/** What is not well, in the order in which it was measured. Where nothing ended there is no error rate. */
export function judgeHouse(figures: HouseFigures): HouseAlarm[] {
  return measuresOf(figures).flatMap((measured) => {
    const { limit, alarming } = houseLimits[measured.measure];
    const isBeyond = alarming === 'above' ? measured.figure > limit : measured.figure < limit;
    return isBeyond ? [{ ...measured, limit }] : [];
  });
}

const measuresOf = ({ ended, waiting, disks, memory }: HouseFigures): Omit<HouseAlarm, 'limit'>[] => [
  ...ended.flatMap(({ of, ended: all, failed }) => share('error_rate', of, failed, all)),
  ...waiting.map(({ queue, tasks }) => ({ measure: 'backlog' as const, about: queue, figure: tasks })),
  ...waiting.map(({ queue, oldestSeconds }) => ({
    ...{ measure: 'delay_seconds' as const, about: queue, figure: oldestSeconds },
  })),
  ...disks.flatMap(({ folder, freeBytes, totalBytes }) => share('free_disk', folder, freeBytes, totalBytes)),
  ...share('free_memory', 'the machine', memory.freeBytes, memory.totalBytes),
];

const share = (measure: Measure, about: string, part: number, whole: number): Omit<HouseAlarm, 'limit'>[] =>
  whole === 0 ? [] : [{ measure, about, figure: part / whole }];
