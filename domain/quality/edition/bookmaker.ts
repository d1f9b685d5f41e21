import type { CollectedMatch, CollectedQuote } from '../../../schemas/records/collected-match.js';
import { leanOf, marketViewWithout, median } from '../../odds/market-view.js';
import { quotesUnlikeOthers } from '../../odds/unlike-others.js';
import {
  byDay,
  deviation,
  mean,
  nameRows,
  type Doubt,
  type EditionMatch,
  type EditionRule,
} from './edition.js';

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

/** Fewer matches than this say nothing of the order of two columns. */
const fewestMoved = 8;
/** Windows of so many matches, from all of a season down, and standard errors below what is usual: a season of six bookmakers is looked at through some hundreds of the short ones. */
const windows = [
  { length: Infinity, mostErrors: 4 },
  { length: 60, mostErrors: 4 },
  { length: 20, mostErrors: 5 },
  { length: 10, mostErrors: 5 },
];
const fewestUsual = 60;
/** Fewer new ones among ten that stand say nothing that could be heard. */
const fewestNew = 6;
/** Of exchanged prices most are the wrong way round, not a few by much. */
const leastWrong = 0.75;

interface Moved {
  readonly one: EditionMatch | undefined;
  /**
   * How much nearer the price before the match is to what the others said then than the closing price is, as a difference of squares in log ratio;
   * and the other way round against the others' closing prices, where they have any.
   */
  readonly difference: number;
}

/** How each match's price moved from that before the match to the closing one, against what the others said before the match. */
function movesOf(
  bookmaker: string,
  matches: readonly { readonly match: CollectedMatch; readonly one?: EditionMatch }[],
): readonly Moved[] {
  return matches.flatMap(({ match: { quotes }, one }) => {
    const [before, after] = (['prematch', 'closing'] as const).map((phase) => {
      const quote = quotes.find(
        (other) => other.market === '1x2' && other.phase === phase && other.bookmaker === bookmaker,
      );
      return quote === undefined ? undefined : leanOf(quote);
    });
    const others = marketViewWithout(bookmaker, quotes, 'prematch');
    if (before === undefined || after === undefined || before === after || others === undefined) return [];
    const last = marketViewWithout(bookmaker, quotes, 'closing');
    const nearer = (lean: number): number => (after - lean) ** 2 - (before - lean) ** 2;
    return [{ one, difference: nearer(others.lean) - (last === undefined ? 0 : nearer(last.lean)) }];
  });
}

/**
 * A bookmaker's price before the match lies nearer to what the others said before the match than its closing price does. Where it is the other
 * way round for match after match the two were exchanged. The differences are cut off at three times their median size, so that no match outvotes the
 * others, and each window of matches is held against the season before or, without one, against the season itself; doubted is what lies below
 * zero and far below the usual.
 */
export const closingBeforeOpening: EditionRule = ({ matches, previous }) => {
  const inOrder = byDay(matches).map((one) => ({ match: one.match, one }));
  const told = new Map<string, number>();
  for (const { match, isNew } of matches) {
    if (!isNew) continue;
    for (const { phase, kind, market, bookmaker } of match.quotes) {
      if (phase !== 'closing' || kind === 'aggregate' || market !== '1x2') continue;
      told.set(bookmaker, (told.get(bookmaker) ?? 0) + 1);
    }
  }
  for (const [bookmaker, count] of told) {
    if (count < fewestNew) continue;
    const moves = movesOf(bookmaker, inOrder);
    const before = movesOf(
      bookmaker,
      previous.map((match) => ({ match })),
    );
    const doubt = exchanged(bookmaker, moves, before.length >= fewestUsual ? before : moves);
    if (doubt !== undefined) return [doubt];
  }
  return [];
};

function exchanged(bookmaker: string, moves: readonly Moved[], usual: readonly Moved[]): Doubt | undefined {
  if (usual.length < fewestUsual) return undefined;
  const most = 3 * median(usual.map(({ difference }) => Math.abs(difference)));
  const cut = ({ difference }: Moved): number => Math.max(-most, Math.min(most, difference));
  const middle = Math.max(0, mean(usual.map(cut)));
  const spread = deviation(usual.map(cut));
  for (const { length: wished, mostErrors } of windows) {
    const length = Number.isFinite(wished) ? wished : moves.length;
    if (length < fewestMoved || length > moves.length) continue;
    for (let first = 0; first + length <= moves.length; first += Math.max(1, Math.floor(length / 2))) {
      const window = moves.slice(first, first + length);
      const level = mean(window.map(cut));
      const errors = ((level - middle) / spread) * Math.sqrt(length);
      const wrong = window.filter(({ difference }) => difference < 0).length;
      if (level >= 0 || errors > -mostErrors || wrong < leastWrong * length) continue;
      const rows = window.flatMap(({ one }) => (one?.isNew === true ? [one.rowNo] : []));
      if (rows.length === 0) continue;
      return {
        rule: 'closing_before_opening',
        says: `the closing prices of ${bookmaker} are nearer to what others said before the match than its own prices before the match are, for ${wrong} of ${length} matches in a row: the two look exchanged`,
        rows,
        bookmaker,
        holds: 'edition',
      };
    }
  }
  return undefined;
}
