import type { CollectedQuote } from '../../../schemas/records/collected-match.js';
import { marketViewWithout } from '../../odds/market-view.js';
import { quotesUnlikeOthers } from '../../odds/unlike-others.js';
import { byDay, deviation, nameRows, type EditionMatch, type EditionRule } from './edition.js';

interface Priced {
  readonly one: EditionMatch;
  readonly quote: CollectedQuote;
}

/** The 1x2 quotes of each bookmaker and phase, in the order of the days. */
function byBookmaker(matches: readonly EditionMatch[]): Map<string, Priced[]> {
  const books = new Map<string, Priced[]>();
  for (const one of byDay(matches)) {
    for (const quote of one.match.quotes) {
      if (quote.market !== '1x2' || quote.kind === 'aggregate' || quote.phase === 'live') continue;
      const name = `${quote.bookmaker} ${quote.phase}`;
      const told = books.get(name);
      if (told === undefined) books.set(name, [{ one, quote }]);
      else told.push({ one, quote });
    }
  }
  return books;
}

/** Matches in a row with the very same three prices, that chance gives once in some hundred seasons, and how far the others' log ratios then lie apart. */
const longestRun = 4;
const leastApart = 0.3;

/** A feed that stands still gives match after match the same prices. */
export const bookFrozen: EditionRule = ({ matches }) => {
  for (const [, told] of byBookmaker(matches)) {
    let run: Priced[] = [];
    const runs: Priced[][] = [];
    for (const priced of told) {
      const before = run.at(-1)?.quote;
      const { home, draw, away } = priced.quote;
      if (before?.home !== home || before.draw !== draw || before.away !== away) {
        runs.push(run);
        run = [];
      }
      run.push(priced);
    }
    runs.push(run);
    const frozen = runs.find(
      (one) => one.length > longestRun && one.some(({ one: { isNew } }) => isNew) && others(one) > leastApart,
    );
    const first = frozen?.[0];
    if (frozen === undefined || first === undefined) continue;
    const { bookmaker, home, draw, away } = first.quote;
    return [
      {
        rule: 'bookmaker_frozen',
        says: `${bookmaker} has ${home ?? '-'} / ${draw ?? '-'} / ${away ?? '-'} for ${frozen.length} matches in a row, from ${nameRows([first.one])}`,
        rows: frozen.map(({ one }) => one.rowNo),
        bookmaker,
        holds: 'edition',
      },
    ];
  }
  return [];
};

/** How far apart the other bookmakers see the matches of a run. */
const others = (run: readonly Priced[]): number =>
  deviation(
    run
      .map(({ one, quote }) => marketViewWithout(quote.bookmaker, one.match.quotes, quote.phase)?.lean)
      .filter((lean) => lean !== undefined),
  );

/** How many of the matches that a bookmaker priced last may be far off all others. */
const mostUnlike = 6;
const windowOfQuotes = 20;

/** A bookmaker whose prices are far from all others' for match after match has another match's, or other sides'. */
export const bookUnlikeOthers: EditionRule = ({ matches }) => {
  const unlike = new Map<EditionMatch, ReadonlySet<string>>();
  for (const one of matches) {
    const quotes = quotesUnlikeOthers(one.match.quotes);
    if (quotes.length > 0)
      unlike.set(one, new Set(quotes.map(({ quote }) => `${quote.bookmaker} ${quote.phase}`)));
  }
  for (const [name, told] of byBookmaker(matches)) {
    for (let first = 0; first < told.length; first += windowOfQuotes / 2) {
      const far = told
        .slice(first, first + windowOfQuotes)
        .map(({ one }) => one)
        .filter((one) => unlike.get(one)?.has(name) === true);
      if (far.length < mostUnlike || !far.some(({ isNew }) => isNew)) continue;
      const bookmaker = told[0]?.quote.bookmaker ?? name;
      return [
        {
          rule: 'bookmaker_unlike_others',
          says: `${far.length} of ${windowOfQuotes} prices of ${bookmaker} in a row are unlike those of all others: ${nameRows(far)}`,
          rows: far.map(({ rowNo }) => rowNo),
          bookmaker,
          holds: 'edition',
        },
      ];
    }
  }
  return [];
};
