import pg from 'pg';

/** Makes a copy of a database that is not in use. Returns its address. */
export async function copyDatabase(url: string, name: string): Promise<string> {
  const source = new URL(url).pathname.slice(1);
  const server = new URL(url);
  server.pathname = '/template1';
  const client = new pg.Client({ connectionString: server.href });
  await client.connect();
  try {
    // A closed DuckDB lets go of its sessions when its objects are collected, and a copy waits for none.
    await client.query(
      'select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()',
      [source],
    );
    await client.query(`create database "${name}" template "${source}" strategy file_copy`);
    // What the roles may do with a database is not copied with it.
    await client.query(
      `update pg_database made set datacl = original.datacl from pg_database original
       where made.datname = $1 and original.datname = $2`,
      [name, source],
    );
  } finally {
    await client.end();
  }
  const copy = new URL(url);
  copy.pathname = `/${name}`;
  return copy.href;
}
