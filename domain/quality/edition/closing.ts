import type { CollectedMatch, CollectedQuote } from '../../../schemas/records/collected-match.js';
import { chancesOf, leanOf, marketViewWithout, median, type Chances } from '../../odds/market-view.js';
import { byDay, deviation, mean, type Doubt, type EditionMatch, type EditionRule } from './edition.js';

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
  /** How the bookmaker's chances moved, and how the others' did; undefined where they have no closing prices. */
  readonly moves: { readonly own: Move; readonly others: Move } | undefined;
}

/** How chances moved from before the match to its close, in log ratio: of home to away, and of the draw to the rest. */
interface Move {
  readonly lean: number;
  readonly draw: number;
}

const drawLogOdds = ({ draw }: Chances): number => Math.log(draw / (1 - draw));
const leanOfChances = ({ home, away }: Chances): number => Math.log(home / away);
const moveOf = (before: Chances, after: Chances): Move => ({
  lean: leanOfChances(after) - leanOfChances(before),
  draw: drawLogOdds(after) - drawLogOdds(before),
});

/** How each match's price moved from that before the match to the closing one, against what the others said before the match. */
function movesOf(
  bookmaker: string,
  matches: readonly { readonly match: CollectedMatch; readonly one?: EditionMatch }[],
): readonly Moved[] {
  return matches.flatMap(({ match: { quotes }, one }): Moved[] => {
    const told = (phase: CollectedQuote['phase']): CollectedQuote | undefined =>
      quotes.find(
        (other) => other.market === '1x2' && other.phase === phase && other.bookmaker === bookmaker,
      );
    const [first, closing] = [told('prematch'), told('closing')];
    if (first === undefined || closing === undefined) return [];
    const [before, after] = [leanOf(first), leanOf(closing)];
    const others = marketViewWithout(bookmaker, quotes, 'prematch');
    if (before === undefined || after === undefined || before === after || others === undefined) return [];
    const last = marketViewWithout(bookmaker, quotes, 'closing');
    const nearer = (lean: number): number => (after - lean) ** 2 - (before - lean) ** 2;
    const difference = nearer(others.lean) - (last === undefined ? 0 : nearer(last.lean));
    const [from, to] = [chancesOf(first), chancesOf(closing)];
    if (last === undefined || from === undefined || to === undefined)
      return [{ one, difference, moves: undefined }];
    return [{ one, difference, moves: { own: moveOf(from, to), others: moveOf(others, last) } }];
  });
}

/** Prices of ten matches move with those of the others: less than this is their agreement in one of some ten thousand windows of the real files. */
const leastAgreement = -0.55;
const windowOfMoves = 10;
/** A draw moves less than a side: so much more its moves count. */
const weightOfDraws = 4;

/** How far a bookmaker's prices move with the others', from -1 to 1: the correlation of the moves around none. */
function agreementOf(window: readonly NonNullable<Moved['moves']>[]): number {
  let [both, own, others] = [0, 0, 0];
  for (const moved of window) {
    both += moved.own.lean * moved.others.lean + weightOfDraws * moved.own.draw * moved.others.draw;
    own += moved.own.lean ** 2 + weightOfDraws * moved.own.draw ** 2;
    others += moved.others.lean ** 2 + weightOfDraws * moved.others.draw ** 2;
  }
  return own === 0 || others === 0 ? 0 : both / Math.sqrt(own * others);
}

/** Ten matches and more whose prices move against those of all others: the first prices and the closing ones are exchanged. */
function againstOthers(bookmaker: string, moves: readonly Moved[]): Doubt | undefined {
  const told = moves.flatMap(({ one, moves: moved }) =>
    one === undefined || moved === undefined ? [] : [{ one, moved }],
  );
  const wrong = new Set<EditionMatch>();
  for (let first = 0; first + windowOfMoves <= told.length; first += 1) {
    const window = told.slice(first, first + windowOfMoves);
    if (window.filter(({ one }) => one.isNew).length < fewestNew) continue;
    if (agreementOf(window.map(({ moved }) => moved)) > leastAgreement) continue;
    for (const { one } of window) if (one.isNew) wrong.add(one);
  }
  if (wrong.size === 0) return undefined;
  return {
    rule: 'closing_before_opening',
    says: `the prices of ${bookmaker} move against those of all others for match after match, ${wrong.size} in all: its closing prices and those before the match look exchanged`,
    rows: [...wrong].map(({ rowNo }) => rowNo),
    bookmaker,
    holds: 'edition',
  };
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
    const doubt =
      againstOthers(bookmaker, moves) ??
      exchanged(bookmaker, moves, before.length >= fewestUsual ? before : moves);
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
