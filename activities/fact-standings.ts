import type pg from 'pg';
import { lineupStandings, weatherStandings } from '../adapters/postgres/fact-standings.js';
import type { PlayedQuery } from '../adapters/postgres/told-standings.js';
import { archiveDelay } from '../domain/clock/askable-weather.js';
import { matchWindow } from '../domain/clock/match-window.js';
import type { FactKind } from '../domain/quality/fact-gaps.js';
import type { FactStanding } from '../schemas/records/reconciliation.js';
import { placeOf } from './collect-match-facts.js';

/** How long after its kick-off all that a source will ever tell of a match can be had (milliseconds). */
export const settledAfter: Readonly<Record<FactKind, number>> = {
  lineups: matchWindow.afterMs,
  weather: archiveDelay,
};

/** How the line-ups or the weather of the matches that were played stand; the weather of those alone whose place is known, since no other is asked for. */
export async function factStandings(
  client: pg.ClientBase,
  kind: FactKind,
  query: PlayedQuery,
): Promise<FactStanding[]> {
  const meant = { ...query, settledAfter: settledAfter[kind] };
  if (kind === 'lineups') return await lineupStandings(client, meant);
  return (await weatherStandings(client, meant)).filter((match) => typeof placeOf(match) !== 'string');
}
