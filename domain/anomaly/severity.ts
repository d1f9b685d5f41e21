import type { AnomalySeverity } from '../../schemas/records/anomaly.js';

/** What a detection measured, as far as its method does. p is the one adjusted for the tests made together. */
export interface AnomalyEvidence {
  readonly driftScore?: number;
  /** The share of anomalous rows among the tested. */
  readonly anomalyRate?: number;
  readonly p?: number;
}

const minute = 60_000;

/** Limits from the worst on: above the score or the rate, or below p. */
const limits = [
  { severity: 'critical', driftScore: 0.5, anomalyRate: 0.2, p: 0.001 },
  { severity: 'high', driftScore: 0.3, anomalyRate: 0.1, p: 0.01 },
  { severity: 'medium', driftScore: 0.1, anomalyRate: 0.05, p: 0.05 },
] as const;

/** The worst severity of which any one condition holds; `low` where none does. */
export function severityOf({ driftScore = 0, anomalyRate = 0, p = 1 }: AnomalyEvidence): AnomalySeverity {
  const worst = limits.find(
    (limit) => driftScore > limit.driftScore || anomalyRate > limit.anomalyRate || p < limit.p,
  );
  return worst?.severity ?? 'low';
}

/** Who is told of an anomaly, and within how many milliseconds it is handled. */
export interface AnomalyResponse {
  readonly notify: readonly ('sms' | 'mail' | 'system_notice' | 'log')[];
  readonly handleWithin: number;
}

export const responseTo: Readonly<Record<AnomalySeverity, AnomalyResponse>> = {
  critical: { notify: ['sms', 'mail'], handleWithin: 15 * minute },
  high: { notify: ['mail'], handleWithin: 60 * minute },
  medium: { notify: ['system_notice'], handleWithin: 4 * 60 * minute },
  low: { notify: ['log'], handleWithin: 24 * 60 * minute },
};
