import { datasetKey, type Dataset } from '../../schemas/lineage.js';

/** A job that made some datasets of others, so many times. */
export interface Making {
  readonly job: string;
  readonly inputs: readonly Dataset[];
  readonly outputs: readonly Dataset[];
  readonly runs: number;
  readonly lastAt: Date;
  /** The attempt of that time. */
  readonly lastRunId: string;
}

/** A job that fed `to` from `from`; null where it reads no dataset. */
export interface Feed {
  /** 1 where `to` is the dataset that was asked about. */
  readonly depth: number;
  readonly job: string;
  readonly to: Dataset;
  readonly from: Dataset | null;
  readonly runs: number;
  readonly lastAt: Date;
  /** The attempt of that time. */
  readonly lastRunId: string;
}

/** What feeds a dataset, at most `depth` jobs away, the nearest first. A dataset is followed once; a job's own output is no feed of it. */
export function feedsOf(dataset: Dataset, makings: readonly Making[], depth: number): Feed[] {
  const feeds = new Map<string, Feed>();
  const followed = new Set<string>();
  let asked: readonly Dataset[] = [dataset];
  for (let level = 1; level <= depth && asked.length > 0; level += 1) {
    const next = new Map<string, Dataset>();
    for (const to of asked) {
      followed.add(datasetKey(to));
      for (const making of makings.filter(({ outputs }) => outputs.some(isSame(to)))) {
        for (const from of making.inputs.length === 0 ? [null] : making.inputs) {
          if (from !== null && isSame(to)(from)) continue;
          const { job, runs, lastAt, lastRunId } = making;
          add(feeds, { depth: level, job, to, from, runs, lastAt, lastRunId });
          if (from !== null) next.set(datasetKey(from), from);
        }
      }
    }
    asked = [...next.values()].filter((each) => !followed.has(datasetKey(each)));
  }
  return [...feeds.values()];
}

const isSame =
  ({ namespace, name }: Dataset) =>
  (other: Dataset): boolean =>
    other.namespace === namespace && other.name === name;

/** One job may read or write more in some runs than in others: what a feed counts is all runs that had it. */
function add(feeds: Map<string, Feed>, { depth, job, to, from, ...found }: Feed): void {
  const key = JSON.stringify([job, datasetKey(to), from === null ? null : datasetKey(from)]);
  const earlier = feeds.get(key);
  const last = earlier !== undefined && earlier.lastAt > found.lastAt ? earlier : found;
  feeds.set(key, {
    ...{ depth: earlier?.depth ?? depth, job, to, from },
    runs: found.runs + (earlier?.runs ?? 0),
    ...{ lastAt: last.lastAt, lastRunId: last.lastRunId },
  });
}
