import { envelopeOf, told } from '../../schemas/api/envelope.js';
import {
  PredictionPath,
  PredictionQuery,
  PredictionsBody,
  ToldPrediction,
  ToldPredictions,
  type PredictionOfMany,
} from '../../schemas/api/predictions.js';
import type { ApiServer } from '../api-server.js';
import type { ApiDeps } from '../deps.js';
import { explanationDocument, predictionDocument } from '../predictions/documents.js';
import { explainMatch, isSaid, predictMatches, type SaidOfMatch } from '../predictions/predict-matches.js';
import { OutOfTurn } from '../problems.js';
import { noMatch } from './matches.js';

type Refused = Extract<SaidOfMatch, { readonly reason: unknown }>;

const refused = ({ matchId, reason, says }: Refused) =>
  reason === 'unknown'
    ? noMatch(matchId)
    : new OutOfTurn(`Match ${matchId} has no prediction, and gets none: ${says}`, {
        object: `match ${matchId}`,
        advice: 'GET /api/v1/matches says where it stands.',
      });

const lineOf = (said: SaidOfMatch): PredictionOfMany => {
  if (isSaid(said)) {
    const { matchId: match_id, source, row } = said;
    return { match_id, status: 'predicted', source, prediction: predictionDocument(row) };
  }
  const { matchId: match_id, reason, says } = said;
  return { match_id, status: 'refused', reason, says };
};

/** API-9: what the model says of matches that lie ahead, and what it said of those that have begun. */
export function predictionRoutes(app: ApiServer, deps: ApiDeps): void {
  app.get(
    '/api/v1/predictions/:match_id',
    {
      config: { access: 'reader' },
      schema: {
        tags: ['predictions'],
        operationId: 'readPrediction',
        summary: 'The newest prediction of a match; it is made where there is none and the match lies ahead',
        params: PredictionPath,
        querystring: PredictionQuery,
        response: { 200: envelopeOf(ToldPrediction) },
      },
    },
    async ({ params: { match_id: matchId }, query: { explain, model } }) => {
      if (explain === true) {
        const { said, explanation } = await explainMatch(deps, matchId, model);
        if (!isSaid(said)) throw refused(said);
        return told({
          ...{ match_id: matchId, source: said.source, prediction: predictionDocument(said.row) },
          explanation: explanation === null ? null : explanationDocument(explanation),
        });
      }
      const [said] = await predictMatches(deps, [matchId], model);
      if (said === undefined) throw noMatch(matchId);
      if (!isSaid(said)) throw refused(said);
      return told({
        ...{ match_id: matchId, source: said.source, prediction: predictionDocument(said.row) },
        explanation: null,
      });
    },
  );

  app.post(
    '/api/v1/predictions',
    {
      config: { access: 'reader' },
      schema: {
        tags: ['predictions'],
        operationId: 'predictMatches',
        summary: 'Predictions of many matches; one that cannot be predicted keeps no other from it',
        body: PredictionsBody,
        response: { 200: envelopeOf(ToldPredictions) },
      },
    },
    async ({ body: { match_ids: asked, model } }) => {
      const predictions = (await predictMatches(deps, [...new Set(asked)], model)).map(lineOf);
      const predicted = predictions.filter(({ status }) => status === 'predicted').length;
      return told({ predicted, refused: predictions.length - predicted, predictions });
    },
  );
}
