import { z } from 'zod';

const reason = z.string().min(1);

/** How a job, or a part of one, ended. A missing prerequisite is a skip, not a failure. */
export const JobOutcome = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('succeeded') }),
  z.object({ outcome: z.literal('partial'), reason }),
  z.object({ outcome: z.literal('skipped'), reason }),
  z.object({ outcome: z.literal('failed'), reason }),
]);
export type JobOutcome = z.infer<typeof JobOutcome>;

const reasonsOf = (parts: readonly JobOutcome[]): string =>
  parts.flatMap((part) => (part.outcome === 'succeeded' ? [] : [part.reason])).join('; ');

/**
 * What the outcomes of its parts make of a job: it has succeeded, or was skipped, or has failed where all of them did; a part that was
 * skipped takes nothing from those that succeeded. Anything else is partial. A job of no parts is skipped.
 */
export function outcomeOfAll(parts: readonly JobOutcome[]): JobOutcome {
  const done = parts.filter(({ outcome }) => outcome !== 'skipped');
  if (done.length === 0) {
    return { outcome: 'skipped', reason: parts.length === 0 ? 'There was nothing to do' : reasonsOf(parts) };
  }
  if (done.every(({ outcome }) => outcome === 'succeeded')) return { outcome: 'succeeded' };
  const outcome = done.every((part) => part.outcome === 'failed') ? 'failed' : 'partial';
  return { outcome, reason: reasonsOf(done) };
}
