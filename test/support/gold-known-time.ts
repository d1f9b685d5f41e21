import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import type { GoldBuild } from '../../adapters/lake/gold-compute.js';
import type { JsonRow } from '../../adapters/lake/rows.js';
import { featuresOf } from './gold-duckdb.js';
import { historyOf, hour, plans } from './gold-history.js';
import { isDescribedBy, otherFuture, withOtherFuture } from './gold-other-future.js';

// How a match stands now describes it, and is no feature.
const featureText = (row: JsonRow | undefined): string =>
  JSON.stringify(row === undefined ? null : { ...row, match_status: null, source_present: null });

/**
 * The rule that nothing may break: rows known after a cutoff can be added, changed and removed without a change in
 * any feature of a match described by then.
 */
export const futureChangesNothing = (connection: DuckDBConnection, build: GoldBuild) =>
  fc.asyncProperty(plans, otherFuture, fc.nat(), async (matches, future, pick) => {
    const history = historyOf(matches);
    const described = history[pick % history.length];
    if (described === undefined) return;
    const cutoff = described.kickoff - hour;
    const rows = await featuresOf(connection, build, history);
    const others = await featuresOf(connection, build, withOtherFuture(history, cutoff, future));
    for (const match of history) {
      if (!isDescribedBy(match, cutoff)) continue;
      const [row, other] = [featureText(rows.get(match.id)), featureText(others.get(match.id))];
      if (row !== other) throw new Error(`The future changed match ${match.id}: ${row} became ${other}`);
    }
  });
