import type { CollectedMatch } from '../../../schemas/records/collected-match.js';
import { quotesAgainstHandicap } from '../../odds/against-handicap.js';
import { marketView } from '../../odds/market-view.js';
import { matchesOfSeason } from '../seasons.js';
import { byDay, nameRows, type Doubt, type EditionMatch, type EditionRule } from './edition.js';
import { doubtRows } from './membership.js';
import { fitStrengths, leaningOf, priorMatches, strengthsOf } from './strengths.js';

/** How far the prices of one match may lie off what its teams are worth, in log ratio and in deviations of the season. */
const farthestOff = 1.5;
const mostDeviations = 5;
/** Where the closing prices say so too, this share of it is enough. */
const shareWithClosing = 0.4;
const windowOfMatches = 10;
const matchesAround = 45;
/**
 * How large the squares of what the prices of ten matches lie off may be, as a share of the squares of what prices and teams differ by. Prices dealt to
 * other matches have 1, in five of a hundred rounds below .56; of ten real matches, one window in a thousand is above .68, nearly all at a season's end.
 */
const mostUnexplained = 0.72;
const mostUnexplainedAtTheEnd = 1;
/** And how far off they must lie, as a root mean square of log ratios: where the teams are alike a little is all of it. Prices of other matches lie .8 off. */
const leastOff = 0.45;
/** The deviation of a season's prices around its strengths: .2 to .35 in real leagues. */
const mostSpread = 0.65;
const fewestForStrength = 60;

/** The share of a season after which strength is not all: who still plays for something is the favourite then. */
const lastToJudge = 0.85;

/** How far a match's prices move from the first to the last, in log ratio. */
const farthestMove = 1;
function closingContradicts({ quotes }: CollectedMatch): boolean {
  const [before, after] = [marketView(quotes, 'prematch'), marketView(quotes, 'closing')];
  return before !== undefined && after !== undefined && Math.abs(before.lean - after.lean) > farthestMove;
}

/**
 * What prices lie off the teams: as a root mean square, and as a share of what both differ by, 0 where they are the same, 1 on average where they have
 * nothing to do with each other.
 */
function unexplainedOf(
  matches: readonly { readonly toldDifference: number; readonly difference: number }[],
): { readonly off: number; readonly share: number } {
  let [off, both] = [0, 0];
  for (const { toldDifference, difference } of matches) {
    off += (toldDifference - difference) ** 2;
    both += toldDifference ** 2 + difference ** 2;
  }
  return { off: Math.sqrt(off / matches.length), share: off / both };
}

/** Prices follow the strength of the teams: a match, a round or a season whose prices do not has those of another. */
export const pricesAgainstStrength: EditionRule = ({ league, matches, released, previous }) => {
  const prior = strengthsOf(previous);
  const priced = byDay(matches).flatMap((one) => {
    const leaning = leaningOf(one.match);
    return leaning === undefined ? [] : [{ one, ...leaning }];
  });
  if (
    priced.length + (prior.size > 0 ? fewestForStrength : 0) < fewestForStrength ||
    !priced.some(({ one }) => one.isNew)
  )
    return [];
  const fit = fitStrengths(priced, prior);
  const teams = new Set([
    ...fit.of.keys(),
    ...released.flatMap(({ homeTeam, awayTeam }) => [homeTeam, awayTeam]),
  ]);
  const { least } = matchesOfSeason({ league, teams: teams.size });
  const lastOfStrength = Math.max(0, Math.floor(lastToJudge * least) - released.length);
  const ofTeams = priced.map(({ one, home, away, lean }) => {
    const difference = (fit.of.get(home) ?? 0) - (fit.of.get(away) ?? 0);
    // What a match adds to the fit that it is held against.
    const ofOwn = Math.min(
      0.6,
      [home, away].reduce((sum, team) => sum + 1 / ((fit.matches.get(team) ?? 0) + priorMatches), 0),
    );
    const isKnown = [home, away].every((team) => prior.has(team) || (fit.matches.get(team) ?? 0) >= 6);
    const toldDifference = lean - fit.home;
    return {
      ...{ one, home, away, lean },
      isKnown,
      difference,
      toldDifference,
      off: isKnown ? (toldDifference - difference) / (1 - ofOwn) : 0,
      // Each of them is marked then, and no feature has them: the match need not wait for their sake, nor any other.
      isMarked: quotesAgainstHandicap(one.match.quotes).some(({ phase }) => phase === 'prematch'),
    };
  });
  const judged = ofTeams.slice(0, lastOfStrength);
  const sizes = judged.map(({ off }) => Math.abs(off)).toSorted((a, b) => a - b);
  const spread = 1.4826 * (sizes[Math.floor(sizes.length / 2)] ?? 0);
  if (spread > mostSpread && priced.length >= fewestForStrength) {
    return [
      {
        rule: 'prices_against_strength',
        says: `the prices do not agree on how strong the teams are: they lie ${spread.toFixed(2)} off on average, in log ratio`,
        rows: judged.filter(({ one }) => one.isNew).map(({ one }) => one.rowNo),
        holds: 'edition',
      },
    ];
  }
  const limit = Math.max(farthestOff, mostDeviations * spread);
  const doubts: Doubt[] = [];
  const far = judged
    .filter(({ one, off, isMarked }) => {
      const share = closingContradicts(one.match) ? shareWithClosing : 1;
      return one.isNew && !isMarked && Math.abs(off) > share * limit;
    })
    .map(({ one }) => one);
  doubts.push(
    ...doubtRows(
      'prices_against_strength',
      far,
      (named) => `the prices make it a match of other teams: ${named}`,
    ),
  );
  const known = ofTeams
    .map((match, place) => ({ ...match, place }))
    .filter(({ isKnown, isMarked }) => isKnown && !isMarked);
  const unexplained = new Set<EditionMatch>();
  for (let first = 0; first + windowOfMatches <= known.length; first += 2) {
    const window = known.slice(first, first + windowOfMatches);
    // One that is told of by itself does not make it match after match.
    const alone = window.filter(({ one }) => far.includes(one));
    const together = alone.length === 1 ? window.filter(({ one }) => one !== alone[0]?.one) : window;
    const fresh = together.filter(({ one }) => one.isNew).map(({ one }) => one);
    if (fresh.length < windowOfMatches / 2) continue;
    const isLate = together.some(({ place }) => place >= lastOfStrength);
    const most = isLate ? mostUnexplainedAtTheEnd : mostUnexplained;
    const isFarOff = ({ off, share }: ReturnType<typeof unexplainedOf>): boolean =>
      off > leastOff && share > most;
    if (!isFarOff(unexplainedOf(together))) continue;
    // Teams become better and worse: what the matches around say of them counts, before prices are called another match's.
    const around = [
      ...known.slice(Math.max(0, first - matchesAround), first),
      ...known.slice(first + windowOfMatches, first + windowOfMatches + matchesAround),
    ];
    const local = fitStrengths(around, fit.of);
    const byThen = together.map(({ home, away, lean }) => ({
      toldDifference: lean - local.home,
      difference:
        (local.of.get(home) ?? fit.of.get(home) ?? 0) - (local.of.get(away) ?? fit.of.get(away) ?? 0),
    }));
    if (isFarOff(unexplainedOf(byThen))) for (const one of fresh) unexplained.add(one);
  }
  if (unexplained.size > 0) {
    const rows = [...unexplained];
    doubts.push({
      rule: 'prices_against_strength',
      says: `the prices of match after match are not those of their teams: ${nameRows(rows)}`,
      rows: rows.map(({ rowNo }) => rowNo),
      holds: 'edition',
    });
  }
  return doubts;
};
