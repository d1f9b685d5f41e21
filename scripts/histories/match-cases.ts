import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { askedLead } from '../../domain/clock/match-steps.js';
import { BadInput, ContractBroken, KeyRefused, PrerequisiteMissing } from '../../schemas/errors.js';
import {
  matchSteps,
  replannedSignalName,
  StepReport,
  stepsQueryName,
  type MatchPlan,
} from '../../schemas/jobs/follow-match.js';
import { instant, type Instant } from '../../schemas/values.js';
import { begun, type HistoryCase } from './history-case.js';
import { toldLineups, type JobActivities } from './stand-ins.js';

const minute = 60_000;
const day = 1_440 * minute;
const kickoff = instant(Date.UTC(2022, 4, 14, 14));
/** A plan by a clock that stands still so long before a kick-off. */
const planAt = (before: number, change: Partial<MatchPlan> = {}): MatchPlan => ({
  ...{ version: 1, kickoff, precision: 'minute', state: 'ahead' },
  clock: { startsAt: instant(kickoff - before), realStart: 0, speed: 0 },
  ...change,
});
const told = (handle: WorkflowHandle, plan: MatchPlan): Promise<void> =>
  handle.signal(replannedSignalName, plan);
const reportsOf = async (handle: WorkflowHandle): Promise<readonly StepReport[]> =>
  z.array(StepReport).parse(await handle.query(stepsQueryName));
/** Once as many steps have ended. */
async function ended(handle: WorkflowHandle, steps: number): Promise<void> {
  while ((await reportsOf(handle)).length < steps) await sleep(20);
}
/** Once every step has ended for a kick-off. */
async function endedFor(handle: WorkflowHandle, at: Instant): Promise<void> {
  const isReached = (reports: readonly StepReport[]): boolean =>
    reports.filter((report) => report.kickoff === at).length === matchSteps.length;
  while (!isReached(await reportsOf(handle))) await sleep(20);
}

/** A plan by a clock that shows the day before the kick-off as the case is recorded, and goes at the speed of life. */
const runningPlan = (): MatchPlan =>
  planAt(day, { clock: { startsAt: instant(kickoff - day), realStart: Date.now(), speed: 1 } });
const begunChildren = (handle: WorkflowHandle, count: number): Promise<void> =>
  begun(handle, count, (event) => event.childWorkflowExecutionStartedEventAttributes != null);
const timersBegun = (handle: WorkflowHandle, count: number): Promise<void> =>
  begun(handle, count, (event) => event.timerStartedEventAttributes != null);

const lineupsAtTheSecondAsking = (): Partial<JobActivities> => {
  const answers: ('not-yet' | 'published')[] = ['not-yet', 'published'];
  return {
    collectLineups: () => Promise.resolve(toldLineups(answers.shift() ?? 'published')),
  };
};

/** The runs that follow one match, and those that ask about it. */
export const matchCases: readonly HistoryCase[] = [
  {
    workflow: 'followMatch',
    input: { matchId: 7, plan: planAt(20 * minute) },
    meanwhile: async (handle) => {
      await ended(handle, 4);
      await told(handle, planAt(-120 * minute, { version: 2, state: 'over' }));
    },
  },
  {
    workflow: 'followMatch',
    about: 'moved',
    input: { matchId: 7, plan: planAt(90 * minute) },
    meanwhile: async (handle) => {
      await ended(handle, 2);
      await told(handle, planAt(90 * minute, { version: 2, kickoff: instant(kickoff - 65 * minute) }));
      await ended(handle, 4);
      await told(handle, planAt(80 * minute, { version: 3, state: 'off' }));
    },
  },
  {
    workflow: 'followMatch',
    about: 'moved-ten-times',
    input: { matchId: 7, plan: planAt(7 * 60 * minute) },
    meanwhile: async (handle) => {
      for (let move = 1; move <= 10; move += 1) {
        const moved = instant(kickoff + move * day);
        await told(handle, planAt(20 * minute - move * day, { version: 1 + move, kickoff: moved }));
        await endedFor(handle, moved);
      }
      const last = { kickoff: instant(kickoff + 10 * day), version: 12 };
      await told(handle, planAt(-11 * day, { ...last, state: 'over' }));
    },
  },
  {
    workflow: 'followMatch',
    about: 'moved-while-asking',
    input: { matchId: 7, plan: planAt(110 * minute) },
    activities: lineupsAtTheSecondAsking,
    meanwhile: async (handle) => {
      await ended(handle, 1);
      await begunChildren(handle, 2);
      const later = { kickoff: instant(kickoff + day) };
      await told(handle, planAt(110 * minute, { ...later, version: 2 }));
      await told(handle, planAt(20 * minute - day, { ...later, version: 3 }));
      await endedFor(handle, later.kickoff);
      await told(handle, planAt(-2 * day, { ...later, version: 4, state: 'over' }));
    },
  },
  {
    workflow: 'followMatch',
    about: 'moved-away-and-back',
    input: { matchId: 7, plan: planAt(110 * minute) },
    activities: lineupsAtTheSecondAsking,
    meanwhile: async (handle) => {
      await ended(handle, 1);
      await begunChildren(handle, 2);
      await told(handle, planAt(110 * minute, { version: 2, kickoff: instant(kickoff + day) }));
      await told(handle, planAt(110 * minute, { version: 3 }));
      await ended(handle, 2);
      await told(handle, planAt(110 * minute, { version: 4, state: 'over' }));
    },
  },
  {
    workflow: 'followMatch',
    about: 'by-a-running-clock',
    input: () => ({ matchId: 7, plan: runningPlan() }),
    meanwhile: async (handle) => {
      // A prediction that was due after a day is due after two seconds.
      const earlier = instant(kickoff - day + askedLead.prediction + 2_000);
      const moved: MatchPlan = { ...runningPlan(), version: 2, kickoff: earlier };
      await told(handle, moved);
      await endedFor(handle, earlier);
      await told(handle, { ...moved, version: 3, state: 'over' });
    },
  },
  {
    workflow: 'followMatch',
    about: 'found-after-kick-off',
    input: { matchId: 7, plan: planAt(-minute) },
    meanwhile: async (handle) => {
      await ended(handle, 4);
      await told(handle, planAt(-minute, { version: 1, state: 'over' }));
    },
  },
  {
    workflow: 'followMatch',
    about: 'no-result',
    input: { matchId: 7, plan: planAt(-13 * 60 * minute) },
  },
  {
    workflow: 'followMatch',
    about: 'steps-fail',
    input: { matchId: 7, plan: planAt(20 * minute) },
    activities: () => ({
      collectWeather: () => Promise.reject(new BadInput('There is no match 7')),
      requestFeatures: () => Promise.reject(new ContractBroken('Temporal answered with another shape')),
      predictMatch: () => Promise.reject(new PrerequisiteMissing('No model is registered', {})),
    }),
    meanwhile: async (handle) => {
      await ended(handle, 4);
      await told(handle, planAt(0, { version: 2, state: 'over' }));
    },
  },
  {
    workflow: 'followMatch',
    about: 'called-off',
    input: { matchId: 7, plan: planAt(110 * minute) },
    activities: () => ({ collectLineups: () => Promise.resolve(toldLineups('not-yet')) }),
    meanwhile: async (handle) => {
      // The weather is there, and the line-ups wait for their next poll.
      await ended(handle, 1);
      await begunChildren(handle, 2);
      await told(handle, planAt(110 * minute, { version: 2, state: 'off' }));
    },
  },
  {
    workflow: 'followMatch',
    about: 'hour-becomes-known',
    input: { matchId: 7, plan: { ...planAt(-minute), precision: 'day' } },
    meanwhile: async (handle) => {
      await ended(handle, 4);
      const known = instant(kickoff + 3 * minute);
      await told(handle, planAt(-minute, { version: 2, kickoff: known }));
      await begunChildren(handle, 2);
      await told(handle, planAt(-minute, { version: 3, kickoff: known, state: 'over' }));
    },
  },
  {
    workflow: 'followMatch',
    about: 'features-late',
    input: { matchId: 7, plan: planAt(30 * minute) },
    activities: () => {
      const answers: ('pending' | 'ready')[] = ['pending', 'ready'];
      return { requestFeatures: () => Promise.resolve({ state: answers.shift() ?? 'ready' }) };
    },
    meanwhile: async (handle) => {
      await ended(handle, 4);
      await told(handle, planAt(-minute, { version: 2, state: 'over' }));
    },
  },
  {
    workflow: 'followMatch',
    about: 'cancelled',
    input: { matchId: 7, plan: planAt(7 * 60 * minute) },
    meanwhile: async (handle) => {
      await ended(handle, 0);
      await handle.cancel();
    },
  },
  { workflow: 'collectMatchFacts', input: { matchId: 7, kind: 'weather', kickoff } },
  {
    workflow: 'collectMatchFacts',
    about: 'lineups',
    input: () => ({
      ...{ matchId: 7, kind: 'lineups', kickoff },
      clock: { startsAt: kickoff - 120 * minute, realStart: Date.now(), speed: 100_000 },
    }),
    activities: () => {
      const answers: ('not-yet' | 'published')[] = ['not-yet', 'not-yet', 'published'];
      return {
        collectLineups: () => Promise.resolve(toldLineups(answers.shift() ?? 'published')),
      };
    },
  },
  {
    workflow: 'collectMatchFacts',
    about: 'never-published',
    input: {
      ...{ matchId: 7, kind: 'lineups', kickoff },
      clock: { startsAt: kickoff - 5 * minute, realStart: 0, speed: 0 },
    },
    activities: () => ({ collectLineups: () => Promise.resolve(toldLineups('not-yet')) }),
  },
  {
    workflow: 'collectMatchFacts',
    about: 'by-hand',
    input: { matchId: 7, kind: 'lineups' },
    activities: () => ({ collectLineups: () => Promise.resolve(toldLineups('not-yet')) }),
  },
  {
    workflow: 'collectMatchFacts',
    about: 'cancelled',
    input: {
      ...{ matchId: 7, kind: 'lineups', kickoff },
      clock: { startsAt: kickoff - 110 * minute, realStart: 0, speed: 0 },
    },
    activities: () => ({ collectLineups: () => Promise.resolve(toldLineups('not-yet')) }),
    meanwhile: async (handle) => {
      await timersBegun(handle, 1);
      await handle.cancel();
    },
  },
  {
    workflow: 'collectMatchFacts',
    about: 'refused',
    input: { matchId: 7, kind: 'lineups', kickoff },
    activities: () => ({
      collectLineups: () => Promise.reject(new KeyRefused('api_football refuses the key')),
    }),
  },
  {
    workflow: 'collectMatchFacts',
    about: 'no-such-match',
    input: { matchId: 7, kind: 'weather', kickoff },
    activities: () => ({ collectWeather: () => Promise.reject(new BadInput('There is no match 7')) }),
  },
  {
    workflow: 'collectMatchFacts',
    about: 'quota-spent',
    input: { matchId: 7, kind: 'lineups', kickoff },
    activities: () => ({
      collectLineups: () =>
        Promise.reject(ApplicationFailure.nonRetryable('No requests are left', 'QuotaExhausted')),
    }),
  },
  {
    workflow: 'collectMatchFacts',
    about: 'without-key',
    input: { matchId: 7, kind: 'lineups', kickoff },
    activities: () => ({
      collectLineups: () => Promise.reject(new PrerequisiteMissing('api_football needs a key')),
    }),
  },
  {
    workflow: 'collectMatchFacts',
    about: 'away-at-first',
    input: () => ({
      ...{ matchId: 7, kind: 'lineups', kickoff },
      clock: { startsAt: kickoff - 120 * minute, realStart: Date.now(), speed: 100_000 },
    }),
    activities: () => {
      const answers = [() => Promise.reject(new ContractBroken('api_football answered with another shape'))];
      return {
        collectLineups: () => answers.shift()?.() ?? Promise.resolve(toldLineups('published')),
      };
    },
  },
];
