import type pg from 'pg';
import { z } from 'zod';
import type { LineageDescription } from '../../schemas/lineage.js';
import { reachingPostgres } from '../postgres/away.js';
import type { Row } from '../postgres/row.js';
import { storableJson } from '../postgres/storable.js';

const ByName = z.record(z.string(), z.record(z.string(), z.unknown()));
const Content = z.object({ datasets: ByName, jobs: ByName });

/** Keeps what datasets and jobs are; the same version twice is one. */
export async function keepDescription(
  pool: pg.Pool,
  { version, ...content }: LineageDescription,
): Promise<void> {
  await reachingPostgres(() =>
    pool.query('insert into lineage_descriptions (version, content) values ($1, $2) on conflict do nothing', [
      version,
      storableJson(content),
    ]),
  );
}

export async function isDescriptionKept(pool: pg.Pool, version: string): Promise<boolean> {
  const { rowCount } = await reachingPostgres(() =>
    pool.query('select from lineage_descriptions where version = $1', [version]),
  );
  return rowCount === 1;
}

/** What a version of the description says; null where it is not kept. */
export async function readDescription(
  pool: pg.Pool,
  version: string,
): Promise<Pick<LineageDescription, 'datasets' | 'jobs'> | null> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<{ content: 'lineage_descriptions.content' }>>(
      'select content from lineage_descriptions where version = $1',
      [version],
    ),
  );
  return rows[0] === undefined ? null : Content.parse(rows[0].content);
}

/** What the release says that told of the newest event; null where none told of anything. */
export async function readNewestDescription(
  pool: pg.Pool,
): Promise<Pick<LineageDescription, 'datasets' | 'jobs'> | null> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<{ description: 'lineage_events.description' }>>(
      'select description from lineage_events where description is not null order by id desc limit 1',
    ),
  );
  const version = rows[0]?.description;
  return version === undefined || version === null ? null : await readDescription(pool, version);
}
