import { z } from 'zod';
import type { TextCache } from '../adapters/cache/text-cache.js';
import type { CacheType } from '../adapters/cache/measured-cache.js';
import { BadInput } from '../schemas/errors.js';
import { ModelChoice, type Prediction, type PredictionExplanation } from '../schemas/records/prediction.js';
import type { PredictionQuality } from '../schemas/records/prediction-quality.js';
import type { Probabilities } from '../schemas/records/probabilities.js';
import { instant, toIso } from '../schemas/values.js';
import { command } from './command.js';
import { WholeNumber } from './settings.js';
import { textTable } from './table.js';
import { withDatabase } from './with-database.js';

export const predict = command({
  path: ['predict'],
  summary: 'who wins a match that lies ahead, as the model says now',
  description: [
    'Predicts one match from its features as they are served online, an hour before kick-off as known by now, and stores what is new. With --explain: what each opinion adds to the log-odds',
    'of the home team against the away team, ln(home / away), and how that changes when the model does not see a group of features. These are ablations of the model: what it would say without,',
    'not why a team wins. They need not sum up; the opinions do. --model serving is production (or the share of its split), and staging where nothing was promoted; production refuses then.',
  ].join('\n'),
  arguments: [{ flags: '<id>', about: 'the id of silver.matches' }],
  options: [
    { flags: '--explain', about: 'take the prediction apart' },
    { flags: '--model <choice>', about: 'serving, production or staging', otherwise: 'serving' },
  ],
  examples: ['touchline predict 4711', 'touchline predict 4711 --explain --model production --json'],
  json: [
    '{"matchId", "model", "version", "variant", "probabilities": {"home", "draw", "away"}, "predicted", "confidence", "market": {"home", "draw", "away"} or null, "missing": [features],',
    '"kickOff", "cutoff", "asOf", "snapshot", "featureHash", "explanation": {"homeOverAway", "terms": [{"opinion", "weight", "value"}], "groups": [{"group", "features", "change"}]} or null}',
  ].join('\n'),
  settings: z.object({
    id: WholeNumber,
    explain: z.boolean().default(false),
    model: z.enum(ModelChoice.options, 'Write serving, production or staging').default('serving'),
  }),
  async run({ id, explain, model: choice }, context) {
    const { openPredictions } = await import('../activities/open-predictions.js');
    const { explainMade, isMade } = await import('../activities/prediction-service.js');
    const { openCache } = await import('../adapters/cache/open-cache.js');
    const { openLakeOf } = await import('../adapters/lake/lake-of-home.js');
    const { createMeters } = await import('../adapters/metrics/meters.js');
    const { openRegistryOf } = await import('../adapters/models/registry/open-registry.js');
    const { config, output } = context;
    const say = (line: string): void => {
      output.note(line);
    };
    const meters = createMeters();
    const cacheOf = (type: CacheType): Promise<TextCache> =>
      openCache(config, type, { meters, log: { warn: say, info: say } });
    // What is told is written down, which a reader may not.
    const made = await withDatabase(
      context,
      { role: 'writer', name: 'predict' },
      async ({ pool }, { status }) => {
        const lake = await openLakeOf(config, status.postgres, 'predict');
        const [features, cache] = [await cacheOf('match_features'), await cacheOf('predictions')];
        const open = await openPredictions({
          ...{ pool, source: lake, features, cache, meters, log: { warn: say } },
          registry: openRegistryOf(config),
        });
        try {
          const asked = { matchIds: [id], now: instant(Date.now()), choice };
          const [answer] = (await open.predictions.predictAndStore(asked)).answers;
          if (answer !== undefined && isMade(answer)) {
            return { ...answer, explanation: explain ? explainMade(answer) : null };
          }
          throw new BadInput(`Match ${id} cannot be predicted: ${answer?.says ?? 'nobody knows it'}`, {
            field: 'id',
            advice: `touchline match ${id} shows where it stands; touchline features online what is known of it.`,
          });
        } finally {
          await open.close();
          await cache.close();
          await features.close();
          await lake.close();
        }
      },
    );
    const { prediction, explanation } = made;
    const { chances, market, kickOff, cutoff, asOf, ...rest } = prediction;
    await output.result(
      {
        ...rest,
        ...{ probabilities: named(chances), market: market === null ? null : named(market) },
        ...{ kickOff: toIso(kickOff), cutoff: toIso(cutoff), asOf: toIso(asOf), explanation },
      },
      () =>
        [predictionText(prediction), ...(explanation === null ? [] : [explanationText(explanation)])].join(
          '\n\n',
        ),
    );
    return 0;
  },
});

const named = ([away, draw, home]: Probabilities) => ({ home, draw, away });
const share = (chance: number): string => `${(100 * chance).toFixed(1)} %`;
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;

function predictionText({
  matchId,
  model,
  version,
  variant,
  chances,
  predicted,
  market,
  missing,
  ...about
}: Prediction): string {
  const prices = variant === 'withPrices' ? 'with prices' : 'without prices';
  return [
    `Match ${matchId}, ${toIso(about.kickOff)}: ${predicted}, by ${model} version ${version} ${prices}.`,
    textTable(
      ['result', 'model', 'market'],
      (['home', 'draw', 'away'] as const).map((result) => [
        result,
        share(named(chances)[result]),
        market === null ? null : share(named(market)[result]),
      ]),
    ),
    `As of ${toIso(about.asOf)} (cutoff ${toIso(about.cutoff)}), lake snapshot ${about.snapshot}.`,
    missing.length === 0 ? 'No feature is missing.' : `Missing: ${missing.join(', ')}.`,
  ].join('\n');
}

const explanationText = ({ homeOverAway, terms, groups }: PredictionExplanation): string =>
  [
    `ln(home / away) is ${signed(homeOverAway)}.`,
    textTable(
      ['opinion', 'weight', 'adds'],
      terms.map(({ opinion, weight, value }) => [opinion, weight.toFixed(2), signed(value)]),
    ),
    'Without a group of features (an ablation of the model, no cause) so much of it would be gone:',
    textTable(
      ['group', 'features', 'change'],
      groups.map(({ group, features, change }) => [group, features, signed(change)]),
    ),
  ].join('\n');

export const predictionsReport = command({
  path: ['predictions', 'report'],
  summary: 'what became of predictions: accuracy, log loss, RPS, beside the closing line',
  description: [
    'Of each version the last prediction before kick-off of every match that has been verified, over the last 1, 7 and 30 days, in all leagues and by league. delta: mean log loss less that of the',
    'average closing price (its margin taken out by Shin) on the same matches; clv: closing-line value, the mean of ln(chance of the predicted result by the closing prices / by the prices when it was',
    'predicted), positive where the market moved towards the prediction. A version that beats the closing line by more than can be is in the review queue (suspected_leak).',
  ].join('\n'),
  options: [],
  examples: ['touchline predictions report', 'touchline predictions report --json'],
  json: [
    '{"rows": [{"model", "version", "window", "league": code or null for all, "matches", "accuracy", "logLoss", "rps", "closing": {"matches", "logLoss", "delta", "deltaSe"} or null,',
    '"closingLineValue": {"matches", "mean"} or null}], "coverage": [{"model", "version", "predicted", "played"}], "daily": [{"model", "day", "predictions"}]}',
  ].join('\n'),
  settings: z.object({}),
  async run(_, context) {
    const { predictionQuality } = await import('../activities/prediction-quality.js');
    const quality = await withDatabase(context, { role: 'reader', name: 'predictions' }, ({ pool }) =>
      predictionQuality(pool, instant(Date.now())),
    );
    await context.output.result(quality, () => qualityText(quality));
    return 0;
  },
});

function qualityText({ rows, coverage, daily }: PredictionQuality): string {
  const judged =
    rows.length === 0
      ? 'No prediction of the last 30 days has been verified.'
      : textTable(
          ['version', 'window', 'league', 'matches', 'accuracy', 'log loss', 'RPS', 'to the close', 'clv'],
          rows.map((row) => [
            row.version,
            row.window,
            row.league ?? 'all',
            row.matches,
            row.accuracy.toFixed(3),
            row.logLoss.toFixed(4),
            row.rps.toFixed(4),
            row.closing === null ? null : `${signed(row.closing.delta)} ± ${row.closing.deltaSe.toFixed(3)}`,
            row.closingLineValue === null ? null : signed(row.closingLineValue.mean),
          ]),
        );
  return [
    judged,
    ...coverage.map(
      ({ version, predicted, played }) =>
        `Version ${version} predicted ${predicted} of the ${played} matches of the last 30 days in the leagues that it knows.`,
    ),
    ...daily.map(({ day, predictions }) => `${day}: ${predictions} predictions stored.`),
  ].join('\n');
}
