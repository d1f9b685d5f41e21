import { z } from 'zod';
import type { ShownValue, SuiteResult, Validation } from '../../schemas/records/validation.js';
import {
  columnsOf,
  lookedUpBy,
  type ColumnsUnique,
  type Expectation,
  type RowsAgree,
  type RowsFollow,
  type Suite,
} from '../../schemas/tables/expectations.js';
import { qualifiedName, type LakeTable } from '../../schemas/tables/lake-table.js';
import { columnInMonths, type Month } from './months.js';
import { areNewest, type NewestRows } from './newest-rows.js';
import type { JsonRow } from './rows.js';
import { quoteIdentifier, quoteText } from './sql-text.js';

/** Answers one SELECT. */
export type Ask = (sql: string) => Promise<JsonRow[]>;

/** What of a table is judged. */
export interface Judged {
  /** The relation that has the table's rows; the table of the lake where it is not given. */
  readonly from?: string;
  /**
   * The months whose rows are judged: those that are new. All of them without it, and where the table is written whole. A key without the
   * table's instant is looked for in the other months too.
   */
  readonly months?: readonly Month[];
  /** The newest rows alone are judged, by an instant of theirs, in the way of months. */
  readonly newest?: NewestRows | undefined;
  /** The columns of the relation, where they are known: else they are asked for. */
  readonly columns?: readonly string[];
  /** The relation in which the rows of another table are looked up. */
  readonly lookUp?: (table: LakeTable) => string;
  /** Whether another table has a column; without it each has those that it is declared with. */
  readonly has?: (table: LakeTable, column: string) => boolean;
}

/** An expectation that looks beyond its own row: a question of its own, since no pass over single rows answers it. */
type Apart = RowsAgree | RowsFollow;
const isApart = (expectation: Expectation): expectation is Apart =>
  expectation.type === 'expect_rows_to_agree_with' || expectation.type === 'expect_rows_to_follow_each_other';

/** The rows that a rule over successive rows is about, which may be told by the row before. */
const amongEarlier = (expectation: Apart): string | undefined =>
  expectation.type === 'expect_rows_to_follow_each_other' ? expectation.among : undefined;

/** The expectations in groups that one question answers: those about the same sequence of rows, and each other by itself. */
function sameRows(expectations: readonly Apart[]): Apart[][] {
  const groups = new Map<unknown, Apart[]>();
  for (const expectation of expectations) {
    const rows =
      expectation.type === 'expect_rows_to_follow_each_other'
        ? JSON.stringify([expectation.sequence, expectation.by])
        : expectation;
    groups.set(rows, [...(groups.get(rows) ?? []), expectation]);
  }
  return [...groups.values()];
}

const shown = 5;
const Count = z.coerce.number();
const Name = z.string();
const Shown = z.record(
  z.string(),
  z
    .union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.number())])
    .catch((context) => JSON.stringify(context.value)),
);

/**
 * Holds a table against its suite in one pass over it, however many expectations there are about single rows; one about two rows is a question of
 * its own. Only where one is not met some of the rows are read. Whether keys are unique is told by the hash of each, and looked at once more by its columns where two hashes are equal.
 */
export async function runSuite(ask: Ask, suite: Suite, judged: Judged = {}): Promise<SuiteResult> {
  const began = performance.now();
  const pass = new SuitePass(suite, judged);
  const there = new Set(
    judged.columns ?? (await ask(pass.columnsQuestion)).map((row) => Name.parse(row['column_name'])),
  );
  const { has = () => true } = judged;
  const isThere = (one: Expectation): boolean => {
    const other = lookedUpBy(one);
    return (
      columnsOf(one).every((name) => there.has(name)) &&
      (other?.columns.every((name) => has(other.table, name)) ?? true)
    );
  };
  const answerable = suite.expectations.filter(
    (one) => one.type !== 'expect_column_to_exist' && isThere(one),
  );
  const together = answerable.filter((one) => !isApart(one));
  const [counts = {}] = await ask(pass.countsQuestion(together));
  const apart = new Map<Expectation, JsonRow>();
  for (const group of sameRows(answerable.filter(isApart))) {
    const [counted = {}] = await ask(pass.apartQuestion(group));
    for (const [place, expectation] of group.entries()) {
      apart.set(expectation, {
        evaluated: counted[`evaluated_${place}`] ?? null,
        unexpected: counted[`unexpected_${place}`] ?? null,
      });
    }
  }
  const validations: Validation[] = [];
  for (const expectation of suite.expectations) {
    if (!answerable.includes(expectation)) {
      validations.push({ expectation, evaluated: 1, unexpected: isThere(expectation) ? 0 : 1, examples: [] });
      continue;
    }
    if (isApart(expectation)) {
      const counted = apart.get(expectation) ?? {};
      const unexpected = Count.parse(counted['unexpected']);
      const rows = unexpected === 0 ? [] : await ask(pass.apartExamplesQuestion(expectation, there));
      validations.push({
        ...{ expectation, evaluated: Count.parse(counted['evaluated']), unexpected },
        examples: rows.map((row) => Shown.parse(row)),
      });
      continue;
    }
    const place = together.indexOf(expectation);
    const evaluated = Count.parse(counts[`evaluated_${place}`]);
    let unexpected = Count.parse(counts[`unexpected_${place}`]);
    if (
      expectation.type === 'expect_compound_columns_to_be_unique' &&
      (unexpected > 0 || pass.reachesFurther(expectation))
    ) {
      const [counted = {}] = await ask(pass.repeatedQuestion(expectation));
      // Of one new row that several old ones equal, one is too many.
      unexpected = Math.min(evaluated, Count.parse(counted['unexpected']));
    }
    const rows = unexpected === 0 ? [] : await ask(pass.examplesQuestion(expectation, there));
    const examples: Readonly<Record<string, ShownValue>>[] = rows.map((row) => Shown.parse(row));
    validations.push({ expectation, evaluated, unexpected, examples });
  }
  const { name, table } = suite;
  const seconds = (performance.now() - began) / 1_000;
  return {
    suite: name,
    table: qualifiedName(table),
    rows: Count.parse(counts['rows']),
    validations,
    seconds,
  };
}

/** The questions of one pass. */
class SuitePass {
  readonly #suite: Suite;
  readonly #from: string;
  /** The condition of the rows that are judged; undefined where these are all. */
  readonly #only: string | undefined;
  /** The column by which they are told. */
  readonly #onlyBy: string | null;
  readonly #lookUp: (table: LakeTable) => string;

  constructor(suite: Suite, { from, months, newest, lookUp }: Judged) {
    const { partitionColumn } = suite.table;
    this.#suite = suite;
    this.#from = from ?? qualifiedName(suite.table);
    this.#onlyBy = newest?.by ?? partitionColumn;
    if (newest !== undefined) this.#only = areNewest(newest);
    else if (months !== undefined && partitionColumn !== null)
      this.#only = columnInMonths(partitionColumn, months);
    this.#lookUp = lookUp ?? qualifiedName;
  }

  /** Whether a row that is not judged may have the same key as one that is. */
  reachesFurther({ columns }: ColumnsUnique): boolean {
    return this.#only !== undefined && this.#onlyBy !== null && !columns.includes(this.#onlyBy);
  }

  get columnsQuestion(): string {
    return `select column_name from (describe select * from ${this.#from})`;
  }

  countsQuestion(expectations: readonly Expectation[]): string {
    const counts = expectations.flatMap((expectation, place) => {
      const among = expectation.among === undefined ? '' : ` filter (where ${expectation.among})`;
      return [
        `count(${this.#counted(expectation)})${among} as evaluated_${place}`,
        `${this.#unexpected(expectation)} as unexpected_${place}`,
      ];
    });
    return `select ${['count(*) as rows', ...counts].join(', ')} from ${this.#from}${whereAll(this.#only)}`;
  }

  /** How many rows there are more than keys, by the columns themselves. */
  repeatedQuestion(expectation: ColumnsUnique): string {
    return `select coalesce(sum(n - 1), 0) as unexpected from (${this.#repeated(expectation)})`;
  }

  examplesQuestion(expectation: Expectation, there: ReadonlySet<string>): string {
    if (expectation.type === 'expect_compound_columns_to_be_unique') {
      return `${this.#repeated(expectation)} limit ${shown}`;
    }
    const wanted = new Set([...this.#suite.table.businessKey, ...columnsOf(expectation), 'id', 'raw_id']);
    const names = [...wanted].filter((name) => there.has(name)).map(quoteIdentifier);
    const selected = [...names, ...this.#payloads()].join(', ');
    return `select ${selected} from ${this.#from} as judged${whereAll(this.#only, this.#isUnexpected(expectation))} limit ${shown}`;
  }

  /** Counts of expectations that are held against the same rows. */
  apartQuestion(expectations: readonly Apart[]): string {
    const counts = expectations.flatMap((expectation, place) => {
      const { condition } = expectation;
      const of = amongEarlier(expectation) ?? 'true';
      return [
        `count(${condition}) filter (where (${of})) as evaluated_${place}`,
        `count(*) filter (where (${of}) and not (${condition})) as unexpected_${place}`,
      ];
    });
    return `select ${counts.join(', ')} from ${this.#apart(expectations)}`;
  }

  apartExamplesQuestion(expectation: Apart, there: ReadonlySet<string>): string {
    const wanted = [
      ...new Set([...this.#suite.table.businessKey, ...columnsOf(expectation), 'id', 'raw_id']),
    ];
    const selected = wanted
      .filter((name) => there.has(name))
      .map((name) => `judged.${quoteIdentifier(name)}`);
    const others =
      expectation.type === 'expect_rows_to_follow_each_other'
        ? expectation.columns.map((name) => quoteIdentifier(`earlier_${name}`))
        : expectation.others.map(
            (name) => `other.${quoteIdentifier(name)} as ${quoteIdentifier(`other_${name}`)}`,
          );
    const unmet = whereAll(amongEarlier(expectation), `not (${expectation.condition})`);
    return `select ${[...selected, ...others].join(', ')} from ${this.#apart([expectation])}${unmet} limit ${shown}`;
  }

  /** The rows that are judged, each with the one that it is held against. */
  #apart(expectations: readonly Apart[]): string {
    const [first] = expectations;
    if (first?.type === 'expect_rows_to_agree_with') {
      const { column, key, table, among } = first;
      const rows = `select * from ${this.#from}${whereAll(this.#only, among)}`;
      return `(${rows}) as judged join ${this.#lookUp(table)} as other on other.${quoteIdentifier(key)} = judged.${quoteIdentifier(column)}`;
    }
    const { sequence = [], by = '' } = first ?? {};
    const names = sequence.map(quoteIdentifier).join(', ');
    const columns = new Set(expectations.flatMap((expectation) => expectation.columns));
    const earlier = [...columns].map(
      (name) => `lag(${quoteIdentifier(name)}) over before as ${quoteIdentifier(`earlier_${name}`)}`,
    );
    // The row before one that is judged may be outside the months that are.
    const sequences =
      this.#only === undefined
        ? ''
        : whereAll(`hash(${names}) in (select hash(${names}) from ${this.#from}${whereAll(this.#only)})`);
    const rows = `select *, ${earlier.join(', ')}, lag(true) over before as follows from ${this.#from}${sequences} window before as (partition by ${names} order by ${quoteIdentifier(by)})`;
    return `(select * from (${rows})${whereAll('follows', this.#only)}) as judged`;
  }

  /** The payloads of a row that names none itself. */
  #payloads(): string[] {
    const { payloads } = this.#suite;
    if (payloads === undefined) return [];
    const [key, by] = [payloads.key, payloads.by].map(quoteIdentifier);
    return [
      `(select list_sort(list(distinct told.raw_id)) from ${this.#lookUp(payloads.table)} as told where told.${by} = judged.${key}) as raw_ids`,
    ];
  }

  /** The keys that several rows have, among them at least one that is judged. */
  #repeated(expectation: ColumnsUnique): string {
    const { columns, among } = expectation;
    const names = columns.map(quoteIdentifier).join(', ');
    const further = this.reachesFurther(expectation);
    // Keys of all months are looked up like those of another table.
    const from = further && among === undefined ? this.#lookUp(this.#suite.table) : this.#from;
    const rows = further
      ? // Hashes, since null is in no list: two keys of one hash are told apart by the grouping.
        `hash(${names}) in (select hash(${names}) from ${from}${whereAll(this.#only, among)})`
      : this.#only;
    return `select ${names}, count(*) as n from ${from}${whereAll(rows, among)} group by all having count(*) > 1`;
  }

  /** What is not null in the rows that an expectation judges. */
  #counted(expectation: Expectation): string {
    switch (expectation.type) {
      case 'expect_column_to_exist':
      case 'expect_column_values_to_not_be_null':
      case 'expect_compound_columns_to_be_unique':
        return '*';
      case 'expect_rows_to_satisfy':
      case 'expect_rows_to_agree_with':
      case 'expect_rows_to_follow_each_other':
        return `(${expectation.condition})`;
      case 'expect_column_values_to_be_between':
      case 'expect_column_values_to_be_in_set':
      case 'expect_column_values_to_refer_to':
        return quoteIdentifier(expectation.column);
    }
  }

  #unexpected(expectation: Expectation): string {
    if (expectation.type !== 'expect_compound_columns_to_be_unique') {
      return `count(*) filter (where ${this.#isUnexpected(expectation)})`;
    }
    const key = `hash(${expectation.columns.map(quoteIdentifier).join(', ')})`;
    const filter = expectation.among === undefined ? '' : ` filter (where ${expectation.among})`;
    return `count(*)${filter} - count(distinct ${key})${filter}`;
  }

  /** Whether a row does not meet an expectation: never null where it does not. */
  #isUnexpected(expectation: Expectation): string {
    const among = expectation.among === undefined ? '' : `(${expectation.among}) and `;
    return `${among}${this.#isUnmet(expectation)}`;
  }

  #isUnmet(expectation: Expectation): string {
    const column = 'column' in expectation ? quoteIdentifier(expectation.column) : '';
    switch (expectation.type) {
      case 'expect_column_values_to_not_be_null':
        return `${column} is null`;
      case 'expect_column_values_to_be_between':
        return `(${column} < ${expectation.min} or ${column} > ${expectation.max})`;
      case 'expect_column_values_to_be_in_set':
        return `${column} not in (${expectation.values.map(quoteText).join(', ')})`;
      case 'expect_column_values_to_refer_to': {
        const key = quoteIdentifier(expectation.key);
        return `(${column} is not null and ${column} not in (select ${key} from ${this.#lookUp(expectation.table)}))`;
      }
      case 'expect_rows_to_satisfy':
      case 'expect_rows_to_agree_with':
      case 'expect_rows_to_follow_each_other':
        return `not (${expectation.condition})`;
      case 'expect_column_to_exist':
      case 'expect_compound_columns_to_be_unique':
        return 'false';
    }
  }
}

/** The WHERE clause of the conditions that there are. */
const whereAll = (...conditions: readonly (string | undefined)[]): string => {
  const given = conditions.filter((condition) => condition !== undefined);
  return given.length === 0 ? '' : ` where ${given.map((condition) => `(${condition})`).join(' and ')}`;
};
