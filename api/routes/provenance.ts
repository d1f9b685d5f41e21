import {
  readPredictionMade,
  readVectorServed,
  type MadePrediction,
} from '../../adapters/postgres/provenance/prediction-made.js';
import { readPayloads } from '../../adapters/postgres/provenance/raw-payloads.js';
import {
  readRevisionsBehind,
  readStatisticsBehind,
} from '../../adapters/postgres/provenance/silver-behind.js';
import { readQuotesUsed } from '../../adapters/postgres/quotes-used.js';
import { readRegisteredMatch } from '../../adapters/postgres/registered-match.js';
import { readTeamResults } from '../../adapters/postgres/team-results.js';
import { envelopeOf, told } from '../../schemas/api/envelope.js';
import { MatchPath } from '../../schemas/api/matches.js';
import {
  ProvenanceAnswer,
  ProvenanceQuery,
  type MatchRole,
  type ProvenanceAnswer as Provenance,
} from '../../schemas/api/provenance.js';
import type { ApiServer } from '../api-server.js';
import type { ApiDeps } from '../deps.js';
import { usedQuoteLine } from '../lines/used-quote-line.js';
import { NothingThere } from '../problems.js';
import { noMatch } from './matches.js';

/** The longest form that a feature looks back on. */
const gamesOfForm = 15;
const beyond =
  'Listed are the match, the last fifteen results of each team, their meetings and the quotes. Ratings, rates of the league, the form of a season and days of rest follow from all earlier results of the league in silver at this snapshot, by their known_at.';

/** From a prediction to its features, the rows behind them, and the payloads behind those. */
export function provenanceRoutes(app: ApiServer, { databases, services }: ApiDeps): void {
  const { pool } = databases.reader;

  const featuresOf = async (prediction: MadePrediction): Promise<Provenance['features']> => {
    const { service: id, asOf, cutoff, lakeSnapshot } = prediction.metadata;
    const vector = await readVectorServed(pool, prediction);
    const service = services.find((one) => one.id === id && one.hash === vector?.hash);
    return {
      ...{
        service: id,
        cutoff: cutoff.toISOString(),
        as_of: asOf.toISOString(),
        lake_snapshot: lakeSnapshot,
      },
      vector:
        vector === undefined
          ? null
          : {
              ...{
                served_at: vector.servedAt.toISOString(),
                origin: vector.origin,
                service_hash: vector.hash,
              },
              // Of a definition that is no more the names are not known: their places tell them.
              values: Object.fromEntries(
                vector.values.map((value, place) => [service?.columns[place]?.name ?? String(place), value]),
              ),
            },
    };
  };

  /** The matches whose results are in the features, each with what it is there for. */
  const rolesOf = async ({ matchId, metadata: { asOf } }: MadePrediction) => {
    const match = await readRegisteredMatch(pool, matchId);
    if (match === undefined) throw noMatch(matchId);
    const { homeTeamId, awayTeamId } = match;
    const roles = new Map<number, MatchRole[]>([[matchId, ['match']]]);
    const asked = { before: asOf };
    const found = {
      home_form: await readTeamResults(pool, { ...asked, teamId: homeTeamId, atMost: gamesOfForm }, asOf),
      away_form: await readTeamResults(pool, { ...asked, teamId: awayTeamId, atMost: gamesOfForm }, asOf),
      meeting: await readTeamResults(pool, { ...asked, teamId: homeTeamId, opponentId: awayTeamId }, asOf),
    };
    for (const role of ['home_form', 'away_form', 'meeting'] as const)
      for (const game of found[role]) roles.set(game.matchId, [...(roles.get(game.matchId) ?? []), role]);
    return roles;
  };

  app.get(
    '/api/v1/predictions/:match_id/provenance',
    {
      config: { access: 'reader' },
      schema: {
        tags: ['predictions'],
        operationId: 'readProvenance',
        summary: 'Where a prediction comes from, down to the bytes of the files',
        description:
          'The vector with its service, cutoff and snapshot; the matches and quotes behind it with what was known of them then; the payloads behind those with their hashes, and the editions of files with line and SHA-256.',
        params: MatchPath,
        querystring: ProvenanceQuery,
        response: { 200: envelopeOf(ProvenanceAnswer) },
      },
    },
    async ({ params: { match_id: matchId }, query: { prediction_id: predictionId } }) => {
      const made = await readPredictionMade(pool, { matchId, predictionId });
      if (made === undefined) {
        throw new NothingThere(`No such prediction of match ${matchId} was stored`, {
          advice: 'GET /api/v1/predictions/{match_id} makes one of a match ahead.',
        });
      }
      const { asOf } = made.metadata;
      const roles = await rolesOf(made);
      const ids = [...roles.keys()];
      const revisions = await readRevisionsBehind(pool, ids, asOf);
      const statistics = await readStatisticsBehind(pool, ids, asOf);
      const quotes = await readQuotesUsed(pool, matchId, asOf);
      const raw = await readPayloads(pool, {
        raw_match_data: [
          ...revisions,
          ...statistics,
          ...quotes.filter(({ rawOddsId }) => rawOddsId === null),
        ].map(({ rawId }) => rawId),
        raw_scores_data: revisions.flatMap(({ rawScoreId }) => rawScoreId ?? []),
        raw_odds_data: quotes.flatMap(({ rawOddsId }) => rawOddsId ?? []),
      });
      return told({
        prediction: {
          ...{ id: made.id, match_id: matchId, created_at: made.createdAt.toISOString() },
          ...{ model_name: made.modelName, model_version: made.modelVersion },
          model_run: made.metadata.modelRun ?? null,
          ...{
            home_win_probability: made.home,
            draw_probability: made.draw,
            away_win_probability: made.away,
          },
          ...{ feature_hash: made.featureHash, features_used: made.featuresUsed },
        },
        features: await featuresOf(made),
        silver: {
          matches: [...roles].map(([id, of]) => ({
            ...{ match_id: id, roles: of },
            revisions: revisions
              .filter((one) => one.matchId === id)
              .map((one) => ({
                ...{ data_source: one.dataSource, known_at: one.knownAt.toISOString() },
                ...{
                  known_at_basis: one.basis,
                  kick_off: one.kickOff.toISOString(),
                  match_status: one.status,
                },
                ...{ home_score: one.homeScore, away_score: one.awayScore },
                ...{ raw_id: one.rawId, raw_score_id: one.rawScoreId },
              })),
            statistics: statistics
              .filter((one) => one.matchId === id)
              .map((one) => ({
                ...{ data_source: one.dataSource, known_at: one.knownAt.toISOString(), raw_id: one.rawId },
              })),
          })),
          quotes: quotes.map(usedQuoteLine),
        },
        ...{ raw, beyond },
      });
    },
  );
}
