import { z } from 'zod';
import type { ModelRegistry } from '../adapters/models/registry/model-registry.js';
import { registeredModelName, type ModelMetrics } from '../schemas/records/model.js';
import { command, type CommandContext } from './command.js';
import { WholeNumber } from './settings.js';
import { grouped, textTable } from './table.js';
import { withDatabase } from './with-database.js';

async function registryOf({ config }: CommandContext): Promise<ModelRegistry> {
  const { openRegistryOf } = await import('../adapters/models/registry/open-registry.js');
  return openRegistryOf(config);
}

export const modelList = command({
  path: ['model', 'list'],
  summary: 'the versions of the model, and which of them serve',
  description:
    'Lists the versions, the newest first, with their stage: Production serves, Staging is the newest, Archived served once. Log losses are of the seasons each was calibrated on.',
  examples: ['touchline model list', 'touchline model list --json'],
  json: 'An array of {"version", "stage", "share", "runId", "createdAt", "lakeSnapshot", "metrics", "metadata"}: share is that of the matches it serves.',
  settings: z.object({}),
  async run(_, context) {
    const registry = await registryOf(context);
    const [versions, stages, { aliases, split }] = await Promise.all([
      registry.versions(),
      registry.stages(),
      registry.pointers(),
    ]);
    const shareOf = (version: number): number => {
      if (split?.version === version) return split.share;
      return version === aliases.production ? 1 - (split?.share ?? 0) : 0;
    };
    const listed = versions
      .map((one) => ({ ...one, stage: stages.get(one.version) ?? 'None', share: shareOf(one.version) }))
      .reverse();
    await context.output.result(listed, () =>
      listed.length === 0
        ? 'No version is registered: touchline model train.'
        : textTable(
            ['version', 'stage', 'serves', 'trained', 'log loss', 'without prices', 'run'],
            listed.map(({ version, stage, share, createdAt, metrics, runId }) => [
              String(version),
              stage,
              share === 0 ? '' : `${(100 * share).toFixed(0)} %`,
              createdAt.slice(0, 16),
              metrics.withPrices?.logLoss.toFixed(4) ?? '',
              metrics.withoutPrices.logLoss.toFixed(4),
              runId,
            ]),
          ),
    );
    return 0;
  },
});

const figures = (name: string, metrics: ModelMetrics | null | undefined): string[][] =>
  metrics == null
    ? []
    : [
        [
          name,
          grouped(metrics.n),
          metrics.logLoss.toFixed(4),
          metrics.rps.toFixed(4),
          metrics.brier.toFixed(4),
          metrics.accuracy.toFixed(3),
          metrics.precision?.toFixed(3) ?? '',
          metrics.recall?.toFixed(3) ?? '',
          metrics.ece.toFixed(3),
        ],
      ];

export const modelShow = command({
  path: ['model', 'show'],
  summary: 'one version: where it comes from, how it did, what it is made of',
  description:
    'Shows a version with its metrics beside the bookmakers on the same matches, and its model file.',
  arguments: [{ flags: '<version>', about: 'its number, as touchline model list shows it' }],
  examples: ['touchline model show 3', 'touchline model show 3 --json'],
  json: '{"version": {…}, "stage", "model": {…}}: version as touchline model list prints it, model as model.json holds it.',
  settings: z.object({ version: WholeNumber }),
  async run({ version: number }, context) {
    const registry = await registryOf(context);
    const { version, model } = await registry.byVersion(number);
    const stage = (await registry.stages()).get(number) ?? 'None';
    const { withPrices, withoutPrices, besideBookmakers } = version.metrics;
    await context.output.result({ version, stage, model }, () =>
      [
        `Version ${number} of ${version.name}, ${stage}: trained ${version.createdAt} by ${version.runId}, from lake snapshot ${version.lakeSnapshot}.`,
        `${grouped(model.trainedOn.matches)} matches of ${model.divisions.join(', ')}, ${model.trainedOn.from} to ${model.trainedOn.to}; features ${model.featureSet}; seed ${model.seed}; ${model.libraries.xgboost}.`,
        '',
        textTable(
          [
            'on the seasons it was calibrated on',
            'n',
            'log loss',
            'RPS',
            'Brier',
            'accuracy',
            'precision',
            'recall',
            'ECE',
          ],
          [
            ...figures('with prices', withPrices),
            ...figures('without prices', withoutPrices),
            ...figures('where there were prices', besideBookmakers?.model),
            ...figures('the bookmakers there', besideBookmakers?.bookmakers),
          ],
        ),
      ].join('\n'),
    );
    return 0;
  },
});

export const modelHistory = command({
  path: ['model', 'history'],
  summary: 'who had which version serve, when and why',
  description:
    'Every promotion, rollback and split, the newest first, with what the gate said. Nothing of it is ever changed.',
  examples: ['touchline model history', 'touchline model history --json'],
  json: [
    'An array of {"action", "from", "to", "share", "by", "why", "gate", "at", "outcome"}: action is promote, rollback, split, or found: what served when a command came, and no',
    'command of this house had said so. from and to are versions; of a split the second version before and after. outcome is done, null while the registry',
    'may not know of it yet, or overtaken: the registry pointed elsewhere by then, and nothing came of it.',
  ].join('\n'),
  settings: z.object({}),
  async run(_, context) {
    const { readDecisions } = await import('../adapters/postgres/model-promotions.js');
    await withDatabase(context, { role: 'reader', name: 'model' }, async ({ pool }) => {
      const decisions = (await readDecisions(pool, registeredModelName)).reverse();
      await context.output.result(decisions, () =>
        decisions.length === 0
          ? 'Nobody has decided yet: touchline model promote <version>.'
          : textTable(
              ['when', 'what', 'from', 'to', 'share', 'who', 'why', 'outcome'],
              decisions.map(({ at, action, from, to, share, by, why, outcome }) => [
                at.toISOString().slice(0, 16),
                action,
                from === null ? '' : String(from),
                to === null ? '' : String(to),
                share === null ? '' : String(share),
                by,
                why,
                outcome ?? 'open',
              ]),
            ),
      );
    });
    return 0;
  },
});
