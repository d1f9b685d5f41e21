import type pg from 'pg';
import { releaseRowsOfFindings } from '../adapters/postgres/anomaly/quarantines.js';
import { answerSuggestion, type IdentityAnswer } from '../adapters/postgres/identity/answer-suggestion.js';
import { forgetName } from '../adapters/postgres/identity/forget-name.js';
import { suggestedName, suggestionType } from '../adapters/postgres/identity/suggestions.js';
import { lockIdentity } from '../adapters/postgres/identity/team-directory.js';
import { closeSilver, enterSilver } from '../adapters/postgres/silver-gate.js';
import {
  lockFindings,
  moveFindings,
  readFindings,
  refineEditionsAgain,
  refinePayloadsAgain,
  refinePricesAgain,
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

/**
 * Says what the decision would do; changes nothing. Throws {@link BadInput} on an id of no finding, and where one team is to be what
 * several names mean.
 */
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
  const names = findings.filter(asksForTeam);
  if (decision.answer?.kind === 'same-team' && names.length > 1) {
    throw new BadInput(`A team is the answer about one name, and ${names.length} names are chosen`, {
      object: `findings ${names.map(({ id }) => id).join(', ')}`,
      advice: 'Answer one after the other, each by its id.',
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

const asksForTeam = ({ errorType }: ReviewedFinding): boolean => errorType === suggestionType;

/** An identity suggestion is resolved by saying which team the name means, and nothing else is. */
function judgeAnswered(finding: ReviewedFinding, decision: Answered): DecisionVerdict {
  const verdict = judgeDecision(finding, decision);
  if (verdict.kind !== 'moves' || decision.action !== 'resolve') return verdict;
  const asks = asksForTeam(finding);
  if (asks === (decision.answer !== undefined)) return verdict;
  const reason = asks ? 'it asks which team a name means: say --team or --new' : 'it asks for no team';
  return { kind: 'refused', reason };
}

/**
 * Gives the names in question their team, and says so in the details of the moves; a question that is opened again takes its team from
 * its name. Returns the moves with how many payloads are pending by it.
 */
async function decideNames(
  client: pg.ClientBase,
  moves: readonly Move[],
  { action, answer, by, why }: Answered,
): Promise<{ moves: readonly Move[]; pending: number }> {
  const decided: Move[] = [];
  let pending = 0;
  for (const move of moves) {
    const { finding } = move;
    let details: Move['details'] = null;
    if (asksForTeam(finding) && answer !== undefined) {
      const name = await suggestedName(client, finding.id);
      const { teamId, rows } = await answerSuggestion(client, name, answer, { by, why });
      details = { answer: answer.kind, teamId, rows };
      pending += rows;
    } else if (asksForTeam(finding) && action === 'reopen' && finding.status === 'resolved') {
      const name = await suggestedName(client, finding.id);
      pending += await forgetName(client, name, { by: finding.handledBy ?? '', why: finding.notes ?? '' });
    }
    decided.push({ ...move, details });
  }
  return { moves: decided, pending };
}

/** What a false alarm put into quarantine goes with it. */
async function letRowsGo(
  client: pg.ClientBase,
  moves: readonly Move[],
  { by, why }: ReviewDecision,
): Promise<void> {
  const ids = moves
    .filter(({ finding }) => finding.table === 'anomaly_detections')
    .map(({ finding }) => finding.id);
  if (ids.length > 0) await releaseRowsOfFindings(client, ids, { by, why });
}

/**
 * Which team a name means is decided alone, in the order of a merge: a batch that has seen a question open would hold its rows after the
 * answer. Other decisions pass beside batches, and keep a rebuild out, which takes findings away before it sets payloads to pending.
 */
async function enter(client: pg.ClientBase, ids: readonly number[]): Promise<void> {
  if ((await readFindings(client, ids)).some(asksForTeam)) {
    await lockIdentity(client);
    await closeSilver(client);
  } else {
    await enterSilver(client);
  }
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
  await enter(client, ids);
  await lockFindings(client, ids);
  const plan = await planDecision(transaction, ids, decision);
  const { moves, pending } = await decideNames(client, plan.moves, decision);
  await moveFindings(client, moves, decision);
  if (decision.action === 'ignore') await letRowsGo(client, moves, decision);
  const again = plan.moves.filter(({ finding, released }) => finding.released !== released);
  const payloads = new Set<number>();
  const prices = new Set<number>();
  for (const { finding } of again) {
    if (finding.recordId === null) continue;
    (finding.table === 'raw_odds_data' ? prices : payloads).add(finding.recordId);
  }
  const editions = again.filter(({ finding }) => finding.errorType === 'doubted_edition');
  const told =
    (await refinePayloadsAgain(client, [...payloads])) +
    (await refinePricesAgain(client, [...prices])) +
    (await refineEditionsAgain(
      client,
      editions.map(({ finding }) => finding.id),
    ));
  return { ...plan, moves, pending: pending + told };
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
