import {
  CancellationScope,
  condition,
  defineQuery,
  defineSignal,
  executeChild,
  isCancellation,
  proxyActivities,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import type { createPlanMatchesActivities } from '../activities/plan-matches.js';
import type { createPredictFixturesActivities } from '../activities/predict-fixtures.js';
import type { createRequestFeaturesActivities } from '../activities/request-features.js';
import type { createVerifyPredictionsActivities } from '../activities/verify-predictions.js';
import { cutoffOf } from '../domain/clock/kickoff.js';
import { latestPrediction, longestFollowed, stepDue } from '../domain/clock/match-steps.js';
import { nowBy, realWait } from '../domain/clock/simulated-clock.js';
import {
  FollowMatchInput,
  followerOf,
  replannedSignalName,
  stepsQueryName,
  type FollowedMatch,
  type MatchPlan,
  type MatchStep,
  type StepReport,
} from '../schemas/jobs/follow-match.js';
import { jobFailure } from '../schemas/jobs/failure.js';
import type { JobOutcome } from '../schemas/jobs/outcome.js';
import { PredictFixturesInput } from '../schemas/jobs/predict-fixtures.js';
import type { SimulatedClock } from '../schemas/jobs/simulated-clock.js';
import { instant, type Instant } from '../schemas/values.js';
import { predictionActivity, shortActivity } from './activity-options.js';
import type { collectMatchFacts } from './collect-match-facts.js';
import { readJobInput } from './job-input.js';
import { outcomeOfFailure } from './source-outcome.js';
import { workflowTime } from './workflow-time.js';

const { endFollowing } = proxyActivities<ReturnType<typeof createPlanMatchesActivities>>(shortActivity);
const { requestFeatures } =
  proxyActivities<ReturnType<typeof createRequestFeaturesActivities>>(shortActivity);
const { predictMatch } =
  proxyActivities<ReturnType<typeof createPredictFixturesActivities>>(predictionActivity);
const { verifyPredictions } =
  proxyActivities<ReturnType<typeof createVerifyPredictionsActivities>>(shortActivity);

export const replanned = defineSignal<[MatchPlan]>(replannedSignalName);
export const stepsQuery = defineQuery<readonly StepReport[]>(stepsQueryName);

const minute = 60_000;
/** How often a run of features is asked whether it has ended, in real time: it takes some seconds. */
const featuresAskedAgain = '5 seconds';
/** A clock that stands still never comes to an instant ahead. */
const longestWait = 30 * 24 * 60 * minute;

/**
 * Follows one match (SCH-2, 3): before its kick-off its weather, its line-ups, its features and its prediction, each at its time; then, once it
 * has a result, the verification of what was predicted. The steps wait side by side, so that none holds up another. Each is made for a kick-off:
 * a plan with another one ends what is being made for the first, and has it made again. A step that comes to nothing is named, and takes
 * nothing from the others.
 */
export async function followMatch(input: FollowMatchInput): Promise<FollowedMatch> {
  const { matchId, steps, plan: first } = readJobInput(FollowMatchInput, input);
  let plan: MatchPlan = first;
  const reports = new Map<MatchStep, StepReport>();
  const making = new Map<MatchStep, { readonly kickoff: Instant; readonly scope: CancellationScope }>();

  const isFor = (kickoff: Instant): boolean => plan.kickoff === kickoff;
  setHandler(stepsQuery, () => [...reports.values()]);
  setHandler(replanned, (next) => {
    if (next.version < plan.version) return;
    plan = next;
    for (const { kickoff, scope } of making.values()) if (!isFor(kickoff)) scope.cancel();
  });

  const byClock = (): { readonly clock?: SimulatedClock } =>
    plan.clock === undefined ? {} : { clock: plan.clock };
  const now = (): Instant => nowBy(plan.clock, workflowTime());
  const waitFor = (until: Instant): number =>
    Math.ceil(Math.min(longestWait, realWait(plan.clock, workflowTime(), until)));
  /** Waits until an instant of the clock, or until the plan is another. */
  const untilOrReplanned = async (until: Instant): Promise<void> => {
    const known = plan;
    await condition(() => plan !== known, waitFor(until));
  };

  const facts = (kind: 'weather' | 'lineups', kickoff: Instant): Promise<JobOutcome> =>
    executeChild<typeof collectMatchFacts>('collectMatchFacts', {
      // One that is being called off may still close its log.
      workflowId: `${followerOf(matchId)}/${kind}/${plan.version}`,
      parentClosePolicy: 'REQUEST_CANCEL',
      args: [{ matchId, kind, kickoff, ...byClock() }],
    });
  const features = async (kickoff: Instant): Promise<JobOutcome> => {
    const cutoff = cutoffOf(kickoff);
    const asked = now();
    // Matches that are found late share the run of their minute.
    const asOf = asked < cutoff + minute ? cutoff : instant(Math.floor(asked / minute) * minute);
    for (;;) {
      const requested = await requestFeatures({ asOf });
      if (requested.state === 'ready') return { outcome: 'succeeded' };
      if (requested.state === 'failed') return { outcome: 'failed', reason: requested.reason };
      await sleep(featuresAskedAgain);
    }
  };
  const prediction = async (kickoff: Instant): Promise<JobOutcome> => {
    const areThere = (): boolean =>
      !steps.includes('features') || reports.get('features')?.kickoff === kickoff;
    await condition(areThere, waitFor(instant(kickoff - latestPrediction)));
    const { modelAlias } = PredictFixturesInput.parse({});
    return await predictMatch({ matchId, modelAlias, ...byClock() });
  };
  const make: Readonly<Record<MatchStep, (kickoff: Instant) => Promise<JobOutcome>>> = {
    weather: (kickoff) => facts('weather', kickoff),
    lineups: (kickoff) => facts('lineups', kickoff),
    features,
    prediction,
  };

  const makeFor = async (step: MatchStep, kickoff: Instant): Promise<void> => {
    const scope = new CancellationScope();
    making.set(step, { kickoff, scope });
    try {
      const result = await scope.run(() => make[step](kickoff));
      reports.set(step, { step, kickoff, result });
    } catch (error) {
      if (!isCancellation(error)) {
        reports.set(step, { step, kickoff, result: outcomeOfFailure(step, jobFailure(error)) });
      } else if (isFor(kickoff)) throw error;
    } finally {
      making.delete(step);
    }
  };
  /** Makes a step at its time, and again for each other kick-off, until it is cancelled. */
  const keep = async (step: MatchStep): Promise<void> => {
    for (;;) {
      const { kickoff, precision } = plan;
      const due = stepDue(step, plan, now());
      if (due.kind === 'later') {
        await untilOrReplanned(due.at);
        continue;
      }
      if (due.kind === 'now') await makeFor(step, kickoff);
      else reports.set(step, { step, kickoff, result: { outcome: 'skipped', reason: due.reason } });
      await condition(() => !isFor(kickoff) || plan.precision !== precision);
    }
  };
  const untilPlayed = async (): Promise<FollowedMatch['end']> => {
    for (;;) {
      if (plan.state !== 'ahead') return plan.state;
      const latest = instant(plan.kickoff + longestFollowed);
      if (now() >= latest) return 'unfinished';
      await untilOrReplanned(latest);
    }
  };

  /** How the match ended, once what was still being made for it has been called off. */
  const follow = async (): Promise<FollowedMatch['end']> => {
    const keeping = new CancellationScope();
    const kept = keeping
      .run(() => Promise.all(steps.map(keep)))
      .then(() => undefined)
      .catch((error: unknown) => {
        if (!isCancellation(error)) throw error;
      });
    const end = await Promise.race([untilPlayed(), kept.then(() => new Promise<never>(() => undefined))]);
    keeping.cancel();
    await kept;
    return end;
  };

  try {
    for (;;) {
      const end = await follow();
      const verified = end === 'over' ? (await verifyPredictions({ matchId, ...byClock() })).verified : 0;
      const known = plan;
      await endFollowing({ matchId, version: known.version });
      // What was told meanwhile counts for more than what had ended.
      if (plan === known) return { matchId, end, plan, steps: [...reports.values()], verified };
    }
  } catch (error) {
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(() => endFollowing({ matchId, version: plan.version }));
    }
    throw error;
  }
}
