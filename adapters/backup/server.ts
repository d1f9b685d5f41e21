import type pg from 'pg';
import { BadInput, InvariantBroken } from '../../schemas/errors.js';
import { reachingPostgres } from '../postgres/away.js';
import type { Computed, Row } from '../postgres/row.js';

/** What a backup has to know of the server that it is of. */
export interface ServerFacts {
  readonly version: string;
  readonly major: number;
  readonly database: string;
  /** What tells this server's WAL from that of others. */
  readonly system: string;
  /** Bytes. */
  readonly segmentSize: number;
  readonly timeline: number;
  /** Where the WAL is written now. */
  readonly lsn: string;
  readonly schemaVersion: string | null;
  readonly archiving: 'off' | 'on' | 'always';
}

/** Asks the server. Throws {@link BadInput} where it is a standby: backups are made of the server that is written to. */
export async function serverFacts(client: pg.Pool | pg.PoolClient): Promise<ServerFacts> {
  const { rows } = await reachingPostgres(() =>
    client.query<
      Row<{
        version: Computed<string>;
        database: Computed<string>;
        system: Computed<string>;
        segmentSize: Computed<number>;
        recovering: Computed<boolean>;
        archiving: Computed<ServerFacts['archiving']>;
        schemaVersion: Computed<string | null>;
      }>
    >(
      `select current_setting('server_version') as version, current_database() as database,
         (select system_identifier::text from pg_control_system()) as system,
         pg_size_bytes(current_setting('wal_segment_size')) as "segmentSize",
         pg_is_in_recovery() as recovering, current_setting('archive_mode') as archiving,
         (select max(name) from kysely_migration) as "schemaVersion"`,
    ),
  );
  const [found] = rows;
  if (found === undefined) throw new InvariantBroken('Postgres tells nothing of itself');
  if (found.recovering) {
    throw new BadInput('Backups are made of the server that is written to, and this one is a standby', {
      setting: 'DATABASE_URL',
    });
  }
  const { rows: positions } = await reachingPostgres(() =>
    client.query<Row<{ lsn: Computed<string>; file: Computed<string> }>>(
      `select lsn::text, pg_walfile_name(lsn) as file from pg_current_wal_insert_lsn() as lsn`,
    ),
  );
  const { lsn = '0/0', file = '' } = positions[0] ?? {};
  const [version = found.version] = found.version.split(' ');
  const { database, system, segmentSize, archiving, schemaVersion } = found;
  return {
    ...{
      version,
      major: Number.parseInt(version, 10),
      database,
      system,
      segmentSize,
      archiving,
      schemaVersion,
    },
    timeline: Number.parseInt(file.slice(0, 8), 16),
    lsn,
  };
}
