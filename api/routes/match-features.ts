import { readMatchFeatures } from '../../activities/match-features.js';
import { asOfGold } from '../../adapters/online/materialise.js';
import { ageOfGold } from '../../adapters/postgres/gold-inputs.js';
import { readKickOffs } from '../../adapters/postgres/kick-offs.js';
import { readQuotesUsed } from '../../adapters/postgres/quotes-used.js';
import { readStoredFeatures } from '../../adapters/postgres/stored-features.js';
import { readTeamResults } from '../../adapters/postgres/team-results.js';
import { frameReferences } from '../../domain/features/registry/frame-references.js';
import { envelopeOf, told } from '../../schemas/api/envelope.js';
import {
  HistoricalAnswer,
  HistoricalQuery,
  MatchFeaturesAnswer,
  MatchFeaturesQuery,
  StoredFeaturesAnswer,
} from '../../schemas/api/features.js';
import { MatchPath } from '../../schemas/api/matches.js';
import { PrerequisiteMissing } from '../../schemas/errors.js';
import type { MatchFeatures } from '../../schemas/features/match-features.js';
import { modelService } from '../../schemas/features/services.js';
import { instant } from '../../schemas/values.js';
import type { ApiServer } from '../api-server.js';
import { compileNamed } from '../asked-features.js';
import { places } from '../at-once.js';
import type { ApiDeps } from '../deps.js';
import { joinFrame } from '../joined-frame.js';
import { keptOpenFor, whileWaitedFor } from '../limited-answers.js';
import { gameLine } from '../lines/game-line.js';
import { usedQuoteLine } from '../lines/used-quote-line.js';
import { noMatch } from './matches.js';

const hourMs = 3_600_000;
const joinWithinMs = 60_000;
const gamesOfForm = 5;
const usualService = 'match_prediction_v1';

/** API-1, API-5, API-6: what is told of one match. */
export function matchFeatureRoutes(app: ApiServer, deps: ApiDeps): void {
  const { online, services, features: registry, now } = deps;
  const { pool } = deps.databases.reader;
  const joins = places(4, 'historical reads');

  /** The matches and quotes that the features of a match are made of, by the rules of gold, as they were known at its cutoff (API-21). */
  const inputsOf = async ({ match_info: match, features }: MatchFeatures) => {
    const cutoff = new Date(features.h2h_features.calculation_date);
    const games = async (teamId: number, more: { atMost?: number; opponentId?: number }) =>
      (await readTeamResults(pool, { teamId, before: cutoff, ...more }, cutoff)).map(gameLine);
    return {
      home_games: await games(match.home_team_id, { atMost: gamesOfForm }),
      away_games: await games(match.away_team_id, { atMost: gamesOfForm }),
      meetings: await games(match.home_team_id, { opponentId: match.away_team_id }),
      quotes: (await readQuotesUsed(pool, match.match_id, cutoff)).map(usedQuoteLine),
    };
  };

  app.get(
    '/api/v1/features/:match_id',
    {
      config: { access: 'reader' },
      schema: {
        tags: ['features'],
        operationId: 'readMatchFeatures',
        summary: 'What a prediction is told of a match: form of both teams, meetings, prices',
        description:
          'As of now, or of an hour before kick-off once that has passed; asked as of an instant before that hour there are none. `include_raw` adds the matches and quotes that they are made of.',
        params: MatchPath,
        querystring: MatchFeaturesQuery,
        response: { 200: envelopeOf(MatchFeaturesAnswer) },
      },
    },
    async ({ params: { match_id: matchId }, query: { as_of: asOf, include_raw: withInputs } }) => {
      const found = await readMatchFeatures(
        { pool, source: online.source },
        { matchId, now: now(), ...(asOf === undefined ? {} : { asOf: instant(asOf.getTime()) }) },
      );
      if (found === undefined) throw noMatch(matchId);
      return told(withInputs === true ? { ...found, inputs: await inputsOf(found) } : found);
    },
  );

  app.get(
    '/api/v1/features/historical/:match_id',
    {
      config: { access: 'reader' },
      ...{ handlerTimeout: joinWithinMs, onRequest: keptOpenFor(joinWithinMs) },
      schema: {
        tags: ['features'],
        operationId: 'readHistoricalFeatures',
        summary: 'Features of a match as they were known at an instant',
        description:
          'As a frame of this one row says: of each view the last that was known by then, null where nothing was, or it was older than the view allows.',
        params: MatchPath,
        querystring: HistoricalQuery,
        response: { 200: envelopeOf(HistoricalAnswer) },
      },
    },
    async ({ params: { match_id: matchId }, query }, reply) => {
      const refs = query.feature_refs?.split(',').map((one) => one.trim());
      const service = query.service ?? (refs === undefined ? usualService : undefined);
      const compiled = compileNamed(registry, { service, features: refs });
      const kickOff = (await readKickOffs(pool, [matchId])).get(matchId);
      if (kickOff === undefined) throw noMatch(matchId);
      const asOf = query.as_of ?? new Date(kickOff - hourMs);
      const leave = joins.take();
      const { file } = await joinFrame(deps, {
        rows: [{ match_id: matchId, event_timestamp: asOf.toISOString() }],
        references: frameReferences(compiled),
        ...{ ending: '.ndjson', signal: whileWaitedFor(reply) },
      }).finally(leave);
      const text = await file.readFile('utf8').finally(() => file.close());
      const row = HistoricalAnswer.shape.features.parse(JSON.parse(text));
      const names = compiled.references.flatMap(({ features }) => features.map(({ name }) => name));
      const values = Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
      const known = new Date(Math.min(asOf.getTime(), now()));
      return told({ match_id: matchId, as_of: known.toISOString(), features: values });
    },
  );

  app.get(
    '/data/matches/:match_id/features',
    {
      config: { access: 'reader' },
      schema: {
        tags: ['data'],
        operationId: 'readStoredFeatures',
        summary: 'The features that stand of a match: those stored in Postgres, and all that the model reads',
        params: MatchPath,
        response: { 200: envelopeOf(StoredFeaturesAnswer) },
      },
    },
    async ({ params: { match_id: matchId } }) => {
      const service = services.find(({ id }) => id === modelService);
      if (service === undefined) throw new PrerequisiteMissing(`${modelService} is not served`);
      // Asked before the lake is: gold that is built meanwhile is younger.
      const goldAge = await ageOfGold(pool);
      const [kickOffs, stored, vectors] = await Promise.all([
        readKickOffs(pool, [matchId]),
        readStoredFeatures(pool, matchId),
        online.source.vectors({ service, matches: { matchIds: [matchId] } }),
      ]);
      if (!kickOffs.has(matchId)) throw noMatch(matchId);
      const [found] = vectors;
      if (found === undefined) return told({ match_id: matchId, stored: [...stored], derived: null });
      const vector = asOfGold(found, { now: now(), goldAge });
      return told({
        ...{ match_id: matchId, stored: [...stored] },
        derived: {
          ...{ service: service.id, lake_snapshot: vector.snapshot },
          ...{ cutoff: new Date(vector.cutoff).toISOString(), as_of: new Date(vector.asOf).toISOString() },
          values: Object.fromEntries(
            service.columns.map(({ name }, place) => [name, vector.values[place] ?? null]),
          ),
        },
      });
    },
  );
}
