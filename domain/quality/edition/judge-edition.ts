import { bookFrozen, bookUnlikeOthers } from './bookmaker.js';
import { closingBeforeOpening } from './closing.js';
import { fewestMatches, type Doubt, type Edition, type EditionRule } from './edition.js';
import { resultsOfAnotherLeague } from './elsewhere.js';
import { kickoffsOffByHours } from './kickoffs.js';
import { homeAdvantage, resultsAgainstMarket, strengthTurned, teamsAlike } from './market.js';
import {
  dayOutOfOrder,
  matchesLacking,
  matchesLost,
  pairingsRepeated,
  playedAhead,
  sidesExchanged,
  teamsUnknown,
  twiceADay,
} from './membership.js';
import { pricesAgainstStrength } from './prices.js';
import { sameScores, scoresAgainstCounts, settledChanged } from './scores.js';

/** Every rule for an edition, those that are certain first. */
export const editionRules: readonly EditionRule[] = [
  matchesLost,
  matchesLacking,
  settledChanged,
  pairingsRepeated,
  sidesExchanged,
  twiceADay,
  playedAhead,
  teamsUnknown,
  dayOutOfOrder,
  sameScores,
  resultsOfAnotherLeague,
  scoresAgainstCounts,
  kickoffsOffByHours,
  bookFrozen,
  bookUnlikeOthers,
  closingBeforeOpening,
  homeAdvantage,
  resultsAgainstMarket,
  strengthTurned,
  teamsAlike,
  pricesAgainstStrength,
];

/** The doubts of an edition, by the order of the rules; none where it is as seasons are, and none of a file of a few matches. */
export const judgeEdition = (edition: Edition): readonly Doubt[] =>
  Math.max(edition.matches.length, edition.had) < fewestMatches
    ? []
    : editionRules.flatMap((judge) => judge(edition));

/** A season that is unlike others stays so: of these rules a release answers what they saw, and what comes after is held against that. */
export const seasonRules = [
  'teams_unknown',
  'teams_alike',
  'kickoffs_off_by_hours',
  'home_advantage',
  'results_against_market',
  'prices_against_strength',
  'strength_turned',
] as const;
export type SeasonRule = (typeof seasonRules)[number];

/**
 * As {@link judgeEdition}, where people released what some rules said of an edition: each of these judges the rows that are not of it, by
 * their numbers, and what was released is what is usual.
 */
export function judgeAfterReleases(
  edition: Edition,
  released: ReadonlyMap<SeasonRule, ReadonlySet<number>>,
): readonly Doubt[] {
  const answered = new Set<string>(released.keys());
  return [
    ...judgeEdition(edition).filter(({ rule }) => !answered.has(rule)),
    ...[...released].flatMap(([answeredRule, rows]) =>
      judgeEdition(beyond(edition, rows)).filter(({ rule }) => rule === answeredRule),
    ),
  ];
}

function beyond(edition: Edition, rows: ReadonlySet<number>): Edition {
  const isReleased = ({ rowNo }: (typeof edition.matches)[number]): boolean => rows.has(rowNo);
  const released = edition.matches.filter(isReleased).map(({ match }) => match);
  if (released.length === 0) return edition;
  const matches = edition.matches.filter((one) => !isReleased(one));
  return { ...edition, matches, released, previous: released };
}
