import type { Meters } from './meters.js';

/** Where a worker's gauges are read. */
export interface GaugeSources {
  /** Connections that the process holds, by role. */
  readonly connections: () => Readonly<Record<string, number>>;
  readonly violations: () => Promise<readonly { readonly constraint: string; readonly violations: number }[]>;
  /** Tasks that wait, by task queue. */
  readonly queueSizes: () => Promise<Readonly<Record<string, number>>>;
}

/** Brings the gauges of a worker up to date. One source that is away does not keep the others from it; it rejects all the same. */
export async function refreshWorkerGauges(meters: Meters, sources: GaugeSources): Promise<void> {
  for (const [role, count] of Object.entries(sources.connections())) {
    meters.set('football_database_connections', { role }, count);
  }
  const read = await Promise.allSettled([
    sources.violations().then((counts) => {
      const totals = new Map<string, number>();
      for (const { constraint, violations } of counts) {
        totals.set(constraint, (totals.get(constraint) ?? 0) + violations);
      }
      for (const [constraint, total] of totals) {
        meters.follow('football_constraint_violations_total', { constraint }, total);
      }
    }),
    sources.queueSizes().then((sizes) => {
      for (const [queue_name, size] of Object.entries(sizes)) {
        meters.set('football_queue_size', { queue_name }, size);
      }
    }),
  ]);
  const failed = read.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw new Error('a source of them is away', { cause: failed.reason });
}
