import { mostBetweenSources } from '../../schemas/price-limits.js';
import type { AgreementCount, SourceAgreement } from '../../schemas/records/source-agreement.js';
import type { Validation } from '../../schemas/records/validation.js';
import type { SourcesExpectation } from '../../schemas/tables/expectations.js';

const sameScore: SourcesExpectation = {
  type: 'expect_sources_to_agree',
  columns: ['data_source', 'home_score', 'away_score'],
  weight: 'reports',
  says: 'sources that tell how a match ended tell the same',
};
const samePrice: SourcesExpectation = {
  type: 'expect_sources_to_agree',
  columns: ['data_source', 'bookmaker', 'home_odds', 'draw_odds', 'away_odds', 'over_odds', 'under_odds'],
  weight: 'reports',
  says: `sources that tell a bookmaker's closing price tell it within ${100 * mostBetweenSources} % of each other`,
};

const validation = (
  expectation: SourcesExpectation,
  { compared, apart, examples }: AgreementCount,
): Validation => ({ expectation, evaluated: compared, unexpected: apart, examples });

/** What is expected of sources that tell of the same, by the table that it is about. Which of them is right is no part of it. */
export const judgeAgreement = ({
  scores,
  prices,
}: SourceAgreement): Readonly<Record<string, readonly Validation[]>> => ({
  'silver.fixture_revisions': [validation(sameScore, scores)],
  'silver.odds': [validation(samePrice, prices)],
});
