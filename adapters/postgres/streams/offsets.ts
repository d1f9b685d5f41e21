import type pg from 'pg';
import type { Row } from '../row.js';

interface ProgressColumns {
  readonly group: 'stream_offsets.consumer_group';
  readonly topic: 'stream_offsets.topic';
  readonly partition: 'stream_offsets.partition_no';
  /** The first offset that is not handled yet. */
  readonly nextOffset: 'stream_offsets.next_offset';
  /** When the newest message that was handled was published. */
  readonly newestAt: 'stream_offsets.newest_at';
}
/** How far a group has brought a partition to bronze. */
export type Progress = Row<ProgressColumns>;

/** Remembers in the transaction of a batch how far its partition is; a batch that is told again takes nothing back. */
export async function rememberOffset(client: pg.ClientBase, progress: Progress): Promise<void> {
  await client.query(
    `insert into stream_offsets (consumer_group, topic, partition_no, next_offset, newest_at)
     values ($1, $2, $3, $4, $5)
     on conflict (consumer_group, topic, partition_no) do update set
       next_offset = greatest(stream_offsets.next_offset, excluded.next_offset),
       newest_at = greatest(stream_offsets.newest_at, excluded.newest_at)`,
    [progress.group, progress.topic, progress.partition, progress.nextOffset, progress.newestAt],
  );
}

/** What each partition of a group has come to. */
export async function progressOf(client: pg.ClientBase | pg.Pool, group: string): Promise<Progress[]> {
  const { rows } = await client.query<Row<ProgressColumns>>(
    `select consumer_group as group, topic, partition_no as partition, next_offset as "nextOffset", newest_at as "newestAt"
     from stream_offsets where consumer_group = $1 order by topic, partition_no`,
    [group],
  );
  return rows;
}
