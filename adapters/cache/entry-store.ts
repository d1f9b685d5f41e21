/** A text as it is kept: with the versions of what it was made of, in the order in which its key names them. */
export interface Entry {
  readonly versions: readonly number[];
  readonly text: string;
}

export interface NewEntry extends Entry {
  readonly key: string;
  readonly keptMs: number;
}

/** What a store of entries says of itself. */
export interface StoreInfo {
  readonly kind: 'redis' | 'memory';
  readonly version: string;
  readonly used_memory_human: string;
  readonly connected_clients: number;
  readonly usedBytes: number;
  /** 0: without a limit. */
  readonly maxBytes: number;
  readonly keys: number;
  readonly expiredKeys: number;
  /** Keys that were asked for and were there, and that were not, since it began. */
  readonly hits: number;
  readonly misses: number;
}

/**
 * Where entries are kept. It decides one thing: of two entries of a key the one of the higher versions stays, whoever comes last. Of the versions of two entries of one key, each read in one
 * snapshot, one has none that is lower.
 * Each call throws DependencyAway where the store cannot be reached.
 */
export interface EntryStore {
  /** One answer a key, in their order. */
  read(keys: readonly string[]): Promise<readonly (Entry | undefined)[]>;
  /** Compare and set: of each whether it is there now, false where one of a higher version was. */
  write(entries: readonly NewEntry[]): Promise<readonly boolean[]>;
  /** How many of them were there. */
  remove(keys: readonly string[]): Promise<number>;
  exists(key: string): Promise<boolean>;
  /** For how many milliseconds an entry is kept still; undefined where there is none. */
  ttl(key: string): Promise<number | undefined>;
  /** Keys by a pattern of Redis (`odds:123:*`), some at a time. */
  scan(pattern: string): AsyncIterable<readonly string[]>;
  ping(): Promise<void>;
  info(): Promise<StoreInfo>;
  /** Connections that it holds. */
  connections(): number;
  close(): Promise<void>;
}

/** Whether something of these versions may be told where those are known to have been written. */
export const isAsNewAs = (versions: readonly number[], known: readonly number[]): boolean =>
  known.every((version, place) => (versions[place] ?? -1) >= version);
