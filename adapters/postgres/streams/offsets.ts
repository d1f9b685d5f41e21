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

/**
 * Remembers in the transaction of a batch how far its partitions are; a batch that is told again takes nothing back. They are taken in one order, so that no two
 * transactions wait crosswise.
 */
export async function rememberOffsets(
  client: pg.ClientBase,
  group: string,
  partitions: readonly Omit<Progress, 'group'>[],
): Promise<void> {
  if (partitions.length === 0) return;
  await client.query(
    `insert into stream_offsets (consumer_group, topic, partition_no, next_offset, newest_at)
     select $1, p.* from unnest($2::text[], $3::integer[], $4::bigint[], $5::timestamptz[]) as p (topic, partition_no, next_offset, newest_at)
     order by p.topic, p.partition_no
     on conflict (consumer_group, topic, partition_no) do update set
       next_offset = greatest(stream_offsets.next_offset, excluded.next_offset),
       newest_at = greatest(stream_offsets.newest_at, excluded.newest_at)`,
    [
      group,
      partitions.map(({ topic }) => topic),
      partitions.map(({ partition }) => partition),
      partitions.map(({ nextOffset }) => nextOffset),
      partitions.map(({ newestAt }) => newestAt),
    ],
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
