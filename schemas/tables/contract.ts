import { z } from 'zod';
import type { Expectation, Suite } from './expectations.js';
import { columnsOf } from './expectations.js';
import type { LakeTable } from './lake-table.js';
import { qualifiedName } from './lake-table.js';

/** What a reader may take for granted of a column. What is absent is not promised. */
export const ContractColumn = z.strictObject({
  name: z.string(),
  type: z.string(),
  /** False where no row lacks it. */
  nullable: z.boolean(),
  description: z.string(),
  /** The least and the greatest value. */
  between: z.tuple([z.number(), z.number()]).exactOptional(),
  /** Every value is one of these. */
  oneOf: z.array(z.string()).exactOptional(),
  /** Every value is one of this column: `silver.matches.id`. */
  refersTo: z.string().exactOptional(),
});
export type ContractColumn = z.infer<typeof ContractColumn>;

/** A rule that is about several columns, or about some rows alone. */
export const ContractRule = z.strictObject({
  says: z.string(),
  /** `blocks`: no published row breaks it. `reports`: the check tells which rows do. */
  weight: z.enum(['blocks', 'reports']),
  columns: z.array(z.string()),
  condition: z.string().exactOptional(),
  /** The rows that it is about. */
  among: z.string().exactOptional(),
});
export type ContractRule = z.infer<typeof ContractRule>;

/** How late the table may be. */
export const ContractFreshness = z.strictObject({ hours: z.number().positive(), says: z.string() });
export type ContractFreshness = z.infer<typeof ContractFreshness>;

/** What is promised of one table of the lake. */
export const Promises = z.strictObject({
  /** `silver.matches` */
  dataset: z.string(),
  /** Who answers for it. */
  owner: z.string(),
  description: z.string(),
  /** The columns that name one row; no two rows have the same. */
  key: z.array(z.string()),
  /** The instant whose UTC month partitions it; null for a table that is written whole. */
  partition: z.string().nullable(),
  /** Null of an archive, to which rows move once they are old. */
  freshness: ContractFreshness.nullable(),
  columns: z.array(ContractColumn),
  rules: z.array(ContractRule),
});
export type Promises = z.infer<typeof Promises>;

export const ContractVersion = z.string().regex(/^[1-9]\d*\.\d+\.\d+$/, 'a version is written 1.0.0');

/** The promises of a table as they were released: version `major.minor.patch`. */
export const DataContract = z.strictObject({ version: ContractVersion, ...Promises.shape });
export type DataContract = z.infer<typeof DataContract>;

/** QUAL-10: what is stored in Postgres is in the lake within a day. */
const hours = 24;
const freshnessOf: Readonly<Record<LakeTable['layer'], ContractFreshness>> = {
  bronze: { hours, says: 'what Postgres holds is in the lake' },
  silver: { hours, says: 'what silver has learnt is in the lake' },
  gold: { hours, says: 'it is made of the newest silver of the lake' },
};

/** What stands beside the declaration of a table. */
export interface ContractParts {
  readonly owner: string;
  readonly suite: Suite | undefined;
  /** What the table's model checks before it is published, in words. */
  readonly checks?: readonly string[];
  /** A table that old rows move to. */
  readonly archive?: boolean;
}

/**
 * The promises of a table, made of what is declared: nothing of a contract is written anywhere else. What a suite expects of one column of every row, and
 * holds a table back for, is promised of the column; all else that it expects is a rule.
 */
export function promisesOf(
  table: LakeTable,
  { owner, suite, checks = [], archive = false }: ContractParts,
): Promises {
  const expectations = suite?.expectations ?? [];
  const isKey = (one: Expectation): boolean =>
    one.type === 'expect_compound_columns_to_be_unique' && one.columns.join() === table.businessKey.join();
  const rules = expectations.filter(
    (one) => !isOfEveryValue(one) && one.type !== 'expect_column_to_exist' && !isKey(one),
  );
  return {
    dataset: qualifiedName(table),
    ...{ owner, description: table.description },
    key: [...table.businessKey],
    partition: table.partitionColumn,
    freshness: archive ? null : freshnessOf[table.layer],
    columns: table.columns.map(({ name, type, description }) =>
      expectations
        .filter((one) => isOfEveryValue(one) && columnsOf(one).includes(name))
        .reduce<ContractColumn>(withPromise, { name, type, nullable: true, description }),
    ),
    rules: [
      ...rules.map(ruleOf),
      ...checks.map((says): ContractRule => ({ says, weight: 'blocks', columns: [] })),
    ],
  };
}

/** Whether it is about the values of one column in every row, and none is published that does not meet it. */
const isOfEveryValue = ({ type, weight, among }: Expectation): boolean =>
  weight === 'blocks' &&
  among === undefined &&
  (type === 'expect_column_values_to_not_be_null' ||
    type === 'expect_column_values_to_be_between' ||
    type === 'expect_column_values_to_be_in_set' ||
    type === 'expect_column_values_to_refer_to');

function withPromise(column: ContractColumn, expectation: Expectation): ContractColumn {
  switch (expectation.type) {
    case 'expect_column_values_to_not_be_null':
      return { ...column, nullable: false };
    case 'expect_column_values_to_be_between':
      return { ...column, between: [expectation.min, expectation.max] };
    case 'expect_column_values_to_be_in_set':
      return { ...column, oneOf: [...expectation.values] };
    case 'expect_column_values_to_refer_to':
      return { ...column, refersTo: `${qualifiedName(expectation.table)}.${expectation.key}` };
    case 'expect_column_to_exist':
    case 'expect_compound_columns_to_be_unique':
    case 'expect_rows_to_satisfy':
    case 'expect_rows_to_agree_with':
    case 'expect_rows_to_follow_each_other':
      return column;
  }
}

const ruleOf = (expectation: Expectation): ContractRule => ({
  ...{ says: expectation.says, weight: expectation.weight, columns: [...columnsOf(expectation)] },
  condition: conditionOf(expectation),
  ...(expectation.among === undefined ? {} : { among: expectation.among }),
});

/** What is expected, for a reader that knows SQL. */
function conditionOf(expectation: Expectation): string {
  switch (expectation.type) {
    case 'expect_column_to_exist':
      return `${expectation.column} exists`;
    case 'expect_column_values_to_not_be_null':
      return `${expectation.column} is not null`;
    case 'expect_column_values_to_be_between':
      return `${expectation.column} between ${expectation.min} and ${expectation.max}`;
    case 'expect_column_values_to_be_in_set':
      return `${expectation.column} in (${expectation.values.map((value) => `'${value}'`).join(', ')})`;
    case 'expect_compound_columns_to_be_unique':
      return `no two rows have the same ${expectation.columns.join(', ')}`;
    case 'expect_column_values_to_refer_to':
      return `${expectation.column} is a ${expectation.key} of ${qualifiedName(expectation.table)}`;
    case 'expect_rows_to_satisfy':
      return expectation.condition;
    case 'expect_rows_to_agree_with':
      return `${expectation.condition}, where other is the row of ${qualifiedName(expectation.table)} whose ${expectation.key} is ${expectation.column}`;
    case 'expect_rows_to_follow_each_other':
      return `${expectation.condition}, where earlier is the row before it by ${expectation.by} of the same ${expectation.sequence.join(', ')}`;
  }
}
