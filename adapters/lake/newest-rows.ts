import { z } from 'zod';
import type { LakeTable } from '../../schemas/tables/lake-table.js';
import { toIso, type Instant } from '../../schemas/values.js';
import type { JsonRow } from './rows.js';
import { quoteIdentifier, quoteText } from './sql-text.js';
import { lakeName } from './tables.js';

/** From when on rows of a table are judged. */
export interface NewestRows {
  /** The column of the instant. */
  readonly by: string;
  /** As an SQL literal. */
  readonly from: string;
}

const First = z.object({ first: z.string().nullable() });

/** By when a row was learnt; a table that does not tell that has its matches by their kick-off. A table that is written whole has no newest rows. */
const newestBy = ({ partitionColumn }: LakeTable, columns: readonly string[]): string | undefined =>
  partitionColumn === null
    ? undefined
    : ['recorded_at', 'known_at', partitionColumn].find((name) => columns.includes(name));

/**
 * Where the newest rows of a table begin (QUAL-7): those until `asOf`, with what is as old as the oldest of them and what is to come. Undefined where all
 * are judged: it has no more, or no instant to tell by.
 */
export async function newestRows(
  ask: (sql: string) => Promise<JsonRow[]>,
  table: LakeTable,
  {
    rows,
    asOf,
    columns,
  }: { readonly rows: number; readonly asOf: Instant; readonly columns: readonly string[] },
): Promise<NewestRows | undefined> {
  const by = newestBy(table, columns);
  if (by === undefined) return undefined;
  const told = quoteIdentifier(by);
  const [found] = await ask(
    `select min(told_at)::varchar as first from (
       select ${told} as told_at from ${lakeName(table)} where ${told} <= ${quoteText(toIso(asOf))}::timestamptz order by 1 desc limit ${rows})`,
  );
  const { first } = First.parse(found);
  return first === null ? undefined : { by, from: `${quoteText(first)}::timestamptz` };
}

/** A condition that holds for them. */
export const areNewest = ({ by, from }: NewestRows): string => `${quoteIdentifier(by)} >= ${from}`;
