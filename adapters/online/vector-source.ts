import { readMatchVectors, type MatchVector, type VectorsAsked } from '../lake/frames/match-vectors.js';
import { listSnapshots } from '../lake/snapshots.js';
import type { Lake } from '../lake/open-lake.js';

/** Where vectors are computed: the offline store. */
export interface VectorSource {
  /** Throws as {@link readMatchVectors} does. */
  vectors(asked: VectorsAsked): Promise<MatchVector[]>;
}

/** The same, with which states of it there still are. */
export interface VectorHistory extends VectorSource {
  snapshots(): Promise<ReadonlySet<number>>;
}

/** The lake through its writer's DuckDB, for the process that has one: a second instance would hold as much memory again. */
export const throughWriter = (lake: Pick<Lake, 'write'>): VectorHistory => ({
  vectors: (asked) => lake.write((connection) => readMatchVectors(connection, asked)),
  snapshots: async () =>
    new Set((await lake.write((connection) => listSnapshots(connection))).map(({ id }) => id)),
});
