import { z } from 'zod';
import type { LakeColumn } from '../../schemas/tables/lake-table.js';
import { quoteIdentifier } from './sql-text.js';

/** What a set of rows holds: how many, and the sum of a hash of each. Equal in Postgres and in the lake for equal rows. */
export interface Content {
  readonly rows: number;
  /** A whole number, too large for a double. */
  readonly hash: string;
}

export const ContentRow = z.object({ rows: z.coerce.number().int(), hash: z.string() });

export const isSameContent = (one: Content, other: Content): boolean =>
  one.rows === other.rows && one.hash === other.hash;

type Dialect = 'duckdb' | 'postgres';

/** Instants go by their microseconds: each database prints them in its own way. */
function textOf({ name, type }: LakeColumn, dialect: Dialect): string {
  const value = quoteIdentifier(name);
  if (type !== 'TIMESTAMPTZ') return `${value}::text`;
  return dialect === 'duckdb'
    ? `epoch_us(${value})::text`
    : `(extract(epoch from ${value}) * 1000000)::bigint::text`;
}

const hashOf: Readonly<Record<Dialect, (text: string) => string>> = {
  duckdb: (text) => `('0x' || substr(md5(${text}), 1, 15))::bigint`,
  postgres: (text) => `('x' || substr(md5(${text}), 1, 15))::bit(60)::bigint`,
};

/**
 * The select list that gives the {@link Content} of rows by the given columns. Each value goes into the hash with its
 * length before it, so that no two rows read alike; a null is no text at all.
 */
export function contentOf(columns: readonly LakeColumn[], dialect: Dialect): string {
  const row = columns
    .map((column) => textOf(column, dialect))
    .map((text) => `coalesce(length(${text}) || ':' || ${text}, '-')`)
    .join(' || ');
  return `count(*) as rows, coalesce(sum(${hashOf[dialect](row)}), 0)::text as hash`;
}
