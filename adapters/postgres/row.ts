import type { Selectable } from 'kysely';
import type { Database } from './open-database.js';

type Tables = { readonly [Table in keyof Database]: Selectable<Database[Table]> };

/** A column of a table or view, as `matches.match_time`. */
export type ColumnName = {
  [Table in keyof Tables]: `${Table}.${keyof Tables[Table] & string}`;
}[keyof Tables];

/** The type of a column as openDatabase reads it. */
export type Column<Name extends ColumnName> = Name extends `${infer Table extends keyof Tables}.${infer Of}`
  ? Tables[Table][Of & keyof Tables[Table]]
  : never;

/** A value by its type. */
interface Typed<Value> {
  readonly type: Value;
}

/** A value that is no column of a table: an aggregate, an expression, a temporary table's, one of Postgres's own catalogue. */
export type Computed<Value> = Typed<Value>;

/** A column that holds less than its type says: by a check, by what the query asks for, by who writes its JSON. */
export type Narrowed<Name extends ColumnName, Value extends Column<Name>> = Typed<Value>;

/** A column that is never null in what the query selects. Postgres tells of no column of a view that it is not null. */
export type Present<Name extends ColumnName> = Narrowed<Name, NonNullable<Column<Name>>>;

/** What stands under one name of a result; `| null` where an outer join may find no row. */
type Selected = ColumnName | Typed<unknown> | null;

type ValueOf<Of> = Of extends ColumnName ? Column<Of> : Of extends Typed<infer Value> ? Value : null;

/**
 * A row that a query written as text returns: what stands under each of its names. Columns take their types from the tables, so a
 * migration that renames or changes one is refused by the compiler wherever it is read:
 *
 *     client.query<Row<{ matchId: 'odds.match_id'; venue: 'matches.venue' | null; quotes: Computed<number> }>>(…)
 *
 * Whether the text selects those columns under those names is for the tests that run it.
 */
export type Row<Columns extends { readonly [Name in keyof Columns]: Selected }> = {
  readonly [Name in keyof Columns]: ValueOf<Columns[Name]>;
};
