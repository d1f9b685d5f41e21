import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import {
  DuckDBArrayValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
} from '@duckdb/node-api';

/** A value as JSON holds it. */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export type JsonRow = Readonly<Record<string, JsonValue>>;

const isoInstant = (micros: bigint, suffix: 'Z' | ''): string => {
  const millis = micros / 1000n;
  // Division truncates towards zero; an instant before 1970 with a fraction must round down.
  const floor = micros < 0n && millis * 1000n !== micros ? millis - 1n : millis;
  const rest = Number(micros - floor * 1000n);
  const text = new Date(Number(floor)).toISOString().slice(0, -1);
  return `${text}${rest === 0 ? '' : String(rest).padStart(3, '0')}${suffix}`;
};

const isFiniteInstant = (value: DuckDBTimestampTZValue | DuckDBTimestampValue): boolean =>
  Math.abs(Number(value.micros)) < 8.64e18;

/**
 * A DuckDB value as JSON: whole numbers as numbers while they are safe, else as text; decimals as numbers; instants
 * as ISO-8601 (`Z` where the column has a zone); lists, structs and maps nested; NaN and infinities as text.
 */
export function toJsonValue(value: DuckDBValue): JsonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  }
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBTimestampTZValue && isFiniteInstant(value)) return isoInstant(value.micros, 'Z');
  if (value instanceof DuckDBTimestampValue && isFiniteInstant(value)) return isoInstant(value.micros, '');
  if (value instanceof DuckDBDateValue) return value.toString();
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) {
    return value.items.map(toJsonValue);
  }
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([key, inner]) => [key, toJsonValue(inner)]));
  }
  if (value instanceof DuckDBMapValue) {
    return Object.fromEntries(
      value.entries.map(({ key, value: inner }) => [textOfKey(toJsonValue(key)), toJsonValue(inner)]),
    );
  }
  return value.toString();
}

const textOfKey = (key: JsonValue): string => (typeof key === 'string' ? key : JSON.stringify(key));

/** Runs one statement and gives its rows as objects of JSON values. */
export async function readRows(connection: DuckDBConnection, sql: string): Promise<JsonRow[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader
    .getRowObjects()
    .map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toJsonValue(value)])));
}
