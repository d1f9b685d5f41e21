import type { HeldOut } from '../../../schemas/records/held-out.js';
import type {
  BoosterCard,
  ModelAlias,
  ModelFile,
  ModelSplit,
  ModelStage,
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
  /** What it said of matches that it had not seen, for the gate before production. */
  readonly heldOut?: HeldOut;
}

/** What the registry points to. */
export interface Pointers {
  readonly aliases: Readonly<Partial<Record<ModelAlias, number>>>;
  readonly split: ModelSplit | null;
}

/**
 * Registered models in MLflow's terms: a registered model has versions, which never change, and an alias points to one. Every method throws
 * {@link DependencyAway} where the registry is a server that is away.
 */
export interface ModelRegistry {
  /** Registers a version whole or not at all. A run registers once: a second call for it returns the first version. */
  register(made: NewVersion): Promise<ModelVersion>;
  /** Points an alias to a version, unless it points to a later one: a run tried again moves nothing back. */
  advanceAlias(alias: ModelAlias, version: number): Promise<void>;
  /**
   * Has a version serve, whatever served before, which is archived; a split that had this version serve a share ends. May be called again where it
   * was interrupted. Callers see to it that nobody else does the same meanwhile.
   */
  moveProduction(version: number): Promise<void>;
  /** Has a second version serve a share of the matches, or none. */
  setSplit(split: ModelSplit | null): Promise<void>;
  /** Where the aliases point, and who serves a share; nowhere is no error. */
  pointers(): Promise<Pointers>;
  /** Throws {@link PrerequisiteMissing} where the alias points nowhere. */
  byAlias(alias: ModelAlias): Promise<RegisteredModel>;
  /** Throws {@link BadInput} where there is no such version. */
  byVersion(version: number): Promise<RegisteredModel>;
  /** The versions that serve. Throws {@link PrerequisiteMissing} where `production` points nowhere. */
  serving(): Promise<ServingVersions>;
  /** The booster's bytes. Throws {@link BadInput} where they are not those that were registered. */
  readBooster(version: number, card: BoosterCard): Promise<Uint8Array>;
  /** What a version said of matches that it had not seen; null where it kept nothing. */
  readHeldOut(version: number): Promise<HeldOut | null>;
  /** Oldest first. */
  versions(): Promise<ModelVersion[]>;
  /** Where each version stands. */
  stages(): Promise<ReadonlyMap<number, ModelStage>>;
  /** The version that a run registered. */
  ofRun(runId: string): Promise<ModelVersion | undefined>;
}
