import { z } from 'zod';
import { ProviderState } from '../records/provider-health.js';
import { SimulatedClock } from './simulated-clock.js';

export const SystemHealthInput = z.strictObject({
  /** Of a simulated season; absent: the time that it is. */
  clock: SimulatedClock.optional(),
});
export type SystemHealthInput = z.infer<typeof SystemHealthInput>;

const count = z.number().int().nonnegative();

export const Room = z.object({ freeBytes: count, totalBytes: count });
export type Room = z.infer<typeof Room>;

/** What was measured of the house. */
export const HouseFigures = z.object({
  /** Of the last hour: how many ended, and how many of them with an error. A collection may fail in a run that does not. */
  ended: z.array(z.object({ of: z.enum(['runs', 'collections']), ended: count, failed: count })),
  /** Tasks that wait, by task queue, and how long the one that waits longest. */
  waiting: z.array(z.object({ queue: z.string(), tasks: count, oldestSeconds: z.number().nonnegative() })),
  disks: z.array(Room.extend({ folder: z.string() })),
  memory: Room,
});
export type HouseFigures = z.infer<typeof HouseFigures>;

/** A figure beyond its limit. */
export const HouseAlarm = z.object({
  measure: z.enum(['error_rate', 'backlog', 'delay_seconds', 'free_disk', 'free_memory']),
  /** The queue, the folder, what ended. */
  about: z.string(),
  figure: z.number(),
  limit: z.number(),
});
export type HouseAlarm = z.infer<typeof HouseAlarm>;

/** `tight`: neither nearly full nor with room again. */
export const DiskState = z.enum(['nearly-full', 'tight', 'roomy']);
export type DiskState = z.infer<typeof DiskState>;

export const RemovedFiles = z.object({ files: count, bytes: count });
export type RemovedFiles = z.infer<typeof RemovedFiles>;

/** What was done for the disks (ERR-9). */
export const DiskRelief = z.object({
  state: DiskState,
  /** Schedules that this run paused. */
  paused: z.array(z.string()),
  /** Schedules that had been paused for want of room, and go on. */
  resumed: z.array(z.string()),
  /** Temporary files. */
  removed: RemovedFiles,
});
export type DiskRelief = z.infer<typeof DiskRelief>;

/** How the house itself is. */
export const HouseReport = HouseFigures.extend({
  /** Collections whose run had ended without closing its line in data_collection_logs: they are closed as FAILED now. */
  closedRuns: count,
  alarms: z.array(HouseAlarm),
});
export type HouseReport = z.infer<typeof HouseReport>;

/** How a source is, and why where it is not well. */
export const CheckedProvider = z.object({
  dataSource: z.string(),
  state: ProviderState,
  reasons: z.array(z.string()),
});
export type CheckedProvider = z.infer<typeof CheckedProvider>;

/** How the house and its sources are. */
export const HealthReport = HouseReport.extend({
  relief: DiskRelief,
  providers: z.array(CheckedProvider),
});
export type HealthReport = z.infer<typeof HealthReport>;
