import { z } from 'zod';
import { reachingPostgres } from '../../adapters/postgres/away.js';
import { readDecisions } from '../../adapters/postgres/model-promotions.js';
import { countPredictions } from '../../adapters/postgres/prediction-counts.js';
import { envelopeOf, told } from '../../schemas/api/envelope.js';
import {
  ActiveModels,
  ModelMetricsQuery,
  ModelMetricsTold,
  PromotionLine,
  VersionLine,
  VersionPath,
  VersionTold,
} from '../../schemas/api/models.js';
import { registeredModelName } from '../../schemas/records/model.js';
import { qualityWindows } from '../../schemas/records/prediction-quality.js';
import { instant, toIso } from '../../schemas/values.js';
import type { ApiServer } from '../api-server.js';
import type { ApiDeps } from '../deps.js';
import { activeModel, listVersions, versionTold } from '../models/versions.js';
import { NothingThere } from '../problems.js';
import { soon } from '../soon.js';

const dayMs = 86_400_000;
const tags = ['models'];
const config = { access: 'reader' } as const;

const GateSaid = z
  .object({ passed: z.boolean(), objections: z.array(z.string()) })
  .nullable()
  .catch(null);

/** API-10 and API-11: which versions serve, how they did, and who had which serve. */
export function modelRoutes(app: ApiServer, { databases, registry, now }: ApiDeps): void {
  const { pool } = databases.reader;

  app.get(
    '/api/v1/models/active',
    {
      ...soon,
      config,
      schema: {
        tags,
        operationId: 'readActiveModels',
        summary: 'The versions that serve, and the one that waits to',
        response: { 200: envelopeOf(ActiveModels) },
      },
    },
    async () => {
      const active = (await listVersions(registry)).filter(
        ({ line }) => line.share > 0 || line.aliases.length > 0,
      );
      return told({
        active_models: active.map(({ version, line }) => activeModel(version, line)),
        count: active.length,
      });
    },
  );

  app.get(
    '/api/v1/models/metrics',
    {
      ...soon,
      config,
      schema: {
        tags,
        operationId: 'readModelMetrics',
        summary: 'What each version said within a window, and how much of it came true',
        querystring: ModelMetricsQuery,
        response: { 200: envelopeOf(ModelMetricsTold) },
      },
    },
    async ({ query: { model_name, time_window } }) => {
      const until = now();
      const after = instant(until - qualityWindows[time_window] * dayMs);
      const counted = await countPredictions(pool, model_name, { after, until });
      if (counted.length === 0 && model_name !== registeredModelName) {
        throw new NothingThere(`No model of that name said anything in the last ${time_window}`, {
          advice: `The model of this house is ${registeredModelName}.`,
        });
      }
      return told({
        ...{ model_name, time_window },
        period: { start_date: toIso(after), end_date: toIso(until) },
        metrics: counted.map(({ version, total, confidence, verified, correct, home, draw, away }) => ({
          ...{ model_version: version, total_predictions: total, avg_confidence: confidence },
          accuracy: verified === 0 ? null : correct / verified,
          ...{ home_predictions: home, draw_predictions: draw, away_predictions: away },
        })),
      });
    },
  );

  app.get(
    '/api/v1/models/versions',
    {
      ...soon,
      config,
      schema: {
        tags,
        operationId: 'listModelVersions',
        summary: 'Every version, the newest first, with its stage and aliases',
        response: { 200: envelopeOf(z.object({ versions: z.array(VersionLine) })) },
      },
    },
    async () => told({ versions: (await listVersions(registry)).map(({ line }) => line) }),
  );

  app.get(
    '/api/v1/models/versions/:version',
    {
      ...soon,
      config,
      schema: {
        tags,
        operationId: 'readModelVersion',
        summary: 'One version: where it comes from, how it did, what it is made of',
        params: VersionPath,
        response: { 200: envelopeOf(VersionTold) },
      },
    },
    async ({ params: { version: number } }) => {
      const found = (await listVersions(registry)).find(({ line }) => line.version === number);
      if (found === undefined) {
        throw new NothingThere(`No version has the number ${number}`, {
          advice: 'GET /api/v1/models/versions lists them.',
        });
      }
      return told(versionTold(found.line, await registry.byVersion(number)));
    },
  );

  app.get(
    '/api/v1/models/promotions',
    {
      ...soon,
      config,
      schema: {
        tags,
        operationId: 'listPromotions',
        summary: 'Who had which version serve, when and why, the newest first',
        response: { 200: envelopeOf(z.object({ promotions: z.array(PromotionLine) })) },
      },
    },
    async () => {
      const decisions = await reachingPostgres(() => readDecisions(pool, registeredModelName));
      return told({
        promotions: decisions.toReversed().map(({ at, gate, ...decision }) => ({
          ...decision,
          ...{ gate: GateSaid.parse(gate), at: at.toISOString() },
        })),
      });
    },
  );
}
