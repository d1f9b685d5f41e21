import type {
  ReviewAction,
  ReviewDecision,
  ReviewedFinding,
  ReviewStatus,
} from '../../schemas/records/review.js';
import { releaseOf } from './release.js';

/** What becomes of a finding: it moves, it stands there already by this very decision, or the decision is refused. */
export type DecisionVerdict =
  | { readonly kind: 'moves'; readonly to: ReviewStatus; readonly released: boolean }
  | { readonly kind: 'stands' }
  | { readonly kind: 'refused'; readonly reason: string };

const target: Readonly<Record<ReviewAction, ReviewStatus>> = {
  take: 'in_review',
  resolve: 'resolved',
  ignore: 'ignored',
  release: 'resolved',
  reopen: 'logged',
};

const open: readonly ReviewStatus[] = ['logged', 'in_review'];

const refused = (reason: string): DecisionVerdict => ({ kind: 'refused', reason });

/**
 * The state machine of review: `logged` → `in_review` → `resolved` or `ignored`, also directly; what is closed can be opened again, and what
 * somebody has taken is theirs until it is opened again. The same decision again changes nothing. Total on every input.
 */
export function judgeDecision(
  finding: ReviewedFinding,
  { action, by, why }: ReviewDecision,
): DecisionVerdict {
  const to = target[action];
  const released = action === 'release';
  const { status, handledBy, handledAt, notes } = finding;
  if (
    status === to &&
    finding.released === released &&
    handledBy === by &&
    (action === 'take' || notes === why)
  ) {
    return { kind: 'stands' };
  }
  const whoAndWhen = `${handledBy ?? 'nobody'} at ${handledAt?.toISOString() ?? 'no time'}`;
  if (action === 'reopen') {
    if (status === 'logged') return refused('it is open already');
    return { kind: 'moves', to, released };
  }
  if (!open.includes(status)) return refused(`it is ${status} since ${whoAndWhen}: reopen it first`);
  if (status === 'in_review' && handledBy !== by) {
    return refused(`it is in review by ${whoAndWhen}: reopen it first`);
  }
  if (released) {
    const release = releaseOf(finding);
    if (release.kind === 'nothing') return refused(`there is nothing to release: ${release.says}`);
  }
  return { kind: 'moves', to, released };
}
