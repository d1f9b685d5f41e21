import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { historyOf, hour, plans, type History, type HistoryMatch } from '../gold-history.js';
import { isDescribedBy } from '../gold-other-future.js';
import { collapsedAt } from '../precedence-reference.js';
import { difference, toldOf, type Pipeline } from './gold-told.js';

/** The history as it stood at an instant: the rows known by then and no others, and of the matches those that had been heard of. */
export const historyUntil = (history: History, instant: number): HistoryMatch[] =>
  history.flatMap((match) => {
    const revisions = match.revisions.filter(({ knownAt }) => knownAt <= instant);
    const now = collapsedAt(revisions, Infinity);
    if (now === undefined) return [];
    return [
      {
        ...match,
        revisions,
        ...{ kickoff: now.kickoff, precision: now.precision },
        statistics: match.statistics.filter(({ knownAt }) => knownAt <= instant),
        quotes: match.quotes.filter(
          ({ collectedAt, recordedAt }) => Math.max(collectedAt, recordedAt) <= instant,
        ),
      },
    ];
  });

/**
 * A history that ends at an instant tells the same of every match described by then as the whole history does. A match that has moved since is described
 * at another instant in either: it is not compared.
 */
export const whatCameLaterIsNotMissed = (connection: DuckDBConnection, pipeline: Pipeline) =>
  fc.asyncProperty(plans, fc.nat(), async (matches, pick) => {
    const history = historyOf(matches);
    const last = history[pick % history.length];
    if (last === undefined) return;
    const instant = last.kickoff - hour;
    const until = historyUntil(history, instant);
    const told = await toldOf(connection, pipeline, history);
    const before = await toldOf(connection, pipeline, until);
    for (const match of until) {
      const whole = history.find(({ id }) => id === match.id);
      if (whole?.kickoff !== match.kickoff || whole.precision !== match.precision) continue;
      if (!isDescribedBy(match, instant)) continue;
      const found = difference(told.get(match.id), before.get(match.id));
      if (found !== undefined) throw new Error(`The end of the history changed match ${match.id}: ${found}`);
    }
  });
