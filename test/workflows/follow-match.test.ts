import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure, type WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { simulatedAt, type SimulatedClock } from '../../domain/clock/simulated-clock.js';
import { askedLead, stepLead } from '../../domain/clock/match-steps.js';
import {
  FollowedMatch,
  matchSteps,
  replannedSignalName,
  StepReport,
  stepsQueryName,
  type MatchPlan,
  type MatchStep,
} from '../../schemas/jobs/follow-match.js';
import { instant, type Instant } from '../../schemas/values.js';
import { toldLineups, type JobActivities } from '../../scripts/histories/stand-ins.js';
import {
  startTestTemporal,
  type Meanwhile,
  type RecordedCall,
  type TestTemporal,
} from '../support/temporal.js';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal();
});
afterAll(() => temporal.stop());

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const kickoff = instant(Date.UTC(2022, 4, 14, 14));
const stepOf: Readonly<Record<string, MatchStep>> = {
  collectWeather: 'weather',
  collectLineups: 'lineups',
  requestFeatures: 'features',
  predictMatch: 'prediction',
};

/** A clock that shows so long before the kick-off and then goes on at a speed; 0 stands still. */
const clockAt = (before: number, speed = 0): SimulatedClock => ({
  startsAt: instant(kickoff - before),
  realStart: Date.now(),
  speed,
});
const planOf = (clock: SimulatedClock, change: Partial<MatchPlan> = {}): MatchPlan => ({
  ...{ version: 1, kickoff, precision: 'minute', state: 'ahead', clock },
  ...change,
});
const tell = (handle: WorkflowHandle, plan: MatchPlan): Promise<void> =>
  handle.signal(replannedSignalName, plan);
const reportsOf = async (handle: WorkflowHandle) =>
  z.array(StepReport).parse(await handle.query(stepsQueryName));
/** Once every step has ended that a predicate asks for. */
async function until(
  handle: WorkflowHandle,
  isReached: (reports: readonly StepReport[]) => boolean,
): Promise<void> {
  while (!isReached(await reportsOf(handle))) await sleep(10);
}
const allFor = (at: Instant) => (reports: readonly StepReport[]) =>
  reports.length === matchSteps.length && reports.every((report) => report.kickoff === at);

let matches = 0;
async function follow(plan: MatchPlan, meanwhile: Meanwhile, activities: Partial<JobActivities> = {}) {
  matches += 1;
  const matchId = matches;
  const run = await temporal.run('followMatch', { matchId, plan }, activities, meanwhile);
  return { ...run, matchId, followed: FollowedMatch.safeParse(run.result).data };
}
const made = (calls: readonly RecordedCall[]): MatchStep[] =>
  calls.flatMap(({ activity }) => stepOf[activity] ?? []);

describe('a match that is followed', () => {
  it('has its weather, line-ups, features and prediction made each at its time and in this order, then is verified', async () => {
    const at = (before: number, version = 1): MatchPlan => planOf(clockAt(before), { version });
    const { followed, calls, matchId } = await follow(at(8 * hour), async (handle) => {
      for (const [index, step] of matchSteps.entries()) {
        await tell(handle, at(askedLead[step] + 1));
        expect(await reportsOf(handle)).toHaveLength(index);
        await tell(handle, at(askedLead[step]));
        await until(handle, (reports) => reports.length > index);
      }
      await tell(handle, planOf(clockAt(-2 * hour), { version: 2, state: 'over' }));
    });
    expect(made(calls)).toEqual(['weather', 'lineups', 'features', 'prediction']);
    const Asked = z.union([
      z.object({ asOf: z.number() }),
      z.object({ clock: z.object({ startsAt: z.number() }) }),
    ]);
    const askedAt = calls
      .filter(({ activity }) => activity in stepOf)
      .map(({ input }) => Asked.parse(input))
      .map((asked) => kickoff - ('asOf' in asked ? asked.asOf : asked.clock.startsAt));
    expect(askedAt).toEqual(matchSteps.map((step) => askedLead[step]));
    expect(calls.find(({ activity }) => activity === 'predictMatch')?.input).toMatchObject({
      at: kickoff - stepLead.prediction,
    });
    expect(followed).toMatchObject({ end: 'over', verified: 1 });
    expect(followed?.steps.map(({ result }) => result.outcome)).toEqual(Array(4).fill('succeeded'));
    expect(calls.slice(-2)).toMatchObject([
      { activity: 'verifyPredictions', input: { matchId } },
      { activity: 'endFollowing', input: { matchId, version: 2 } },
    ]);
  });

  it('waits for its time by a clock that runs, and after a move by the time of its new kick-off', async () => {
    // A second of the clock in one of ours: the prediction would be due after a day, and is due after six seconds once the match is moved.
    // By then its features are there, or it would be predicted again.
    const clock = clockAt(day, 1);
    const earlier = instant(kickoff - day + askedLead.prediction + 6_000);
    const predictedAt: number[] = [];
    const { followed } = await follow(
      planOf(clock),
      async (handle) => {
        await tell(handle, planOf(clock, { version: 2, kickoff: earlier }));
        await until(handle, allFor(earlier));
        await tell(handle, planOf(clock, { version: 3, kickoff: earlier, state: 'over' }));
      },
      {
        predictMatch: () => {
          predictedAt.push(simulatedAt(clock, Date.now()));
          return Promise.resolve({ outcome: 'succeeded' });
        },
      },
    );
    expect(predictedAt).toHaveLength(1);
    expect(predictedAt[0]).toBeGreaterThanOrEqual(earlier - askedLead.prediction);
    expect(followed?.steps.every(({ result }) => result.outcome === 'succeeded')).toBe(true);
  });

  it('that moves away and back while a step is made has it made, whatever came of the first', async () => {
    let asked = 0;
    const clock = clockAt(110 * minute);
    const { followed } = await follow(
      planOf(clock),
      async (handle) => {
        while (asked === 0) await sleep(10);
        await tell(handle, planOf(clock, { version: 2, kickoff: instant(kickoff + day) }));
        await tell(handle, planOf(clock, { version: 3 }));
        await until(handle, (reports) => reports.some(({ step }) => step === 'lineups'));
        await tell(handle, planOf(clock, { version: 4, state: 'over' }));
      },
      {
        collectLineups: () => {
          asked += 1;
          return Promise.resolve(toldLineups(asked === 1 ? 'not-yet' : 'published'));
        },
      },
    );
    const lineups = followed?.steps.find(({ step }) => step === 'lineups');
    expect(lineups).toEqual({ step: 'lineups', kickoff, result: { outcome: 'succeeded' } });
  });

  it('that is found late has what was due made at once, the prediction after its features', async () => {
    const clock = clockAt(20 * minute);
    const { calls } = await follow(planOf(clock), async (handle) => {
      await until(handle, allFor(kickoff));
      await tell(handle, planOf(clock, { version: 2, state: 'over' }));
    });
    expect(new Set(made(calls))).toEqual(new Set(matchSteps));
    expect(made(calls).lastIndexOf('prediction')).toBeGreaterThan(made(calls).indexOf('features'));
    expect(calls.find(({ activity }) => activity === 'requestFeatures')?.input).toMatchObject({
      asOf: kickoff - 20 * minute,
    });
  });

  it('that is found after kick-off has nothing made, and says so of each step', async () => {
    const { followed, calls } = await follow(planOf(clockAt(-minute)), async (handle) => {
      await until(handle, allFor(kickoff));
      await tell(handle, planOf(clockAt(-minute), { version: 2, state: 'over' }));
    });
    expect(made(calls)).toEqual([]);
    expect(followed?.steps.map(({ result }) => result)).toEqual(
      matchSteps.map(() => ({ outcome: 'skipped', reason: 'it was found after kick-off' })),
    );
  });

  it('whose hour nobody knows is predicted, and asked nothing that needs the hour', async () => {
    const clock = clockAt(20 * minute);
    const { calls } = await follow(planOf(clock, { precision: 'day' }), async (handle) => {
      await until(handle, allFor(kickoff));
      await tell(handle, planOf(clock, { version: 2, state: 'over' }));
    });
    expect(new Set(made(calls))).toEqual(new Set(['features', 'prediction']));
  });

  it('whose features are late is predicted at its time by what there is, and again once they are there', async () => {
    const clock = clockAt(30 * minute);
    let isComputed = false;
    let again: () => void = () => undefined;
    const predictedAgain = new Promise<void>((resolve) => {
      again = resolve;
    });
    const { followed, calls } = await follow(
      planOf(clock),
      async (handle) => {
        await until(handle, (reports) => reports.some(({ step }) => step === 'prediction'));
        isComputed = true;
        await until(handle, (reports) => reports.some(({ step }) => step === 'features'));
        await predictedAgain;
        await tell(handle, planOf(clock, { version: 2, state: 'over' }));
      },
      {
        requestFeatures: () => Promise.resolve({ state: isComputed ? 'ready' : 'pending' }),
        predictMatch: () => {
          if (isComputed) again();
          return Promise.resolve({ outcome: 'succeeded' });
        },
      },
    );
    expect(made(calls).filter((step) => step === 'prediction')).toHaveLength(2);
    expect(made(calls).lastIndexOf('prediction')).toBeGreaterThan(made(calls).lastIndexOf('features'));
    expect(followed?.steps.find(({ step }) => step === 'prediction')?.result).toEqual({
      outcome: 'succeeded',
    });
  });

  it('whose features fail is predicted once, by what there is', async () => {
    const clock = clockAt(30 * minute);
    const { followed, calls } = await follow(
      planOf(clock),
      async (handle) => {
        await until(handle, allFor(kickoff));
        await tell(handle, planOf(clock, { version: 2, state: 'over' }));
      },
      {
        requestFeatures: () =>
          Promise.reject(ApplicationFailure.nonRetryable('another shape', 'ContractBroken')),
      },
    );
    expect(made(calls).filter((step) => step === 'prediction')).toHaveLength(1);
    expect(Object.fromEntries(followed?.steps.map(({ step, result }) => [step, result]) ?? [])).toMatchObject(
      {
        features: { outcome: 'failed' },
        prediction: { outcome: 'succeeded' },
      },
    );
  });

  it('that moves ten times is armed anew each time: what was made for another kick-off is made again, and only that', async () => {
    const moves = Array.from({ length: 10 }, (_, move) => instant(kickoff + (move + 1) * day));
    const seen: Instant[] = [];
    const { followed, calls } = await follow(planOf(clockAt(7 * hour)), async (handle) => {
      for (const [move, moved] of moves.entries()) {
        // Told in the morning; by evening it would begin.
        const version = 2 * move + 2;
        await tell(handle, planOf(clockAt(kickoff - moved + 7 * hour), { version, kickoff: moved }));
        const late = planOf(clockAt(kickoff - moved + 20 * minute), { version: version + 1, kickoff: moved });
        await tell(handle, late);
        await until(handle, allFor(moved));
        seen.push(moved);
      }
      const last = moves.at(-1) ?? kickoff;
      await tell(handle, planOf(clockAt(-20 * day), { version: 99, kickoff: last, state: 'over' }));
    });
    expect(seen).toEqual(moves);
    const times = (step: MatchStep): number => made(calls).filter((one) => one === step).length;
    expect(matchSteps.map(times).slice(0, -1)).toEqual([10, 10, 10]);
    // At once, and again where its features came after it.
    expect(times('prediction')).toBeGreaterThanOrEqual(10);
    expect(times('prediction')).toBeLessThanOrEqual(20);
    expect(followed?.steps.every((report) => report.kickoff === moves.at(-1))).toBe(true);
  });

  it('that moves while its line-ups are asked for is asked again for its new kick-off, and not for the old one', async () => {
    let asked = 0;
    const later = instant(kickoff + day);
    const { followed, calls } = await follow(
      planOf(clockAt(110 * minute)),
      async (handle) => {
        while (asked === 0) await sleep(10);
        await tell(handle, planOf(clockAt(110 * minute), { version: 2, kickoff: later }));
        await tell(handle, planOf(clockAt(kickoff - later + 20 * minute), { version: 3, kickoff: later }));
        await until(handle, allFor(later));
        await tell(handle, planOf(clockAt(0), { version: 4, kickoff: later, state: 'over' }));
      },
      {
        collectLineups: () => {
          asked += 1;
          return Promise.resolve(toldLineups(asked === 1 ? 'not-yet' : 'published'));
        },
      },
    );
    expect(asked).toBe(2);
    expect(followed?.steps.find(({ step }) => step === 'lineups')?.result).toEqual({ outcome: 'succeeded' });
    // Each run of line-ups has its line in the log, the one that was called off too.
    const logged = (activity: string) => calls.filter((call) => call.activity === activity).length;
    expect(logged('closeCollectionLog')).toBe(logged('openCollectionLog'));
  });

  it('ends where it is postponed, and calls off what was being made', async () => {
    let asked = 0;
    const { followed, calls, matchId } = await follow(
      planOf(clockAt(110 * minute)),
      async (handle) => {
        while (asked === 0) await sleep(10);
        // Weather that had not begun when it was called off could come to its end beside the run's.
        await until(handle, (reports) => reports.some(({ step }) => step === 'weather'));
        await tell(handle, planOf(clockAt(110 * minute), { version: 2, state: 'off' }));
      },
      {
        collectLineups: () => {
          asked += 1;
          return Promise.resolve(toldLineups('not-yet'));
        },
      },
    );
    expect(followed).toMatchObject({ end: 'off', verified: 0 });
    expect(calls).toContainEqual({ activity: 'endFollowing', input: { matchId, version: 2 } });
    expect(asked).toBe(1);
  });

  it('takes no plan that is older than its own', async () => {
    const clock = clockAt(20 * minute);
    const { followed } = await follow(planOf(clock, { version: 5 }), async (handle) => {
      await tell(handle, planOf(clock, { version: 4, state: 'off' }));
      await until(handle, allFor(kickoff));
      await tell(handle, planOf(clock, { version: 6, state: 'over' }));
    });
    expect(followed?.end).toBe('over');
  });

  it('names a step that comes to nothing, and makes the others', async () => {
    const clock = clockAt(20 * minute);
    const { followed } = await follow(
      planOf(clock),
      async (handle) => {
        await until(handle, allFor(kickoff));
        await tell(handle, planOf(clock, { version: 2, state: 'over' }));
      },
      {
        collectWeather: () => Promise.reject(ApplicationFailure.nonRetryable('no such match', 'BadInput')),
        collectLineups: () =>
          Promise.reject(ApplicationFailure.nonRetryable('a key is missing', 'PrerequisiteMissing')),
        predictMatch: () =>
          Promise.reject(ApplicationFailure.nonRetryable('no model', 'PrerequisiteMissing')),
      },
    );
    expect(Object.fromEntries(followed?.steps.map(({ step, result }) => [step, result]) ?? [])).toEqual({
      weather: { outcome: 'failed', reason: 'open_meteo: no such match' },
      lineups: { outcome: 'skipped', reason: 'api_football: a key is missing' },
      features: { outcome: 'succeeded' },
      prediction: { outcome: 'skipped', reason: 'prediction: no model' },
    });
  });

  it('is not followed for ever where nobody tells a result, nor once it is cancelled', async () => {
    const unfinished = await follow(planOf(clockAt(-13 * hour)), () => Promise.resolve());
    expect(unfinished.followed?.end).toBe('unfinished');
    const cancelled = await follow(planOf(clockAt(7 * hour)), async (handle) => {
      await reportsOf(handle);
      await handle.cancel();
    });
    expect(cancelled.followed).toBeUndefined();
    expect(cancelled.steps).toEqual(['endFollowing']);
  });
});
