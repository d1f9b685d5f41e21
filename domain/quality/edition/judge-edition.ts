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
