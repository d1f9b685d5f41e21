import type { ModelRegistry, RegisteredModel } from '../../adapters/models/registry/model-registry.js';
import type { ActiveModel, Figures, VersionLine, VersionTold } from '../../schemas/api/models.js';
import { ModelAlias, type ModelMetrics, type ModelVersion } from '../../schemas/records/model.js';

const figuresOf = ({ n, logLoss, rps, brier, accuracy, ece }: ModelMetrics): Figures => ({
  ...{ matches: n, log_loss: logLoss, rps, brier, accuracy, ece },
});

/** Every version with where it stands, the newest first. Throws DependencyAway where the registry is away. */
export async function listVersions(
  registry: ModelRegistry,
): Promise<readonly { readonly version: ModelVersion; readonly line: VersionLine }[]> {
  const [versions, stages, { aliases, split }] = await Promise.all([
    registry.versions(),
    registry.stages(),
    registry.pointers(),
  ]);
  const shareOf = (version: number): number => {
    if (split?.version === version) return split.share;
    return version === aliases.production ? 1 - (split?.share ?? 0) : 0;
  };
  return versions.toReversed().map((version) => {
    const { name, runId, createdAt, lakeSnapshot, metrics } = version;
    const line: VersionLine = {
      ...{ name, version: version.version, stage: stages.get(version.version) ?? 'None' },
      aliases: ModelAlias.options.filter((alias) => aliases[alias] === version.version),
      ...{ share: shareOf(version.version), run_id: runId },
      ...{ created_at: new Date(createdAt).toISOString(), lake_snapshot: lakeSnapshot },
      with_prices: metrics.withPrices === null ? null : figuresOf(metrics.withPrices),
      without_prices: figuresOf(metrics.withoutPrices),
    };
    return { version, line };
  });
}

/** A version with what it is made of. */
export const versionTold = (line: VersionLine, { version, model }: RegisteredModel): VersionTold => {
  const beside = version.metrics.besideBookmakers;
  return {
    ...line,
    beside_bookmakers:
      beside == null ? null : { model: figuresOf(beside.model), bookmakers: figuresOf(beside.bookmakers) },
    feature_set: model.featureSet,
    features: {
      with_prices: model.withPrices?.booster.features ?? [],
      without_prices: model.withoutPrices.booster.features,
    },
    divisions: model.divisions,
    trained_on: model.trainedOn,
    parameters: version.parameters ?? {},
  };
};

/** A version as API-10 tells it; its tags are texts, as the registry's are. */
export const activeModel = (
  { metadata, metrics }: ModelVersion,
  { name, version, stage, share, created_at, lake_snapshot }: VersionLine,
): ActiveModel => ({
  ...{ name, version, stage, creation_timestamp: created_at },
  description: `Fitted on ${metadata === undefined ? 'matches' : `${metadata.training_samples} matches`} of lake snapshot ${lake_snapshot}`,
  tags: {
    ...(metadata === undefined
      ? {}
      : { model_type: metadata.model_type, training_date: metadata.training_date }),
    log_loss: (metrics.withPrices ?? metrics.withoutPrices).logLoss.toFixed(4),
    share: String(share),
  },
});
