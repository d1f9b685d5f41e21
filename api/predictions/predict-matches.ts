import { explainMade, isMade } from '../../activities/prediction-service.js';
import type { Refusal } from '../../activities/refusals.js';
import {
  readNamedPredictions,
  readNewestPredictions,
  type PredictionName,
  type PredictionRow,
} from '../../adapters/postgres/told-predictions.js';
import type { PredictionSource } from '../../schemas/api/predictions.js';
import type { ModelChoice, Prediction, PredictionExplanation } from '../../schemas/records/prediction.js';
import type { ApiDeps } from '../deps.js';

type PredictDeps = Pick<ApiDeps, 'databases' | 'predicting' | 'now'>;

/** What is said of a match: its stored prediction, or why there is none. */
export type SaidOfMatch =
  { readonly matchId: number; readonly source: PredictionSource; readonly row: PredictionRow } | Refusal;

/** Whether something is said of a match. */
export const isSaid = (said: SaidOfMatch): said is Exclude<SaidOfMatch, Refusal> => 'row' in said;

const nameOf = ({ matchId, model, version, featureHash }: Prediction): PredictionName => ({
  ...{ matchId, modelName: model, modelVersion: String(version), featureHash },
});

const neverStored = (matchId: number): Refusal => ({
  ...{ matchId, reason: 'broken', says: 'what was said of it is not stored any more' },
});

/**
 * The newest prediction of each match, in their order (API-9, API-19): of a match ahead the one of its features as they are now, made and stored where there is none; of one that
 * has begun, or that cannot be predicted as it is now, the last that was said before it began. Nothing is made of a match that has begun.
 * @throws PrerequisiteMissing where no version serves (PRED-8), DependencyAway where Postgres is away
 */
export async function predictMatches(
  { databases, predicting, now }: PredictDeps,
  matchIds: readonly number[],
  choice: ModelChoice,
): Promise<SaidOfMatch[]> {
  const answers = await predicting.predictions.predictStoring({ matchIds, now: now(), choice });
  const { pool } = databases.writer;
  const names = answers.flatMap((one) => (one.status === 'refused' ? [] : [nameOf(one.prediction)]));
  // What another request has just said may be on its way to the table: then that is stored which was said before.
  const [named, newest] = await Promise.all([
    readNamedPredictions(pool, names),
    readNewestPredictions(pool, matchIds),
  ]);
  return answers.map((answer): SaidOfMatch => {
    const { matchId, status } = answer;
    const row = named.get(matchId) ?? (mayBeToldAgain(answer) ? newest.get(matchId) : undefined);
    if (row !== undefined) return { matchId, source: status === 'made' ? 'real_time' : 'cached', row };
    return status === 'refused'
      ? { matchId, reason: answer.reason, says: answer.says }
      : neverStored(matchId);
  });
}

type Answer = Awaited<ReturnType<PredictDeps['predicting']['predictions']['predict']>>[number];

/** What was said of a match that was called off is not told for one that may be played. */
const mayBeToldAgain = (answer: Answer): boolean =>
  answer.status !== 'refused' || (answer.reason !== 'called_off' && answer.reason !== 'unknown');

/** A prediction with what it is made of. */
export interface ExplainedMatch {
  readonly said: SaidOfMatch;
  readonly explanation: PredictionExplanation | null;
}

/**
 * As {@link predictMatches} for one match, taken apart: it is made anew of the registry and the lake as they are now.
 * @throws as {@link predictMatches}
 */
export async function explainMatch(
  { databases, predicting, now }: PredictDeps,
  matchId: number,
  choice: ModelChoice,
): Promise<ExplainedMatch> {
  const asked = { matchIds: [matchId], now: now(), choice };
  const { answers, stored } = await predicting.predictions.predictAndStore(asked);
  const [answer] = answers;
  const { pool } = databases.writer;
  if (answer === undefined || !isMade(answer)) {
    const refusal = answer ?? neverStored(matchId);
    const before = refusal.reason === 'begun' ? await readNewestPredictions(pool, [matchId]) : undefined;
    const row = before?.get(matchId);
    return { said: row === undefined ? refusal : { matchId, source: 'cached', row }, explanation: null };
  }
  const row = (await readNamedPredictions(pool, [nameOf(answer.prediction)])).get(matchId);
  const source = stored > 0 ? 'real_time' : 'cached';
  return {
    said: row === undefined ? neverStored(matchId) : { matchId, source, row },
    explanation: explainMade(answer),
  };
}
