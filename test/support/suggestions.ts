import { decideFindings, refuseAny } from '../../activities/decide-findings.js';
import type { IdentityAnswer } from '../../adapters/postgres/identity/answer-suggestion.js';
import type { IdentitySuggestion } from '../../adapters/postgres/identity/suggestions.js';
import type { Computed, Row } from '../../adapters/postgres/row.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import type { TestHouse } from './house.js';

interface OpenSuggestionColumns {
  readonly id: 'data_quality_logs.id';
  readonly country: Computed<string>;
  readonly divisions: Computed<readonly string[]>;
  readonly name: Computed<string>;
  readonly candidates: Computed<IdentitySuggestion['candidates']>;
}

export type OpenSuggestion = Row<OpenSuggestionColumns>;

/** The names that somebody is asked about. */
export async function openSuggestions({ pool }: Pick<TestHouse, 'pool'>): Promise<OpenSuggestion[]> {
  const { rows } = await pool.query<Row<OpenSuggestionColumns>>(
    `select id, error_data ->> 'country' as country, error_data -> 'divisions' as divisions, error_data ->> 'name' as name,
       error_data -> 'candidates' as candidates
     from data_quality_logs where error_type = 'identity_suggestion' and status in ('logged', 'in_review') order by name`,
  );
  return rows;
}

/** Answers one as a reviewer does, or is refused. Returns how many payloads are pending again. */
export const answer = (house: TestHouse, findingId: number, said: IdentityAnswer): Promise<number> =>
  inTransaction(house.pool, async (transaction) => {
    const decision = { action: 'resolve', by: 'ada', why: 'seen', answer: said } as const;
    const decided = await decideFindings(transaction, [findingId], decision);
    refuseAny(decided);
    return decided.pending;
  });
