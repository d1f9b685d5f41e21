import { answerSuggestion, type IdentityAnswer } from '../adapters/postgres/identity/answer-suggestion.js';
import { suggestionType } from '../adapters/postgres/identity/suggestions.js';
import { lockIdentity } from '../adapters/postgres/identity/team-directory.js';
import { enterSilver } from '../adapters/postgres/silver-gate.js';
import {
  lockFindings,
  moveFindings,
  readFindings,
  refinePayloadsAgain,
  type Move,
} from '../adapters/postgres/review/findings.js';
import type { Transaction } from '../adapters/postgres/transaction.js';
import { judgeDecision, type DecisionVerdict } from '../domain/quality/judge-decision.js';
import { BadInput } from '../schemas/errors.js';
import type { ReviewDecision, ReviewedFinding } from '../schemas/records/review.js';

/** A finding that a decision leaves as it is, and why. */
export interface Refusal {
  readonly finding: ReviewedFinding;
  readonly reason: string;
}

/** What a decision makes of findings. moves + stands + refusals = the findings it was about. */
export interface DecisionPlan {
  readonly moves: readonly Move[];
  /** In that state already, by this very decision. */
  readonly stands: readonly number[];
  readonly refusals: readonly Refusal[];
}

/** What was done. */
export interface Decided extends DecisionPlan {
  /** Payloads that wait for refine now. */
  readonly pending: number;
}

/** A decision, with the team that a name means where it is about identity suggestions. */
export type Answered = ReviewDecision & { readonly answer?: IdentityAnswer };

/** Says what the decision would do; changes nothing. Throws {@link BadInput} on an id of no finding. */
export async function planDecision(
  { client }: Transaction,
  ids: readonly number[],
  decision: Answered,
): Promise<DecisionPlan> {
  const findings = await readFindings(client, ids);
  const missing = ids.find((id) => !findings.some((finding) => finding.id === id));
  if (missing !== undefined) {
    throw new BadInput(`There is no finding ${missing}`, {
      object: `finding ${missing}`,
      advice: 'List them: touchline review list. A rebuild gives findings that nobody has handled new ids.',
    });
  }
  const moves: Move[] = [];
  const stands: number[] = [];
  const refusals: Refusal[] = [];
  for (const finding of findings) {
    const verdict = judgeAnswered(finding, decision);
    if (verdict.kind === 'stands') stands.push(finding.id);
    else if (verdict.kind === 'refused') refusals.push({ finding, reason: verdict.reason });
    else moves.push({ finding, to: verdict.to, released: verdict.released, details: null });
  }
  return { moves, stands, refusals };
}

/** An identity suggestion is resolved by saying which team the name means, and nothing else is. */
function judgeAnswered(finding: ReviewedFinding, decision: Answered): DecisionVerdict {
  const verdict = judgeDecision(finding, decision);
  if (verdict.kind !== 'moves' || decision.action !== 'resolve') return verdict;
  const asks = finding.errorType === suggestionType;
  if (asks === (decision.answer !== undefined)) return verdict;
  const reason = asks ? 'it asks which team a name means: say --team or --new' : 'it asks for no team';
  return { kind: 'refused', reason };
}

/** Gives each name its team, and says so in the details of its move; returns them with how many payloads are pending by it. */
async function answer(
  transaction: Transaction,
  moves: readonly Move[],
  { answer: team, by, why }: Answered,
): Promise<{ moves: readonly Move[]; pending: number }> {
  if (team === undefined) return { moves, pending: 0 };
  const answered: Move[] = [];
  let pending = 0;
  for (const move of moves) {
    const rows = await answerSuggestion(transaction, { findingId: move.finding.id, answer: team, by, why });
    answered.push({ ...move, details: { answer: team, rows } });
    pending += rows;
  }
  return { moves: answered, pending };
}

/**
 * Decides about findings inside the caller's transaction: each transition is recorded, and where a release begins or is taken back the
 * payload is pending again. The same decision again changes nothing; of two people who decide about one finding the second gets
 * the first one's decision among the refusals.
 */
export async function decideFindings(
  transaction: Transaction,
  ids: readonly number[],
  decision: Answered,
): Promise<Decided> {
  const { client } = transaction;
  // A rebuild takes findings away before it sets payloads to pending: it waits until we are out.
  await enterSilver(client);
  if (decision.answer !== undefined) await lockIdentity(client);
  await lockFindings(client, ids);
  const plan = await planDecision(transaction, ids, decision);
  const { moves, pending } = await answer(transaction, plan.moves, decision);
  await moveFindings(client, moves, decision);
  const again = plan.moves.filter(({ finding, released }) => finding.released !== released);
  const rawIds = again.map(({ finding }) => finding.recordId).filter((id) => id !== null);
  return { ...plan, moves, pending: pending + (await refinePayloadsAgain(client, [...new Set(rawIds)])) };
}

/** Throws {@link BadInput} that names the first finding that was refused; the transaction then changes nothing. */
export function refuseAny({ refusals }: DecisionPlan): void {
  const [first, ...others] = refusals;
  if (first === undefined) return;
  const more = others.length === 0 ? '' : `, and ${others.length} more were refused`;
  throw new BadInput(`Finding ${first.finding.id} stays as it is: ${first.reason}${more}`, {
    object: `finding ${first.finding.id}`,
    advice: `Look at it: touchline review show ${first.finding.id}`,
  });
}
