import {
  applyMerge,
  meetingsOfBoth,
  refuseImpossible,
  refuseTwoOfOneSource,
  type FoldedMeeting,
  type MergedMeeting,
  type MergeOutcome,
  type MovedMeeting,
  type TeamMerge,
} from '../adapters/postgres/identity/merge-teams.js';
import { lockIdentity } from '../adapters/postgres/identity/team-directory.js';
import { closeToldTwice } from '../adapters/postgres/identity/told-twice.js';
import { closeSilver } from '../adapters/postgres/silver-gate.js';
import type { Transaction } from '../adapters/postgres/transaction.js';
import { foldMeetings } from '../domain/identity/fold-meetings.js';
import { CalendarDate } from '../schemas/values.js';

/**
 * Makes one team of two that are the same, in a way that can be undone. Throws {@link BadInput} where the two cannot be one: another
 * country, met each other, merged already, or one source tells of both against the same team at the same time.
 */
export async function mergeTeams({ client }: Transaction, merge: TeamMerge): Promise<MergeOutcome> {
  await lockIdentity(client);
  await closeSilver(client);
  await refuseImpossible(client, merge);
  const folds: FoldedMeeting[] = [];
  const moves: MovedMeeting[] = [];
  for (const meetings of byPairing(await meetingsOfBoth(client, merge))) {
    const dated = meetings.map((meeting) => ({ ...meeting, date: CalendarDate.parse(meeting.date) }));
    const kept = dated.filter(({ isMerged }) => !isMerged);
    const merged = dated.filter(({ isMerged }) => isMerged);
    for (const outcome of foldMeetings(kept, merged)) {
      if (outcome.kind === 'folded') folds.push(outcome);
      else moves.push(outcome);
    }
  }
  await refuseTwoOfOneSource(client, merge, folds);
  const outcome = await applyMerge(client, merge, { folds, moves });
  await closeToldTwice(client, merge);
  return outcome;
}

function byPairing(meetings: readonly MergedMeeting[]): MergedMeeting[][] {
  const pairings = new Map<string, MergedMeeting[]>();
  for (const meeting of meetings) {
    const ofPairing = pairings.get(meeting.pairing);
    if (ofPairing === undefined) pairings.set(meeting.pairing, [meeting]);
    else ofPairing.push(meeting);
  }
  return [...pairings.values()];
}
