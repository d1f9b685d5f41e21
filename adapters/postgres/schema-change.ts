import { type Kysely, sql } from 'kysely';
import type { Computed, Row } from './row.js';

/** A column that a migration takes away, or gives another type. */
export interface ChangedColumn {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  /** Null: it is gone. */
  readonly becomes: string | null;
}

/** The types of columns by `table.column`, partitions left out. */
export type ColumnTypes = ReadonlyMap<string, string>;

/** The columns of the tables as they are within a transaction. */
export async function readColumnTypes(db: Kysely<unknown>): Promise<ColumnTypes> {
  const { rows } = await sql<Row<{ column: Computed<string>; type: Computed<string> }>>`
    select c.relname || '.' || a.attname as column, format_type(a.atttypid, a.atttypmod) as type
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'm') and not c.relispartition`.execute(
    db,
  );
  return new Map(rows.map(({ column, type }) => [column, type]));
}

/** What of the columns before is not as it was. What was added is no change of them. */
export const changedColumns = (before: ColumnTypes, after: ColumnTypes): ChangedColumn[] =>
  [...before].flatMap(([name, type]) => {
    const becomes = after.get(name) ?? null;
    const [table = '', column = ''] = name.split('.');
    return becomes === type ? [] : [{ table, column, type, becomes }];
  });

/** The columns that a migration says it changes: `-- changes: odds.line_value, matches.minute`. */
export const announcedIn = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.matchAll(/^-- changes: (.+)$/gm)].flatMap(([, names = '']) =>
      names.split(',').map((name) => name.trim()),
    ),
  );

/** Looks at a migration that has run and is not committed yet; what it throws takes the migration back. */
export type SchemaGate = (migration: {
  readonly name: string;
  readonly announced: ReadonlySet<string>;
  readonly changed: readonly ChangedColumn[];
}) => void;
