import { datasetKey, type Dataset, type Facets } from '../../schemas/lineage.js';
import type { Judgement } from '../../schemas/records/judgement.js';

/** What an activity does with data; a collector's report and a processor's differ in it (LIN-2). */
export type Doing =
  'collect' | 'refine' | 'publish' | 'build' | 'judge' | 'train' | 'evaluate' | 'predict' | 'archive';

/** Rows that a run wrote to one of its outputs. */
export interface WrittenRows extends Dataset {
  readonly rows: number;
}

/** What a run says of datasets beside the rows, as facets by {@link datasetKey}. */
export interface Learnt {
  readonly inputs?: Readonly<Record<string, Facets>>;
  readonly outputs?: Readonly<Record<string, Facets>>;
}

/** Methods, so that each activity's declaration reads its own input and answer, and all of them stand in one record. */
interface DeclaredOf<Input, Result> {
  readonly does: Doing;
  inputs(input: Input): readonly Dataset[];
  outputs(input: Input): readonly Dataset[];
  /** Absent where the answer counts no rows. */
  rows?(result: Result, input: Input): readonly WrittenRows[];
  learnt?(result: Result, input: Input): Learnt;
  /** What a check that failed says of the datasets that it judged. */
  refused?(judgement: Judgement, input: Input): Learnt;
}

/** `untold`: the activity moves no data from one dataset to another. */
export type LineageOf<Activity> = Activity extends (input: infer Input) => Promise<infer Result>
  ? 'untold' | DeclaredOf<Input, Result>
  : never;

/** What each of these activities reads and writes: one that is not declared, or that does not exist, is refused by the compiler. */
export type DeclaredLineage<Activities> = {
  readonly [Name in keyof Activities]: LineageOf<Activities[Name]>;
};

/** A declaration, whichever activity it is of. */
export type AnyLineage = 'untold' | DeclaredOf<unknown, unknown>;

/** So many rows in each of these, for `rows`. */
export const counted = (datasets: readonly Dataset[], rows: number): WrittenRows[] =>
  datasets.map((dataset) => ({ ...dataset, rows }));

/** The same facets for each of these datasets. */
export const ofEach = (datasets: readonly Dataset[], facets: Facets): Readonly<Record<string, Facets>> =>
  Object.fromEntries(datasets.map((dataset) => [datasetKey(dataset), facets]));
