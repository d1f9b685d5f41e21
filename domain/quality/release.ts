import type { ReviewedFinding } from '../../schemas/records/review.js';
import { releasableHolds } from '../clean/check-match.js';

/**
 * What releasing a finding does: `accepts` waives the doubt for its payload, `reads-again` sends the payload through refine as it is (it
 * is held again where that still cannot take it), `nothing` can be released.
 */
export interface Release {
  readonly kind: 'accepts' | 'reads-again' | 'nothing';
  /** One sentence. */
  readonly says: string;
}

const accepts = (says: string): Release => ({ kind: 'accepts', says });
const readsAgain = (says: string): Release => ({ kind: 'reads-again', says });
const nothing = (says: string): Release => ({ kind: 'nothing', says });

const cleared = accepts(
  'The quote is no longer suspicious, from the time of its price on: features and averages use it.',
);
const refusedPrice = nothing('No such price can enter odds: resolve or ignore it.');

const byType: Readonly<Record<string, Release>> = {
  price_above_limit: cleared,
  implied_total_out_of_bounds: cleared,
  line_not_a_quarter: cleared,
  price_not_above_floor: refusedPrice,
  price_not_storable: refusedPrice,
  handicap_without_line: refusedPrice,
  total_without_line: refusedPrice,
  line_not_storable: refusedPrice,
  prematch_after_kickoff: nothing('It waits for another kick-off of its match: resolve or ignore it.'),
  live_before_kickoff: nothing('It waits for another kick-off of its match: resolve or ignore it.'),
  unknown_bookmaker: refusedPrice,
  quote_stated_twice: refusedPrice,
  illegal_status_move: accepts('The row comes to silver although no match becomes that by itself.'),
  score_withdrawn: nothing('The score is taken back in silver already: resolve or ignore it.'),
  price_unlike_others: cleared,
  price_against_handicap: cleared,
  doubted_edition: accepts('What the edition says comes to silver, each row by its own rules.'),
  doubted_row: accepts('The row comes to silver although it does not go with the rest of its file.'),
  incomplete_season: nothing('What the file has is in silver already: resolve or ignore it.'),
  rejected_record: nothing(
    'No record could be made of it, and its source is asked again by the clock: resolve it once what was wrong is mended, or ignore it.',
  ),
  stale_file: nothing('Nothing of it is held: resolve or ignore it.'),
  missing_from_edition: accepts('The match counts as present although the later edition lacks it.'),
  unreadable_row: readsAgain('The row is read again; it is held again where it still cannot be read.'),
  unknown_league: readsAgain('The row is refined again; it is held again while its league is not known.'),
  unusual_score: nothing('The score is in silver already: resolve or ignore it.'),
  team_told_twice: nothing('Say whether they are one team: team merge, or ignore it.'),
  changed_pairing: nothing('Both matches are in silver: resolve or ignore it.'),
  statistical_outlier: nothing(
    'Nothing of it is held: let single rows go with anomalies release, or say that it is a false alarm with anomalies mark-false.',
  ),
  feature_skew: nothing('What was served is served no more: find what wrote it, then resolve or ignore it.'),
  identity_suggestion: nothing('Say which team it is: review resolve with --team or --new.'),
};

/** What a release of this finding would do. Total: an unknown type of finding is about a held payload or about nothing that waits. */
export function releaseOf({
  errorType,
  field,
  processStatus,
}: Pick<ReviewedFinding, 'errorType' | 'field' | 'processStatus'>): Release {
  const known = byType[errorType];
  if (known !== undefined) return known;
  if (errorType === 'held' && releasableHolds.has(field ?? '')) {
    return accepts('The row comes to silver although the rule doubts it.');
  }
  if (errorType === 'held' || processStatus === 'held') {
    return readsAgain(
      'The row is refined again; what cannot be stored, whoever says so, is held again by the same finding.',
    );
  }
  return nothing('Nothing of it is held: resolve or ignore it.');
}
