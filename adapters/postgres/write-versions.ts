import type pg from 'pg';
import { WriteVersion, type Written } from '../../schemas/cache.js';
import { reachingPostgres } from './away.js';
import type { Row } from './row.js';

/** Where each commit tells what it raised. */
export const writesChannel = 'touchline_cache';

/** How often each of these has been written, in their order, all of one snapshot; 0: never. */
export async function readVersions(pool: pg.Pool, asked: readonly Written[]): Promise<number[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<{ version: 'cache_versions.version' }>>({
      // Planned once a connection.
      name: 'write_versions',
      text: `select coalesce(v.version, 0) as version
             from unnest($1::text[], $2::bigint[]) with ordinality as a (scope, id, place)
             left join cache_versions v on v.scope = a.scope and v.id = a.id order by a.place`,
      values: [asked.map(({ scope }) => scope), asked.map(({ id }) => id)],
    }),
  );
  return rows.map(({ version }) => version);
}

/** What was written within so many seconds. */
export async function versionsSince(
  client: pg.ClientBase | pg.Pool,
  seconds: number,
): Promise<WriteVersion[]> {
  const { rows } = await client.query(
    `select scope, id, version from cache_versions where changed_at > clock_timestamp() - make_interval(secs => $1) or scope = 'all'`,
    [seconds],
  );
  return WriteVersion.array().parse(rows);
}

/** The versions that a notice tells, as the trigger wrote them: `match:12:5,team:3:9`. */
export const versionsOfNotice = (payload: string): WriteVersion[] =>
  payload.split(',').map((line) => {
    const [scope, id, version] = line.split(':');
    return WriteVersion.parse({ scope, id: Number(id), version: Number(version) });
  });
