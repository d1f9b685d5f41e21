import type {
  BoosterCard,
  ModelAlias,
  ModelFile,
  ModelVersion,
  ServingVersions,
} from '../../../schemas/records/model.js';

/** A version with what it is made of. */
export interface RegisteredModel {
  readonly version: ModelVersion;
  readonly model: ModelFile;
}

export interface NewVersion {
  readonly version: Omit<ModelVersion, 'version'>;
  readonly model: ModelFile;
  /** The boosters' files by the names that the model's cards give. */
  readonly boosters: Readonly<Record<string, Uint8Array>>;
}

/** Registered models in MLflow's terms: a registered model has versions, which never change, and an alias points to one. */
export interface ModelRegistry {
  /** Registers a version whole or not at all. A run registers once: a second call for it returns the first version. */
  register(made: NewVersion): Promise<ModelVersion>;
  /** Points an alias to a version, unless it points to a later one: a run tried again moves nothing back. */
  advanceAlias(alias: ModelAlias, version: number): Promise<void>;
  /** Throws {@link PrerequisiteMissing} where the alias points nowhere. */
  byAlias(alias: ModelAlias): Promise<RegisteredModel>;
  /** Throws {@link BadInput} where there is no such version. */
  byVersion(version: number): Promise<RegisteredModel>;
  /** The versions that serve. Throws {@link PrerequisiteMissing} where `production` points nowhere. */
  serving(): Promise<ServingVersions>;
  /** The booster's bytes. Throws {@link BadInput} where they are not those that were registered. */
  readBooster(version: number, card: BoosterCard): Promise<Uint8Array>;
  /** Oldest first. */
  versions(): Promise<ModelVersion[]>;
  /** The version that a run registered. */
  ofRun(runId: string): Promise<ModelVersion | undefined>;
}
