import { Context } from '@temporalio/activity';
import { listFixtures, newestGold } from '../adapters/lake/model-matches.js';
import type { LakeReader } from '../adapters/lake/reader.js';
import { nowBy, realWait } from '../domain/clock/simulated-clock.js';
import type { JobOutcome } from '../schemas/jobs/outcome.js';
import type { PredictFixturesInput, PredictFixturesResult } from '../schemas/jobs/predict-fixtures.js';
import type { SimulatedClock } from '../schemas/jobs/simulated-clock.js';
import type { ModelChoice } from '../schemas/records/prediction.js';
import { instant, type Instant } from '../schemas/values.js';
import { coalesced } from './coalesced.js';
import { heartbeating } from './heartbeating.js';
import { isMade, type Asked, type PredictionService } from './prediction-service.js';
import { countRefusals, outcomeOfPredictions, outcomeOfRefusal } from './refusals.js';
import type { ServedModels } from './served-models.js';

export interface PredictFixturesDeps {
  /** Where the fixtures ahead are listed. */
  readonly lake: LakeReader;
  readonly models: ServedModels;
  readonly predictions: Pick<PredictionService, 'predictAndStore'>;
}

/** What one match's prediction is asked by. */
export interface MatchAsked {
  /** Ours, of `matches`. */
  readonly matchId: number;
  /** When it is to begin. */
  readonly at: Instant;
  readonly modelAlias: ModelChoice;
  readonly clock?: SimulatedClock;
}

/** Well below the time that Temporal gives one of them, so that a batch that hangs does not keep the next ones waiting. */
const longestBatchMs = 60_000;

/** A clock that stands still never comes to an instant ahead; whoever asked is told when it goes on. */
const longestSleepMs = 60_000;

/** Those that are asked of one model by one clock are asked together. */
const wayOf = ({ modelAlias, clock }: MatchAsked): string => JSON.stringify([modelAlias, clock]);

/** A prediction is made before kick-off or not at all: by the clock of who asks. */
const wanted = (
  matchIds: readonly number[],
  { modelAlias: choice, clock }: Pick<MatchAsked, 'modelAlias' | 'clock'>,
): Asked => ({ matchIds, choice, now: instant(nowBy(clock, Date.now())) });

/** Activities that predict. */
export function createPredictFixturesActivities({ lake, models, predictions }: PredictFixturesDeps) {
  /** Matches that begin together are asked about together: their features are read, and the model is asked, once. */
  const predictBatch = async (batch: readonly MatchAsked[]): Promise<JobOutcome[]> => {
    const [first] = batch;
    if (first === undefined) return [];
    const ids = new Set(batch.map(({ matchId }) => matchId));
    const { answers } = await predictions.predictAndStore(wanted([...ids], first));
    const answered = new Map(answers.map((answer) => [answer.matchId, answer]));
    return batch.map((one): JobOutcome => {
      const answer = answered.get(one.matchId);
      if (answer === undefined)
        return { outcome: 'skipped', reason: `match ${one.matchId}: nobody knows it` };
      return isMade(answer) ? { outcome: 'succeeded' } : outcomeOfRefusal(answer);
    });
  };
  /** One for each way of asking, as few as there are clocks: what fails or hangs for one keeps no other from its answer. */
  const ways = new Map<string, (asked: MatchAsked) => Promise<JobOutcome>>();
  const predictTogether = (asked: MatchAsked): Promise<JobOutcome> => {
    const way = wayOf(asked);
    const together = ways.get(way) ?? coalesced(predictBatch, longestBatchMs);
    ways.set(way, together);
    return together(asked);
  };

  return {
    /**
     * Predicts the fixtures ahead in the model's divisions and stores what is new, all or nothing. Throws PrerequisiteMissing
     * where there is no model, or one that this version cannot ask.
     */
    async predictFixtures({ modelAlias }: PredictFixturesInput): Promise<PredictFixturesResult> {
      return await heartbeating(async (reportPhase) => {
        const { all } = await models.refresh(modelAlias);
        const [first] = all;
        if (first === undefined) throw new RangeError('No version answers');
        reportPhase('predict.read', { version: first.version.version });
        const divisions = [...new Set(all.flatMap(({ model }) => model.divisions))];
        const ids = await listFixtures(lake, await newestGold(lake), { divisions, aheadOf: Date.now() });
        reportPhase('predict.ask', { fixtures: ids.length });
        const { answers, stored } = await predictions.predictAndStore(wanted(ids, { modelAlias }));
        const fixtures = answers.filter(isMade).length;
        const refused = countRefusals(answers.flatMap((answer) => (isMade(answer) ? [] : [answer])));
        const result = outcomeOfPredictions(fixtures, refused);
        return { result, modelVersion: first.version.version, fixtures, stored, refused };
      });
    },

    /**
     * Predicts one match at its time, together with those that are to begin at the same time. Skipped, with the reason, where it cannot be predicted; failed where model or features are broken.
     * @throws PrerequisiteMissing as `predictFixtures`.
     */
    async predictMatch(asked: MatchAsked): Promise<JobOutcome> {
      return await heartbeating(async () => {
        const context = Context.current();
        while (nowBy(asked.clock, Date.now()) < asked.at) {
          await context.sleep(
            Math.min(longestSleepMs, Math.ceil(realWait(asked.clock, Date.now(), asked.at))),
          );
        }
        return await predictTogether(asked);
      });
    },
  };
}
