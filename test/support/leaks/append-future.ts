import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { historyOf, hour, plans } from '../gold-history.js';
import { isDescribedBy, otherFuture, withOtherFuture } from '../gold-other-future.js';
import { difference, toldOf, type Pipeline } from './gold-told.js';

/**
 * The rule that nothing may break: rows known after a cutoff can be added, changed and removed without a change in
 * any feature of a match described by then.
 */
export const futureChangesNothing = (connection: DuckDBConnection, pipeline: Pipeline) =>
  fc.asyncProperty(plans, otherFuture, fc.nat(), async (matches, future, pick) => {
    const history = historyOf(matches);
    const described = history[pick % history.length];
    if (described === undefined) return;
    const cutoff = described.kickoff - hour;
    const told = await toldOf(connection, pipeline, history);
    const others = await toldOf(connection, pipeline, withOtherFuture(history, cutoff, future));
    for (const match of history) {
      if (!isDescribedBy(match, cutoff)) continue;
      const found = difference(told.get(match.id), others.get(match.id));
      if (found !== undefined) throw new Error(`The future changed match ${match.id}: ${found}`);
    }
  });
