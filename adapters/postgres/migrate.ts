import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import {
  type Kysely,
  type Migration,
  type MigrationProvider,
  type MigrationResultSet,
  Migrator,
  sql,
} from 'kysely';
import pg from 'pg';
import { BadInput, InvariantBroken } from '../../schemas/errors.js';
import { lineageGate } from '../lineage/schema-gate.js';
import { postgresAway, reachingPostgres } from './away.js';
import { openDatabase, type Database, type OpenDatabase } from './open-database.js';
import { ensurePartitions } from './partitions.js';
import { sessionName } from './roles.js';
import type { Computed, Row } from './row.js';
import {
  announcedIn,
  changedColumns,
  readColumnTypes,
  type ColumnTypes,
  type SchemaGate,
} from './schema-change.js';

const migrationsFolder = fileURLToPath(new URL('../../sql/migrations/', import.meta.url));
const upSuffix = '.up.sql';
const insufficientPrivilege = '42501';

/** Reads `NNNN_name.up.sql` and `NNNN_name.down.sql`; each is one migration of that name. A gate looks at each before it is committed. */
class SqlFiles implements MigrationProvider {
  readonly #folder: string;
  readonly #gate: SchemaGate | undefined;
  /** As the migration before left them. */
  #columns: ColumnTypes | undefined;

  constructor(folder: string, gate?: SchemaGate) {
    this.#folder = folder;
    this.#gate = gate;
  }

  async getMigrations(): Promise<Record<string, Migration>> {
    const names = (await readdir(this.#folder))
      .filter((file) => file.endsWith(upSuffix))
      .map((file) => file.slice(0, -upSuffix.length))
      .sort();
    return Object.fromEntries(names.map((name) => [name, this.#migration(name)]));
  }

  #migration(name: string): Migration {
    const textOf = (direction: 'up' | 'down') =>
      readFile(path.join(this.#folder, `${name}.${direction}.sql`), 'utf8');
    return {
      up: async (db: Kysely<unknown>) => {
        await this.#throughGate(name, await textOf('up'), db);
      },
      down: async (db: Kysely<unknown>) => {
        await sql.raw(await textOf('down')).execute(db);
      },
    };
  }

  async #throughGate(name: string, text: string, db: Kysely<unknown>): Promise<void> {
    const before = this.#gate === undefined ? undefined : (this.#columns ?? (await readColumnTypes(db)));
    await sql.raw(text).execute(db);
    if (before === undefined) return;
    this.#columns = await readColumnTypes(db);
    this.#gate?.({ name, announced: announcedIn(text), changed: changedColumns(before, this.#columns) });
  }
}

/** Which migrations, and who looks at them. */
interface Migrations {
  readonly folder?: string;
  /** Absent: lineage, where runs have told of any. */
  readonly gate?: SchemaGate;
}

async function withMigrator<T>(
  url: string,
  work: (migrator: Migrator, database: OpenDatabase) => Promise<T>,
  { folder = migrationsFolder, gate }: Migrations = {},
): Promise<T> {
  // A migration of one process makes another wait for Kysely's advisory lock, on this one connection.
  const { pool, db } = openDatabase(url, { applicationName: sessionName('owner', 'migrate'), max: 1 });
  try {
    const asked = gate ?? (await gateOf(pool));
    const provider = new SqlFiles(folder, asked);
    return await reachingPostgres(() => work(new Migrator({ db, provider }), { pool, db }));
  } catch (error) {
    throw refusal(error, undefined) ?? error;
  } finally {
    await db.destroy();
  }
}

/** Lineage, once there are tables of it. */
async function gateOf(pool: pg.Pool): Promise<SchemaGate | undefined> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<{ known: Computed<boolean> }>>(
      "select to_regclass('lineage_deliveries') is not null as known",
    ),
  );
  return rows[0]?.known === true ? await lineageGate(pool) : undefined;
}

/** What Postgres does not let the user of the address do; undefined where the failure is another one. */
function refusal(error: unknown, file: string | undefined): BadInput | undefined {
  if (!(error instanceof pg.DatabaseError && error.code === insufficientPrivilege)) return undefined;
  return new BadInput(
    `The user of DATABASE_URL may not prepare the database: ${error.message}`,
    {
      setting: 'DATABASE_URL',
      ...(file === undefined ? {} : { file }),
      advice: error.hint ?? 'Name the owner of the database.',
    },
    error,
  );
}

/** The names of the migrations that ran. Throws what made one fail; all of a call happen or none does. */
function namesOf({ error, results }: MigrationResultSet): string[] {
  if (error !== undefined) {
    const away = postgresAway(error);
    if (away !== undefined) throw away;
    const failed = results?.find((result) => result.status === 'Error')?.migrationName;
    const file = failed === undefined ? undefined : `sql/migrations/${failed}`;
    const refused = error instanceof BadInput ? error : refusal(error, file);
    if (refused !== undefined) throw refused;
    throw new InvariantBroken(
      `The migration ${failed ?? 'of the database'} failed: ${error instanceof Error ? error.message : JSON.stringify(error)}`,
      { ...(file === undefined ? {} : { file }) },
      error,
    );
  }
  return (results ?? [])
    .filter(({ status }) => status === 'Success')
    .map(({ migrationName }) => migrationName);
}

/**
 * Brings the database to the newest schema and makes the monthly partitions of the months ahead; processes that start
 * together wait for each other. Migrations run as the user of the url; what they made, or what a restore brought, is then handed to
 * football_admin, with the grants of the other roles. Returns what ran. @throws BadInput where a migration changes a column that others are made of, and
 * does not say so
 */
export const migrate = (url: string, migrations: Migrations = {}): Promise<string[]> =>
  withMigrator(
    url,
    async (migrator, { pool, db }) => {
      const ran = namesOf(await migrator.migrateToLatest());
      await ensurePartitions(pool, new Date());
      await adoptObjects(db);
      return ran;
    },
    migrations,
  );

/** Runs the next migration alone. Returns its name, or nothing where all have run. */
export const migrateUp = (url: string): Promise<string[]> =>
  withMigrator(url, async (migrator, { db }) => {
    const ran = namesOf(await migrator.migrateUp());
    await adoptObjects(db);
    return ran;
  });

/** Makes the roles and hands them what is theirs; before the roles' own migration there is nobody to hand it to. */
async function adoptObjects(db: Kysely<Database>): Promise<void> {
  const { rows } = await sql<Row<{ known: Computed<boolean> }>>`
    select to_regprocedure('adopt_objects()') is not null as known`.execute(db);
  if (rows[0]?.known === true) await sql`select adopt_objects()`.execute(db);
}

/** Takes the last migration back. Returns its name, or nothing where none is left. */
export const migrateDown = (url: string): Promise<string[]> =>
  withMigrator(url, async (migrator) => namesOf(await migrator.migrateDown()));

export interface KnownMigration {
  readonly name: string;
  /** Undefined where it has not run. */
  readonly executedAt: Date | undefined;
}

/** Every migration there is, in order, and when it ran. */
export const listMigrations = (url: string): Promise<KnownMigration[]> =>
  withMigrator(url, async (migrator) =>
    (await migrator.getMigrations()).map(({ name, executedAt }) => ({ name, executedAt })),
  );
