import type { Meters } from '../adapters/metrics/meters.js';
import type { JobOutcome } from '../schemas/jobs/outcome.js';
import type { RefusalReason } from '../schemas/records/prediction.js';

/** Why a match was not predicted. */
export interface Refusal {
  readonly matchId: number;
  readonly reason: RefusalReason;
  readonly says: string;
}

/** How many matches were refused, by reason. */
export type RefusalCounts = Readonly<Partial<Record<RefusalReason, number>>>;

/** Counts refusals by reason; a reason that none has is not there. */
export function countRefusals(refusals: readonly Refusal[]): RefusalCounts {
  const counts = new Map<RefusalReason, number>();
  for (const { reason } of refusals) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** Has refusals seen from outside: counted by reason, and those that should not be, since the model or its features are broken, in the log. */
export function reportRefusals(
  { meters, log }: { readonly meters: Meters; readonly log: { warn(message: string): void } },
  refusals: readonly Refusal[],
): void {
  for (const { matchId, reason, says } of refusals) {
    meters.add('football_predictions_refused_total', { reason });
    if (reason === 'broken') log.warn(`Match ${matchId} could not be predicted: ${says}`);
  }
}

/** How the prediction of one match ended. What is broken has failed; any other reason is the match's own. */
export function outcomeOfRefusal({ matchId, reason, says }: Refusal): JobOutcome {
  return { outcome: reason === 'broken' ? 'failed' : 'skipped', reason: `match ${matchId}: ${says}` };
}

/** How the predictions of many ended: what is broken makes them partial, or failed where none was made; where all were refused for reasons of their own they were skipped. */
export function outcomeOfPredictions(made: number, refused: RefusalCounts): JobOutcome {
  const { broken = 0 } = refused;
  if (broken > 0)
    return {
      outcome: made === 0 ? 'failed' : 'partial',
      reason: `${broken} could not be predicted: the log says why`,
    };
  const reasons = Object.entries(refused).map(([reason, count]) => `${count} ${reason}`);
  if (made > 0 || reasons.length === 0) return { outcome: 'succeeded' };
  return { outcome: 'skipped', reason: `No match could be predicted: ${reasons.join(', ')}` };
}
