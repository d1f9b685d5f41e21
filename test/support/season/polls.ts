import { instant } from '../../../schemas/values.js';
import type { RequestLedger } from '../../../simulator/request-ledger.js';
import type { MatchLife } from '../../../simulator/season/match-life.js';
import { played } from './active-spans.js';
import type { Coverage } from './compare-facts.js';

const pricesBefore = 90 * 60_000;
const several = 2;

/** Of how many matches the scores were told several times while they were played, and the prices before they began. */
export function pollsOf(lives: readonly MatchLife[], requests: RequestLedger): readonly Coverage[] {
  const answered = (provider: string, endpoint: string, from: number, to: number): number =>
    requests
      .counts(from, to)
      .filter(
        (count) => count.provider === provider && count.endpoint === endpoint && count.outcome === 'answered',
      )
      .reduce((sum, count) => sum + count.requests, 0);
  const polls = lives.flatMap((life) => {
    const span = played(life);
    if (span === undefined) return [];
    const { from, to } = span;
    const prices = answered('odds_api', '/v4/sports/{sport}/odds', instant(from - pricesBefore), from);
    return [{ id: life.id, scores: answered('scores_api', '/v1/scores', from, to), prices }];
  });
  return (['scores', 'prices'] as const).map((what) => {
    const counts = polls.map((poll) => poll[what]).sort((a, b) => a - b);
    const missing = polls
      .filter((poll) => poll[what] < several)
      .map((poll) => `match ${poll.id}: ${poll[what]} answers; the run before still went, or failed`);
    return {
      what: `whose ${what} were told ${several} times or more (mostly ${counts[counts.length >> 1] ?? 0})`,
      ...{ known: polls.length - missing.length, of: polls.length, missing },
    };
  });
}
