import type { LeagueResults } from '../../../schemas/records/league-results.js';
import { nameRows, toldResult, type EditionMatch, type EditionRule } from './edition.js';

/**
 * As many results in a row that are another league's, in its order, are no chance. Two matches have the same result at half-time and at the end once in
 * thirty, the same at the end once in thirteen: among all runs of twenty leagues' season that gives one in ten thousand and less.
 */
const longestWithHalfTime = 6;
const longestWithout = 8;

const isWithHalfTime = (result: string): boolean => !result.endsWith('/');

/** The lengths of the runs that are looked for: those with half-time may be shorter. */
const runs = [
  { length: longestWithHalfTime + 1, counts: isWithHalfTime },
  { length: longestWithout + 1, counts: (result: string) => result !== '' },
] as const;

/** Every run of this many results of the other leagues, as one text, and whose it is. */
function runsOf(
  elsewhere: readonly LeagueResults[],
  { length, counts }: (typeof runs)[number],
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { league, results } of elsewhere)
    for (let first = 0; first + length <= results.length; first += 1) {
      const run = results.slice(first, first + length);
      if (run.every(counts)) found.set(run.join(' '), league);
    }
  return found;
}

/** Results that another file of the same season tells too, in the same order: one of the two has those of the other. */
export const resultsOfAnotherLeague: EditionRule = ({ matches, elsewhere }) => {
  if (elsewhere.length === 0) return [];
  const results = matches.map(({ match }) => toldResult(match));
  for (const run of runs) {
    const others = runsOf(elsewhere, run);
    const rows = new Set<EditionMatch>();
    const leagues = new Set<string>();
    for (let first = 0; first + run.length <= matches.length; first += 1) {
      const window = matches.slice(first, first + run.length);
      const league = others.get(results.slice(first, first + run.length).join(' '));
      if (league === undefined || !window.some(({ isNew }) => isNew)) continue;
      leagues.add(league);
      for (const one of window) rows.add(one);
    }
    if (rows.size === 0) continue;
    return [
      {
        rule: 'results_of_another_league',
        says: `${rows.size} results in a row are those of ${[...leagues].join(' and ')} of the same season: ${nameRows([...rows])}`,
        rows: [...rows].map(({ rowNo }) => rowNo),
        holds: 'edition',
      },
    ];
  }
  return [];
};
