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
  upsertMemo,
  uuid4,
} from '@temporalio/workflow';
import type { createPlanMatchesActivities } from '../activities/plan-matches.js';
import type { createPredictFixturesActivities } from '../activities/predict-fixtures.js';
import type { createRequestFeaturesActivities } from '../activities/request-features.js';
import type { createVerifyPredictionsActivities } from '../activities/verify-predictions.js';
import { cutoffOf } from '../domain/clock/kickoff.js';
import { followedUntil, stepDue, stepLead } from '../domain/clock/match-steps.js';
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

/** A step that is under way: for which kick-off, and by which clock. */
interface Making {
  readonly kickoff: Instant;
  readonly clock: string;
  readonly scope: CancellationScope;
}

const nameOf = (clock: SimulatedClock | undefined): string => JSON.stringify(clock ?? null);

const minute = 60_000;
/** A run of features, which takes some seconds, is asked after this long whether it has ended; then ever less often, in real milliseconds. */
const featuresAskedAgain = { firstMs: 5_000, mostMs: 30_000 } as const;
/** A clock that stands still never comes to an instant ahead. */
const longestWait = 30 * 24 * 60 * minute;

/**
 * Follows one match (SCH-2, 3): before its kick-off its weather, its line-ups, its features and its prediction, each at its time; then, once it
 * has a result, the verification of what was predicted. The steps wait side by side, so that none holds up another. Each is made for a kick-off:
 * a plan with another one ends what is being made for the first, and has it made again. A step that comes to nothing is named, and takes
 * nothing from the others.
 */
export async function followMatch(input: FollowMatchInput): Promise<FollowedMatch> {
  const { matchId, steps, plan: first, made } = readJobInput(FollowMatchInput, input);
  let plan: MatchPlan = first;
  const reports = new Map<MatchStep, StepReport>(made.map((report) => [report.step, report]));
  const making = new Map<MatchStep, Making>();

  /** The memo outlives a fault of this code, and says to the next follower what need not be made again. */
  const keepReport = (report: StepReport): void => {
    reports.set(report.step, report);
    upsertMemo({ made: [...reports.values()] });
  };
  const isFor = (kickoff: Instant): boolean => plan.kickoff === kickoff;
  setHandler(stepsQuery, () => [...reports.values()]);
  setHandler(replanned, (next) => {
    if (next.version < plan.version) return;
    plan = next;
    for (const { kickoff, clock, scope } of making.values()) {
      if (!isFor(kickoff) || clock !== nameOf(plan.clock)) scope.cancel();
    }
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
      // One that was called off, of a follower before this one too, may still be closing its log.
      workflowId: `${followerOf(matchId)}/${kind}/${uuid4()}`,
      parentClosePolicy: 'REQUEST_CANCEL',
      args: [{ matchId, kind, kickoff, ...byClock() }],
    });
  const features = async (kickoff: Instant): Promise<JobOutcome> => {
    const cutoff = cutoffOf(kickoff);
    const asked = now();
    // Matches that are found late share the run of their minute.
    const asOf = asked < cutoff + minute ? cutoff : instant(Math.floor(asked / minute) * minute);
    for (let waitMs: number = featuresAskedAgain.firstMs; ; waitMs += featuresAskedAgain.firstMs) {
      const { state } = await requestFeatures({ asOf, ...byClock() });
      if (state === 'ready') return { outcome: 'succeeded' };
      if (now() >= kickoff) return { outcome: 'failed', reason: 'the features were not computed in time' };
      await sleep(Math.min(waitMs, featuresAskedAgain.mostMs));
    }
  };
  /** Begins at its time, by the features that gold has; again once those of this match's hour are there, where they were not. */
  const prediction = async (kickoff: Instant): Promise<JobOutcome> => {
    const { modelAlias } = PredictFixturesInput.parse({});
    const at = instant(kickoff - stepLead.prediction);
    const predict = (): Promise<JobOutcome> => predictMatch({ matchId, at, modelAlias, ...byClock() });
    const featuresEnded = (): boolean => reports.get('features')?.kickoff === kickoff;
    const isFinal = !steps.includes('features') || featuresEnded();
    const first = await predict();
    if (isFinal) return first;
    reports.set('prediction', { step: 'prediction', kickoff, result: first });
    const ended = await condition(featuresEnded, waitFor(kickoff));
    if (!ended || reports.get('features')?.result.outcome !== 'succeeded') return first;
    const second = await predict();
    return second.outcome === 'succeeded' ? second : first;
  };
  const make: Readonly<Record<MatchStep, (kickoff: Instant) => Promise<JobOutcome>>> = {
    weather: (kickoff) => facts('weather', kickoff),
    lineups: (kickoff) => facts('lineups', kickoff),
    features,
    prediction,
  };

  /** Makes a step, unless it is called off meanwhile: the match has moved, or the clock was set on. */
  const makeFor = async (step: MatchStep, kickoff: Instant): Promise<void> => {
    const following = CancellationScope.current();
    const scope = new CancellationScope();
    making.set(step, { kickoff, clock: nameOf(plan.clock), scope });
    try {
      const result = await scope.run(() => make[step](kickoff));
      keepReport({ step, kickoff, result });
    } catch (error) {
      if (!isCancellation(error)) {
        keepReport({ step, kickoff, result: outcomeOfFailure(step, jobFailure(error)) });
      } else if (following.consideredCancelled) {
        throw error;
      } else if (!scope.consideredCancelled) {
        reports.set(step, { step, kickoff, result: { outcome: 'failed', reason: 'somebody cancelled it' } });
      }
    } finally {
      making.delete(step);
    }
  };
  /** Makes a step at its time, and again for each other kick-off, until it is cancelled. */
  const keep = async (step: MatchStep): Promise<void> => {
    for (;;) {
      const { kickoff } = plan;
      const due = stepDue(step, plan, now());
      if (reports.get(step)?.kickoff === kickoff) {
        await condition(() => !isFor(kickoff));
      } else if (due.kind === 'later') {
        await untilOrReplanned(due.at);
      } else if (due.kind === 'now') {
        await makeFor(step, kickoff);
      } else {
        // What was made for a kick-off that was corrected after it stays said.
        if (!reports.has(step)) {
          reports.set(step, { step, kickoff, result: { outcome: 'skipped', reason: due.reason } });
        }
        await condition(() => !isFor(kickoff));
      }
    }
  };
  const untilPlayed = async (): Promise<FollowedMatch['end']> => {
    for (;;) {
      if (plan.state !== 'ahead') return plan.state;
      const latest = followedUntil(plan);
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
      if (plan.version === known.version)
        return { matchId, end, plan, steps: [...reports.values()], verified };
    }
  } catch (error) {
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(() => endFollowing({ matchId, version: plan.version }));
    }
    throw error;
  }
}
