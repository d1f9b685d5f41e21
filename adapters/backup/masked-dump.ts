import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { masking, type Mask, type TableMasking } from '../../schemas/masking.js';
import { BadInput } from '../../schemas/errors.js';
import type { Computed, Row } from '../postgres/row.js';
import { onDatabase } from './on-server.js';
import type { Asks } from './restore-audit.js';
import { startTool } from './run-tool.js';
import { toolEnvironment, type PostgresTools } from './tools.js';

/** The types that can hold words. */
const wordy = [
  'text',
  'character varying',
  'character',
  'name',
  'json',
  'jsonb',
  'bytea',
  'xml',
  'text[]',
  'character varying[]',
];

interface ColumnRow {
  readonly table: Computed<string>;
  readonly column: Computed<string>;
  readonly type: Computed<string>;
  /** Computed from others: it comes by itself. */
  readonly generated: Computed<boolean>;
}

/** Columns of the tables of ours, partitions left out, in their order. */
const columnsOfTables = `
  select c.relname::text as table, a.attname::text as column, a.atttypid::regtype::text as type, a.attgenerated <> '' as generated
  from pg_attribute a join pg_class c on c.oid = a.attrelid
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped
  order by c.relname, a.attnum`;

const maskOf = (declared: TableMasking, column: string): Mask | undefined =>
  declared === 'excluded' ? undefined : masks.find((mask) => declared[mask]?.includes(column));
const masks = ['plain', 'person', 'text', 'emptied', 'noItems'] as const satisfies readonly Mask[];

/** What of the tables is not declared in schemas/masking.ts, and what is declared there that no table has: `table` or `table.column`. */
export async function undeclaredColumns(
  asks: Asks,
): Promise<{ readonly undeclared: readonly string[]; readonly unknown: readonly string[] }> {
  const { rows } = await asks.query<Row<ColumnRow>>(columnsOfTables);
  const known = new Set(rows.map(({ table, column }) => `${table}.${column}`));
  const tables = new Set(rows.map(({ table }) => table));
  const undeclared = rows.flatMap(({ table, column, type, generated }) => {
    const declared = masking[table];
    if (declared === undefined) return [table];
    const needed = declared !== 'excluded' && !generated && wordy.includes(type);
    return needed && maskOf(declared, column) === undefined ? [`${table}.${column}`] : [];
  });
  const unknown = Object.entries(masking).flatMap(([table, declared]) => {
    if (!tables.has(table)) return [table];
    const named = declared === 'excluded' ? [] : masks.flatMap((mask) => declared[mask] ?? []);
    return named.map((column) => `${table}.${column}`).filter((column) => !known.has(column));
  });
  return { undeclared: [...new Set(undeclared)], unknown };
}

/** What was written. */
export interface MaskedDump {
  readonly tables: number;
  readonly excluded: readonly string[];
  readonly rows: number;
}

/**
 * Writes a dump of a database as SQL for psql, with what schemas/masking.ts declares in place of the values: each value is replaced by the server, within one snapshot,
 * so that nothing unmasked reaches a file. A person has the same name throughout one dump, and another one in the next. The lake's
 * catalogue, rows of excluded tables, owners and rights are left out.
 *
 * Throws {@link BadInput} where a table or column is not declared.
 */
export async function writeMaskedDump(
  url: string,
  {
    tools,
    target,
    signal,
  }: { readonly tools: PostgresTools; readonly target: Writable; readonly signal: AbortSignal },
): Promise<MaskedDump> {
  return await onDatabase(url, async (client) => {
    await client.query('begin transaction isolation level repeatable read, read only');
    await refuseUndeclared(client);
    const snapshot = await client.query<Row<{ id: Computed<string> }>>('select pg_export_snapshot() as id');
    const schema = (section: 'pre-data' | 'post-data'): Promise<void> =>
      writeSection(url, { tools, target, signal, section, snapshot: snapshot.rows[0]?.id ?? '' });
    await schema('pre-data');
    const salt = randomBytes(32).toString('hex');
    const { rows: columns } = await client.query<Row<ColumnRow>>(columnsOfTables);
    const tables = [...new Set(columns.map(({ table }) => table))];
    const dumped = tables.filter((table) => masking[table] !== 'excluded');
    let rows = 0;
    for (const table of dumped) {
      const own = columns.filter((column) => column.table === table && !column.generated);
      rows += await writeRows(client, { table, own, salt, target });
    }
    await writeSequences(client, target);
    await schema('post-data');
    await client.query('commit');
    return { tables: dumped.length, excluded: tables.filter((table) => !dumped.includes(table)), rows };
  });
}

async function refuseUndeclared(client: pg.Client): Promise<void> {
  const [first] = (await undeclaredColumns(client)).undeclared;
  if (first === undefined) return;
  throw new BadInput('What a masked dump may say of a column is not declared', {
    object: first,
    file: 'schemas/masking.ts',
    advice: 'Declare it there as plain or masked, or its table as excluded.',
  });
}

async function writeRows(
  client: pg.Client,
  work: {
    readonly table: string;
    readonly own: readonly Row<ColumnRow>[];
    readonly salt: string;
    readonly target: Writable;
  },
): Promise<number> {
  const { table, own, salt, target } = work;
  const declared = masking[table] ?? 'excluded';
  const name = `public.${pg.escapeIdentifier(table)}`;
  const names = own.map(({ column }) => pg.escapeIdentifier(column)).join(', ');
  const values = own
    .map((column) => masked(column, maskOf(declared, column.column) ?? 'plain', salt))
    .join(', ');
  await write(target, `\nCOPY ${name} (${names}) FROM stdin;\n`);
  const copy = client.query(copyTo(`copy (select ${values} from ${name}) to stdout`));
  await pipeline(copy, target, { end: false });
  await write(target, '\\.\n');
  return copy.rowCount;
}

function masked({ column, type }: Row<ColumnRow>, mask: Mask, salt: string): string {
  const name = pg.escapeIdentifier(column);
  const instead = (value: string): string =>
    `case when ${name} is null then null else ${value} end as ${name}`;
  switch (mask) {
    case 'plain':
      return name;
    case 'person':
      return instead(
        `'person_' || left(encode(sha256(convert_to(${pg.escapeLiteral(salt)} || ${name}, 'UTF8')), 'hex'), 12)`,
      );
    case 'text':
      return instead(`'masked'`);
    case 'emptied':
      return instead(`'{}'::${type}`);
    case 'noItems':
      return instead(`'[]'::${type}`);
  }
}

/** What ids go on from: the numbers of the rows that were left out are not given again. */
async function writeSequences(client: pg.Client, target: Writable): Promise<void> {
  const { rows } = await client.query<Row<{ name: Computed<string>; value: Computed<string> }>>(
    `select format('public.%I', sequencename) as name, last_value::text as value from pg_sequences
     where schemaname = 'public' and last_value is not null order by 1`,
  );
  for (const { name, value } of rows)
    await write(target, `SELECT pg_catalog.setval(${pg.escapeLiteral(name)}, ${value}, true);\n`);
}

async function writeSection(
  url: string,
  work: {
    readonly tools: PostgresTools;
    readonly target: Writable;
    readonly section: 'pre-data' | 'post-data';
    readonly snapshot: string;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { stdout, ended } = startTool({
    program: work.tools.program('pg_dump'),
    args: [
      ...['--section', work.section, '--snapshot', work.snapshot, '--exclude-schema', 'lake_catalog'],
      ...['--no-owner', '--no-privileges', '--no-password'],
    ],
    environment: toolEnvironment(url),
    signal: work.signal,
  });
  await pipeline(stdout, work.target, { end: false });
  await ended;
}

async function write(target: Writable, chunk: string): Promise<void> {
  if (!target.write(chunk)) await once(target, 'drain');
}
