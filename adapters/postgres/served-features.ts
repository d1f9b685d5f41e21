import type pg from 'pg';

/** What is put in place at once: rows by column name of `features`, and where they come from. */
export interface ServedFeatures {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Names what computed them: the hash of the gold models. */
  readonly featureSetVersion: string;
  /** The lake snapshot that holds them. */
  readonly snapshot: number;
}

/** Replaces the served features of the caller's transaction: readers see those of one snapshot, the old or the new. */
export async function swapServedFeatures(client: pg.ClientBase, served: ServedFeatures): Promise<void> {
  await client.query('lock table features in share row exclusive mode');
  await client.query('delete from features');
  const [first] = served.rows;
  if (first === undefined) return;
  const columns = Object.keys(first).map((name) => `"${name}"`);
  await client.query(
    `insert into features (${columns.join(', ')}, feature_set_version, lake_snapshot)
     select ${columns.map((name) => `r.${name}`).join(', ')}, $2, $3
     from jsonb_populate_recordset(null::features, $1::jsonb) as r`,
    [JSON.stringify(served.rows), served.featureSetVersion, served.snapshot],
  );
}
