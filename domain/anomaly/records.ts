import {
  timeColumn,
  type AnomalousRecord,
  type AnomalyMethod,
  type ColumnBaseline,
  type RecordName,
  type WatchedTable,
} from '../../schemas/records/anomaly.js';
import type { Baseline } from './baseline.js';
import type { MethodFinding } from './detect.js';

/** In which unit each table is measured: a price by the chance that it implies. */
const measuredIn: Readonly<Record<WatchedTable, string>> = {
  odds: 'probability',
  matches: 'goals',
  predictions: 'probability',
};

const unitOf = (method: AnomalyMethod, table: WatchedTable, column: string): string => {
  if (column === timeColumn) return 'days';
  return method === 'limits' && table === 'odds' ? 'decimal odds' : measuredIn[table];
};

const unnamed: RecordName = {
  ...{ matchId: null, dataSource: null, bookmaker: null, collectedAt: null, recordedAt: null, result: null },
};

/** What is kept of the rows that a method found, the worst first: enough to tell a reader of each why, and of which match it is. */
export const recordsOf = (
  table: WatchedTable,
  { method, rows }: MethodFinding,
  names: ReadonlyMap<number, RecordName>,
): AnomalousRecord[] =>
  rows.map(({ id, column, observed, value, score, limit, baseline }) => ({
    ...(names.get(id) ?? unnamed),
    ...{ id, column, observed: known(observed), value: known(value), unit: unitOf(method, table, column) },
    ...{ score, limit, baseline: baseline === null ? null : kept(baseline) },
  }));

const known = (value: number): number | null => (Number.isFinite(value) ? value : null);

const kept = (baseline: Baseline): ColumnBaseline => ({
  ...{ count: baseline.count, skipped: baseline.skipped },
  ...{ mean: known(baseline.mean), deviation: known(baseline.deviation) },
  ...{ lowerQuartile: known(baseline.lowerQuartile), median: known(baseline.median) },
  upperQuartile: known(baseline.upperQuartile),
  medianDeviation: known(baseline.medianDeviation),
  meanAbsoluteDeviation: known(baseline.meanAbsoluteDeviation),
});
