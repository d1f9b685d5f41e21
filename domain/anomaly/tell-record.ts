import {
  timeColumn,
  type AnomalousRecord,
  type AnomalyMethod,
  type ColumnBaseline,
  type WatchedTable,
} from '../../schemas/records/anomaly.js';
import { sumOfProbabilities } from './judge-rows.js';

/** Why a method put a row outside, in one sentence: what was observed, what is usual, how far outside that is and from where on it counts. */
export function tellRecord(method: AnomalyMethod, table: WatchedTable, record: AnomalousRecord): string {
  if (method === 'limits') return `${tellBeyond(record)}.`;
  return `${tellObserved(table, record)}; ${tellRule(method, record)}.`;
}

/** What a record's row says, and how it was measured. */
function tellObserved(table: WatchedTable, { column, observed, value }: AnomalousRecord): string {
  if (table === 'odds') {
    const side = (value ?? 0) < 0 ? 'below' : 'above';
    return `${column} ${short(observed)} implies a chance ${short(Math.abs(value ?? NaN))} ${side} the median of the other bookmakers`;
  }
  return table === 'matches' ? `${column} is ${short(value)} goals` : `${column} is ${short(value)}`;
}

function tellBeyond({ column, observed, limit, score }: AnomalousRecord): string {
  if (column === timeColumn)
    return `Its league had not played for ${short(observed)} days; more than ${short(limit)} within a season are asked about`;
  if (column === sumOfProbabilities)
    return `The probabilities add up to ${short(observed)}, which is off 1 by ${short(score)}; ${short(limit)} is tolerated`;
  const side = (observed ?? 0) > (limit ?? 0) ? 'highest' : 'lowest';
  return `${column} ${short(observed)} is beyond ${short(limit)}, the ${side} price that is usual, by a factor of ${short(score)}`;
}

function tellRule(
  method: Exclude<AnomalyMethod, 'limits'>,
  { baseline, score, limit }: AnomalousRecord,
): string {
  const beyond = `${short(score)}, and more than ${short(limit)} is outside`;
  switch (method) {
    case '3sigma':
      return `usual is ${pair(baseline, 'mean', 'deviation')} (mean ± standard deviation): deviations off ${beyond}`;
    case 'iqr':
      return `usual is ${short(baseline?.lowerQuartile)} to ${short(baseline?.upperQuartile)} (quartiles, median ${short(baseline?.median)}): interquartile ranges outside ${beyond}`;
    case 'mad':
      return `usual is ${pair(baseline, 'median', 'medianDeviation')} (median ± MAD): robust deviations off ${beyond}`;
    case 'isolation_forest':
      return `usual is ${pair(baseline, 'median', 'medianDeviation')} (median ± MAD), and its numbers together are isolated soon: score ${beyond}`;
    case 'clustering':
      return `usual is ${pair(baseline, 'median', 'medianDeviation')} (median ± MAD), it is ${short(score)} from there, and no cluster has a row within ${short(limit)}`;
    case 'distribution_shift':
    case 'data_drift':
      return 'its column is distributed otherwise than before';
  }
}

const pair = (
  baseline: ColumnBaseline | null,
  centre: 'mean' | 'median',
  spread: 'deviation' | 'medianDeviation',
): string => `${short(baseline?.[centre])} ± ${short(baseline?.[spread])}`;

/** What is left of a sum's rounding is nothing to a reader. */
const leastTold = 1e-6;

const short = (value: number | null | undefined): string => {
  if (value == null || !Number.isFinite(value)) return 'unknown';
  return String(Math.abs(value) < leastTold ? 0 : Number(value.toPrecision(3)));
};
