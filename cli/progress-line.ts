import type { JobState } from '../adapters/temporal/job-progress.js';
import { grouped } from './table.js';

/** One line that says how far a job is: `collect  120 of 352 files · 41,000 rows · bronze.copy · 0:34`. */
export function progressLine({ progress, steps }: JobState, elapsedMs: number): string {
  const failing = steps.find((step) => step.lastFailure !== undefined && step.attempt > 1);
  const phases = [...new Set(steps.flatMap(({ phase }) => (phase === undefined ? [] : [phase])))].sort();
  const parts = [
    progress === undefined ? 'waiting for a worker' : counted(progress),
    progress?.rows ? `${grouped(progress.rows)} rows` : undefined,
    phases.length === 0 ? undefined : phases.join(', '),
    clock(elapsedMs),
    failing === undefined
      ? undefined
      : `${failing.activity}, attempt ${failing.attempt}: ${firstLine(failing.lastFailure)}`,
  ];
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}

const firstLine = (text = ''): string => text.split('\n', 1)[0]?.trim() ?? '';

function counted({ phase, done, total, unit }: NonNullable<JobState['progress']>): string {
  if (total === null) return done === 0 ? phase : `${phase}  ${grouped(done)} ${unit}`;
  return `${phase}  ${grouped(done)} of ${grouped(total)} ${unit}`;
}

function clock(elapsedMs: number): string {
  const seconds = Math.floor(elapsedMs / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
