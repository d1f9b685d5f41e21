import type { Instant } from './values.js';

/** A dataset as OpenLineage names it. */
export interface Dataset {
  readonly namespace: string;
  readonly name: string;
}

/** How a run goes on: it begins, and ends well, badly or because it was cancelled. */
export type LineageEventType = 'START' | 'COMPLETE' | 'FAIL' | 'ABORT';

/** What is known beside the names, by OpenLineage's names of facets. */
export type Facets = Readonly<Record<string, unknown>>;

/** One event of a run in OpenLineage's terms; a run is one attempt of an activity. */
export interface LineageEvent {
  readonly eventTime: Instant;
  readonly eventType: LineageEventType;
  /** A UUID. */
  readonly runId: string;
  /** The UUID of the workflow's run; null where no workflow asked. */
  readonly parentRunId: string | null;
  readonly job: Dataset;
  readonly inputs: readonly Dataset[];
  readonly outputs: readonly Dataset[];
  readonly facets: {
    readonly run: Facets;
    readonly job: Facets;
    /** By {@link datasetKey}; absent where nothing is known of an input beside its name. */
    readonly inputs?: Readonly<Record<string, Facets>>;
    /** By {@link datasetKey}. */
    readonly outputs: Readonly<Record<string, Facets>>;
  };
  /** A URI. */
  readonly producer: string;
}

/** What datasets and jobs are, as this release of the code knows them: said once, and not with every event. */
export interface LineageDescription {
  /** The sha256 of what the rest is made of, as hex. */
  readonly version: string;
  /** Facets by {@link datasetKey}. */
  readonly datasets: Readonly<Record<string, Facets>>;
  /** Facets by the job's name. */
  readonly jobs: Readonly<Record<string, Facets>>;
}

/** `football_db.silver/matches`. */
export const datasetKey = ({ namespace, name }: Dataset): string => `${namespace}/${name}`;
