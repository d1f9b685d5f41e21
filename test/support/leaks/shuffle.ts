import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { randomStream } from '../../../simulator/random.js';
import { historyOf, hour, plans, type History, type HistoryMatch, type Quote } from '../gold-history.js';
import { difference, toldOf, type Pipeline, type Told } from './gold-told.js';

/**
 * The history without matches that a team would have to play while it plays another one. Which of two such games was a team's last one is decided by their ids,
 * for want of anything else; no real team has two.
 */
export function withoutClashes(history: History): HistoryMatch[] {
  const busy = new Set<string>();
  return history.filter((match) => {
    const times = [match.kickoff, ...match.revisions.map(({ kickoff }) => kickoff)];
    const taken = [match.home, match.away].flatMap((team) => times.map((time) => `${team} ${time}`));
    if (taken.some((hours) => busy.has(hours))) return false;
    for (const hours of taken) busy.add(hours);
    return true;
  });
}

/** With prices of six bookmakers on each match: sums have an order where there is enough to be summed. */
const withSixBooks = (history: History, seed: number): HistoryMatch[] =>
  history.map((match) => {
    const random = randomStream(seed, 'prices', match.id);
    const at = match.kickoff - 3 * 24 * hour;
    const price = (): number => 1010 + random.below(8000);
    const quotes = ['one', 'two', 'three', 'four', 'five', 'six'].map((bookmaker): Quote => ({
      ...{ bookmaker, market: '1x2', kind: 'book', phase: 'prematch', suspicious: false },
      ...{ collectedAt: at, recordedAt: at, prices: [price(), price(), price()] },
    }));
    return { ...match, quotes: [...match.quotes, ...quotes] };
  });

interface Shuffled {
  readonly history: History;
  /** The id that each match has got, by the one it had. */
  readonly ids: ReadonlyMap<number, number>;
}

/** The same history, its rows inserted in another order and its matches under other ids. */
function shuffled(history: History, seed: number): Shuffled {
  const random = randomStream(seed, 'shuffle');
  const others = random.shuffled(history.map(({ id }) => id * 7 + 1000));
  const ids = new Map(history.map(({ id }, place) => [id, others[place] ?? id]));
  return {
    ids,
    history: random.shuffled(history).map((match) => ({
      ...match,
      id: ids.get(match.id) ?? match.id,
      revisions: random.shuffled(match.revisions),
      statistics: random.shuffled(match.statistics),
      quotes: random.shuffled(match.quotes),
    })),
  };
}

const withoutId = (told: Told | undefined): Told | undefined =>
  told === undefined ? undefined : { ...told, features: { ...told.features, match_id: null } };

/** In which order rows were inserted, and which ids the matches got, changes nothing, to the last bit. */
export const orderChangesNothing = (connection: DuckDBConnection, pipeline: Pipeline) =>
  fc.asyncProperty(plans, fc.nat(), async (matches, seed) => {
    const history = withSixBooks(withoutClashes(historyOf(matches)), seed);
    const other = shuffled(history, seed);
    const told = await toldOf(connection, pipeline, history);
    const others = await toldOf(connection, pipeline, other.history);
    for (const { id } of history) {
      const found = difference(withoutId(told.get(id)), withoutId(others.get(other.ids.get(id) ?? id)));
      if (found !== undefined) throw new Error(`The order of rows changed match ${id}: ${found}`);
    }
  });
