import type { LakeTable } from './lake-table.js';

/** What becomes of a table that does not meet an expectation: it is not published, or it is and the rows are told of. */
export type Weight = 'blocks' | 'reports';

interface Expected {
  readonly weight: Weight;
  /** What a person reads where it is not met: "a match has a kick-off". */
  readonly says: string;
  /** The rows that it is about, as a condition that DuckDB and Postgres understand; all of them without one. */
  readonly among?: string;
}

/**
 * What is expected of a table, by Great Expectations' type names where it has one (QUAL-3). A null meets what is expected of a column's
 * values: whether it may be there is an expectation of its own (QUAL-5).
 */
export type Expectation =
  | ColumnExists
  | ValuesNotNull
  | ValuesBetween
  | ValuesInSet
  | ColumnsUnique
  | ValuesRefer
  | RowsSatisfy
  | RowsAgree
  | RowsFollow;

export interface ColumnExists extends Expected {
  readonly type: 'expect_column_to_exist';
  readonly column: string;
}
export interface ValuesNotNull extends Expected {
  readonly type: 'expect_column_values_to_not_be_null';
  readonly column: string;
}
export interface ValuesBetween extends Expected {
  readonly type: 'expect_column_values_to_be_between';
  readonly column: string;
  readonly min: number;
  readonly max: number;
}
export interface ValuesInSet extends Expected {
  readonly type: 'expect_column_values_to_be_in_set';
  readonly column: string;
  readonly values: readonly string[];
}
/** Nulls count as equal. */
export interface ColumnsUnique extends Expected {
  readonly type: 'expect_compound_columns_to_be_unique';
  readonly columns: readonly string[];
}
/** Ours: each value is the `key` of a row of another table. */
export interface ValuesRefer extends Expected {
  readonly type: 'expect_column_values_to_refer_to';
  readonly column: string;
  readonly table: LakeTable;
  readonly key: string;
}
/** Ours: a rule over the columns of a row, as a condition that DuckDB and Postgres understand. */
export interface RowsSatisfy extends Expected {
  readonly type: 'expect_rows_to_satisfy';
  readonly columns: readonly string[];
  readonly condition: string;
}

/**
 * Ours: a rule over a row, `judged` in the condition, and the row of another table that its `column` refers to, `other`. A row that refers to none is
 * not judged.
 */
export interface RowsAgree extends Expected {
  readonly type: 'expect_rows_to_agree_with';
  readonly column: string;
  readonly table: LakeTable;
  readonly key: string;
  readonly columns: readonly string[];
  /** The columns of the other row that the condition names. */
  readonly others: readonly string[];
  readonly condition: string;
}
/**
 * Ours: a rule over a row and the one before it among those with the same `sequence`, in the order of `by`. Condition and `among` name a column
 * of the row before as `earlier_<column>`. A row that has none before it is not judged.
 */
export interface RowsFollow extends Expected {
  readonly type: 'expect_rows_to_follow_each_other';
  readonly sequence: readonly string[];
  readonly by: string;
  readonly columns: readonly string[];
  readonly condition: string;
}

/** Ours: about seasons, told by their counts rather than by rows. */
export interface SeasonsExpectation extends Expected {
  readonly type:
    | 'expect_seasons_to_have_their_matches'
    | 'expect_teams_to_play_once_a_day'
    | 'expect_matchdays_to_have_their_matches';
  readonly columns: readonly string[];
}

/** Ours: about what several sources tell of the same, whichever rows that are. */
export interface SourcesExpectation extends Expected {
  readonly type: 'expect_sources_to_agree';
  readonly columns: readonly string[];
}

/** Ours: about a table as a whole, by its contract. */
export interface TableExpectation extends Expected {
  readonly type: 'expect_table_to_keep_its_contract' | 'expect_table_to_be_fresh';
  readonly columns: readonly string[];
}

/** All that a validation may be of. */
export type AnyExpectation = Expectation | SeasonsExpectation | SourcesExpectation | TableExpectation;

/** What is expected of one table. */
export interface Suite {
  readonly name: string;
  readonly table: LakeTable;
  /** Where the payloads of a row stand that has no `raw_id`: in rows of a table whose `by` is its `key`. */
  readonly payloads?: { readonly table: LakeTable; readonly by: string; readonly key: string };
  readonly expectations: readonly Expectation[];
}

/** The columns that an expectation is about. */
export const columnsOf = (expectation: AnyExpectation): readonly string[] =>
  'columns' in expectation ? expectation.columns : [expectation.column];

/** What an expectation reads of another table, or undefined where it reads its own alone. */
export function lookedUpBy(
  expectation: Expectation,
): { readonly table: LakeTable; readonly columns: readonly string[] } | undefined {
  switch (expectation.type) {
    case 'expect_column_values_to_refer_to':
      return { table: expectation.table, columns: [expectation.key] };
    case 'expect_rows_to_agree_with':
      return { table: expectation.table, columns: [expectation.key, ...expectation.others] };
    case 'expect_column_to_exist':
    case 'expect_column_values_to_not_be_null':
    case 'expect_column_values_to_be_between':
    case 'expect_column_values_to_be_in_set':
    case 'expect_compound_columns_to_be_unique':
    case 'expect_rows_to_satisfy':
    case 'expect_rows_to_follow_each_other':
      return undefined;
  }
}
