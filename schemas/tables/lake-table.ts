/**
 * The types a lake column may have: those every Parquet reader knows. Prices are decimals, instants are UTC, a list is of names.
 */
export type LakeType =
  | 'BOOLEAN'
  | 'INTEGER'
  | 'BIGINT'
  | 'DOUBLE'
  | 'VARCHAR'
  | 'VARCHAR[]'
  | 'TIMESTAMPTZ'
  | 'DECIMAL(10,3)'
  | 'DECIMAL(5,2)'
  | 'DECIMAL(5,4)';

/** `silver` copies the cleaned tables, `gold` is made of it; `bronze` holds what only Postgres had: archived logs. */
export const lakeLayers = ['bronze', 'silver', 'gold'] as const;
export type LakeLayer = (typeof lakeLayers)[number];

export interface LakeColumn {
  readonly name: string;
  readonly type: LakeType;
  /** What one value says, with its unit. */
  readonly description: string;
}

/** One lake table: its creation, its publication, its checks and its documentation come from this. */
export interface LakeTable {
  readonly layer: LakeLayer;
  readonly name: string;
  readonly description: string;
  readonly columns: readonly LakeColumn[];
  /** The instant whose UTC year and month partition the table; null for a small table that is written whole. */
  readonly partitionColumn: string | null;
  /** The columns that name one row, whatever its surrogate id. */
  readonly businessKey: readonly string[];
}

/** A silver table is a copy of Postgres: `from` and `expressions` say which rows and columns it takes. */
export interface SilverTable extends LakeTable {
  readonly layer: 'silver';
  /** Who answers for it; of a gold table its model says so. */
  readonly owner: string;
  /** The FROM clause in Postgres. */
  readonly from: string;
  /** The alias in `from` that columns are taken from unless `expressions` names another. */
  readonly alias: string;
  readonly expressions: Readonly<Record<string, string>>;
}

/** `silver.matches`: how a table is named in SQL, in messages and in locks. */
export const qualifiedName = (table: Pick<LakeTable, 'layer' | 'name'>): string =>
  `${table.layer}.${table.name}`;

export const column = (name: string, type: LakeType, description: string): LakeColumn => ({
  name,
  type,
  description,
});
