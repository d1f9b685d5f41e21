import { stepDue } from '../../domain/clock/match-steps.js';
import { matchSteps } from '../../schemas/jobs/follow-match.js';
import { instant, type Instant, type KickoffPrecision } from '../../schemas/values.js';

/** What is done next for a match, and when. */
export interface NextStep {
  readonly step: string;
  readonly at: Instant;
}

const words = {
  weather: 'weather',
  lineups: 'line-ups',
  features: 'features',
  prediction: 'prediction',
} as const;

/** The next step by the clock of whoever follows the match; its kick-off after the last of them, undefined once it has begun. */
export function nextStep(
  { kickOff, precision }: { readonly kickOff: Date; readonly precision: KickoffPrecision },
  now: Instant,
): NextStep | undefined {
  const kickoff = instant(kickOff.getTime());
  if (kickoff <= now) return undefined;
  const later = matchSteps.flatMap((step) => {
    const due = stepDue(step, { kickoff, precision }, now);
    return due.kind === 'later' ? [{ step: words[step], at: due.at }] : [];
  });
  return later.sort((a, b) => a.at - b.at)[0] ?? { step: 'kick-off', at: kickoff };
}
