import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, Kafka } from 'kafkajs';
import { withAdmin } from './connect.js';

/** How far a group is behind in one partition. */
export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  /** The oldest offset that the broker keeps. */
  readonly first: number;
  /** The offset that the next message will have. */
  readonly end: number;
  /** What the group reads next. */
  readonly next: number;
  readonly messages: number;
}

/** How far a group is behind, partition by partition; a topic that is not there has none. */
export const groupLag = (
  kafka: Kafka,
  group: string,
  topics: readonly string[],
): Promise<readonly PartitionLag[]> => withAdmin(kafka, (admin) => lagBy(admin, group, topics));

export async function lagBy(
  admin: Admin,
  group: string,
  topics: readonly string[],
): Promise<readonly PartitionLag[]> {
  const existing = new Set(await admin.listTopics());
  const wanted = topics.filter((topic) => existing.has(topic));
  if (wanted.length === 0) return [];
  const committed = await committedOffsets(admin, group, wanted);
  const lags: PartitionLag[] = [];
  for (const topic of wanted) {
    const ofTopic = committed.find((one) => one.topic === topic)?.partitions ?? [];
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
      const first = Number(low);
      const end = Number(high);
      const told = Number(ofTopic.find((one) => one.partition === partition)?.offset ?? -1);
      // A group that is new, or whose next message is gone, goes on with the oldest that is kept.
      const next = Math.max(told, first);
      lags.push({ topic, partition, first, end, next, messages: Math.max(0, end - next) });
    }
  }
  return lags.toSorted((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition);
}

const loadedWithinMs = 30_000;
const lookEveryMs = 200;
/** The broker that is to keep the group's offsets begins to, or reads them: it says so to whoever asks early, and means that they ask again. */
const isLoading = new Set([
  'COORDINATOR_LOAD_IN_PROGRESS',
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
]);

async function committedOffsets(
  admin: Admin,
  groupId: string,
  topics: string[],
): ReturnType<Admin['fetchOffsets']> {
  const deadline = performance.now() + loadedWithinMs;
  for (;;) {
    try {
      return await admin.fetchOffsets({ groupId, topics });
    } catch (error) {
      const type = error instanceof Error && 'type' in error ? String(error.type) : '';
      if (!isLoading.has(type) || performance.now() > deadline) throw error;
    }
    await sleep(lookEveryMs);
  }
}

/** A partition's lag, and how old the oldest message is that the group has not handled; 0 where there is none. */
export interface TimedLag extends PartitionLag {
  readonly seconds: number;
}

/** Nothing that Kafka keeps here is older. */
const oldestMs = 40 * 24 * 3_600_000;

/** Adds how old the next message is: the broker is asked for offsets by time until the time of that offset is found, to a second. */
export async function timed(admin: Admin, lag: PartitionLag, now: number): Promise<TimedLag> {
  if (lag.messages === 0) return { ...lag, seconds: 0 };
  let [before, after] = [now - oldestMs, now];
  while (after - before > 1_000) {
    const middle = Math.floor((before + after) / 2);
    const offsets = await admin.fetchTopicOffsetsByTimestamp(lag.topic, middle);
    const offset = Number(offsets.find(({ partition }) => partition === lag.partition)?.offset ?? lag.end);
    // The first message at or after the middle: where it is a later one, the next message is older than that.
    if (offset > lag.next) after = middle;
    else before = middle;
  }
  return { ...lag, seconds: (now - before) / 1_000 };
}
