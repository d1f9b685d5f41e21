import type { BasicAnomalies } from '../../schemas/records/basic-anomalies.js';
import type { StoredCheckpoint } from '../../schemas/records/checkpoint.js';
import type { Freshness } from '../../schemas/records/freshness.js';

/** QUAL-10: what a house that is well reaches. */
export const qualityTargets = { successRate: 95, anomalyRate: 5, delayHours: 24 } as const;

/** One target, and whether a check reached it. */
export interface Target {
  /** In words, with its limit. */
  readonly target: string;
  readonly value: number;
  readonly reached: boolean;
}

/** The largest share of odds that are suspicious or of scores that are unusual, in percent; 0 where there are none. */
export const anomalyRate = ({ suspiciousOdds, unusualScores }: BasicAnomalies): number =>
  Math.max(...[suspiciousOdds, unusualScores].map(({ count, of }) => (of === 0 ? 0 : (100 * count) / of)));

/** For how long the lake has lacked something that silver has learnt, or gold has been of an older silver, in hours. */
const delayOf = ({ waiting, goldBehind }: Freshness): number =>
  Math.max(0, goldBehind ?? 0, ...waiting.map(({ hours }) => hours));

/** The targets that a check tells of, each with what it came to. */
export function targetsOf({
  overallSuccessRate,
  anomalies,
  freshness,
  validations,
}: Pick<StoredCheckpoint, 'overallSuccessRate' | 'anomalies' | 'freshness' | 'validations'>): Target[] {
  const { successRate, anomalyRate: most, delayHours } = qualityTargets;
  const broken = validations.filter(({ weight, unexpected }) => weight === 'blocks' && unexpected > 0).length;
  const rate = anomalies === null ? undefined : anomalyRate(anomalies);
  const delay = freshness === null ? undefined : delayOf(freshness);
  return [
    {
      target: `more than ${successRate} % of expectations are met by every row`,
      ...{ value: overallSuccessRate, reached: overallSuccessRate > successRate },
    },
    ...(rate === undefined
      ? []
      : [{ target: `less than ${most} % is odd`, value: rate, reached: rate < most }]),
    ...(delay === undefined
      ? []
      : [
          {
            target: `the lake is less than ${delayHours} h behind`,
            ...{ value: delay, reached: delay < delayHours },
          },
        ]),
    { target: 'no contract is broken', value: broken, reached: broken === 0 },
  ];
}
