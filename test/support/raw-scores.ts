import { createHash } from 'node:crypto';
import type pg from 'pg';

/** A score as bronze has it. */
export interface RawScore {
  readonly dataSource: string;
  /** The source's id of the match. */
  readonly sourceId: string;
  /** ISO 8601. */
  readonly at: string;
  readonly minute: number | null;
  readonly raw: unknown;
}

let scores = 0;

/** Puts a score into bronze, pending. */
export async function insertScore(pool: pg.Pool, score: RawScore): Promise<void> {
  const content = createHash('sha256').update(JSON.stringify(score.raw)).digest();
  const dedupKey = createHash('sha256')
    .update(`${JSON.stringify(score)}${++scores}`)
    .digest();
  await pool.query(
    `insert into raw_scores_data (data_source, external_match_id, record_key, raw_data, collected_at, last_seen_at, match_minute,
       content_hash, dedup_key)
     values ($1, $2, '', $3, $4, $4, $5, $6, $7)`,
    [score.dataSource, score.sourceId, JSON.stringify(score.raw), score.at, score.minute, content, dedupKey],
  );
}
