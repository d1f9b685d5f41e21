import pg from 'pg';
import type { Computed, Row } from '../postgres/row.js';
import { missingLakeFiles, type FileExists } from './lake-files.js';
import type { Asks } from './restore-audit.js';

/** What is wrong with a restored database: the check, and what does not hold. */
export interface RestoredFinding {
  readonly check:
    | 'required_table'
    | 'row_count'
    | 'not_validated'
    | 'constraint'
    | 'index'
    | 'schema_version'
    | 'lake_file';
  readonly object: string;
  readonly says: string;
}

/** What a restored database has to have. */
export interface Expected {
  /** Rows by table, as the backup's metadata has them; empty where it tells none. */
  readonly rowCounts: Readonly<Record<string, number>>;
  /** The newest migration of the backup; null where it does not say. */
  readonly schemaVersion: string | null;
  /** How a file of the lake is looked for; undefined: the lake is not looked at. */
  readonly lakeFileExists: FileExists | undefined;
}

/** Without these there is no house: what is served, what it is derived from, and what says how. */
export const requiredTables = [
  ...['leagues', 'teams', 'match_registry', 'matches', 'fixture_revisions', 'odds'],
  ...['raw_match_data', 'raw_odds_data', 'raw_scores_data', 'source_editions'],
  ...['features', 'predictions', 'prediction_keys', 'model_promotions', 'kysely_migration'],
] as const;

/** What a look at a restored database found. It is good where there are no findings. */
export interface RestoredReport {
  readonly findings: readonly RestoredFinding[];
  /** Rows of the tables that were counted. */
  readonly rowCounts: Readonly<Record<string, number>>;
  /** Constraints whose every row was looked at. */
  readonly constraints: number;
  readonly lakeFiles: number;
}

/**
 * Looks at a restored database: tables that have to be there, rows against what the backup tells, every check and foreign key over every
 * row (a physical copy brings no proof of them), indexes that are marked as broken, and the files that the lake's catalogue names.
 */
export async function checkRestored(asks: Asks, expected: Expected): Promise<RestoredReport> {
  const findings: RestoredFinding[] = [];
  const tables = await tablesOf(asks);
  for (const table of new Set<string>([...requiredTables, ...Object.keys(expected.rowCounts)])) {
    if (!tables.has(table))
      findings.push({ check: 'required_table', object: table, says: 'the table is not there' });
  }
  if (expected.schemaVersion !== null && tables.has('kysely_migration')) {
    const found = await newestMigration(asks);
    if (found !== expected.schemaVersion) {
      const says = `the newest migration is ${found ?? 'none'}, and was ${expected.schemaVersion}`;
      findings.push({ check: 'schema_version', object: 'kysely_migration', says });
    }
  }
  const counted = new Set([...Object.keys(expected.rowCounts), ...requiredTables]);
  const rowCounts = await countRows(
    asks,
    [...counted].filter((table) => tables.has(table)),
  );
  for (const [table, rows] of Object.entries(expected.rowCounts)) {
    const found = rowCounts[table];
    if (found !== undefined && found !== rows)
      findings.push({ check: 'row_count', object: table, says: `${found} rows, and there were ${rows}` });
  }
  const broken = await brokenConstraints(asks);
  const lake =
    expected.lakeFileExists === undefined
      ? { files: 0, missing: [] }
      : await missingLakeFiles(asks, expected.lakeFileExists);
  findings.push(
    ...broken.findings,
    ...(await brokenIndexes(asks)),
    ...lake.missing.map((file): RestoredFinding => ({
      check: 'lake_file',
      object: file,
      says: 'the catalogue names the file, and it is not there: touchline run rebuild writes the lake anew',
    })),
  );
  return { findings, rowCounts, constraints: broken.checked, lakeFiles: lake.files };
}

async function tablesOf(asks: Asks): Promise<ReadonlySet<string>> {
  const { rows } = await asks.query<Row<{ name: Computed<string> }>>(
    `select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`,
  );
  return new Set(rows.map(({ name }) => name));
}

async function newestMigration(asks: Asks): Promise<string | undefined> {
  const { rows } = await asks.query<Row<{ name: Computed<string | null> }>>(
    'select max(name) as name from kysely_migration',
  );
  return rows[0]?.name ?? undefined;
}

/** Rows of each table, counted one by one. */
export async function countRows(asks: Asks, tables: readonly string[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const { rows } = await asks.query<Row<{ rows: Computed<string> }>>(
      `select count(*)::text as rows from public.${pg.escapeIdentifier(table)}`,
    );
    counts[table] = Number(rows[0]?.rows);
  }
  return counts;
}

interface Constraint {
  readonly table: Computed<string>;
  readonly name: Computed<string>;
  readonly validated: Computed<boolean>;
  /** A query that finds a row which breaks it. */
  readonly breaking: Computed<string>;
}

/**
 * Checks and foreign keys of tables, each with a query for a row that breaks it. A partition has those of its table. A foreign key asks
 * nothing of a row in which one of its columns is null (MATCH SIMPLE).
 */
const constraints = `
  select c.conrelid::regclass::text as table, c.conname::text as name, c.convalidated as validated,
    case c.contype
      when 'c' then format('select 1 from %s where not coalesce((%s), true) limit 1', c.conrelid::regclass, pg_get_expr(c.conbin, c.conrelid))
      else (
        select format('select 1 from %s o where %s and not exists (select from %s r where %s) limit 1', c.conrelid::regclass,
          string_agg(format('o.%I is not null', a.attname), ' and ' order by k.n), c.confrelid::regclass,
          string_agg(format('r.%I = o.%I', f.attname, a.attname), ' and ' order by k.n))
        from unnest(c.conkey, c.confkey) with ordinality as k (here, there, n)
        join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.here
        join pg_attribute f on f.attrelid = c.confrelid and f.attnum = k.there)
    end as breaking
  from pg_constraint c join pg_class t on t.oid = c.conrelid
  where c.connamespace = 'public'::regnamespace and c.contype in ('c', 'f') and c.conparentid = 0 and not t.relispartition
  order by 1, 2`;

async function brokenConstraints(
  asks: Asks,
): Promise<{ readonly findings: RestoredFinding[]; readonly checked: number }> {
  const { rows } = await asks.query<Row<Constraint>>(constraints);
  const findings: RestoredFinding[] = [];
  for (const { table, name, validated, breaking } of rows) {
    const object = `${table}.${name}`;
    if (!validated)
      findings.push({ check: 'not_validated', object, says: 'it was never checked over all rows' });
    const { rowCount } = await asks.query(breaking);
    if (rowCount !== 0) findings.push({ check: 'constraint', object, says: 'a row breaks it' });
  }
  return { findings, checked: rows.length };
}

async function brokenIndexes(asks: Asks): Promise<RestoredFinding[]> {
  const { rows } = await asks.query<Row<{ name: Computed<string> }>>(
    'select indexrelid::regclass::text as name from pg_index where not indisvalid or not indisready',
  );
  return rows.map(({ name }) => ({ check: 'index', object: name, says: 'the index is not valid' }));
}
