/** A text under a key, and for how many milliseconds it is kept. */
export interface CachedText {
  readonly key: string;
  readonly text: string;
  readonly keptMs: number;
}

/** What a process keeps beside the tables, to answer soon. Whatever it forgets can be computed again. */
export interface TextCache {
  /** One answer a key, in their order; undefined where there is nothing. @throws DependencyAway where it cannot be reached. */
  read(keys: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** Keeps all of them, in place of what their keys had. @throws DependencyAway as `read` does. */
  write(entries: readonly CachedText[]): Promise<void>;
  /** Connections that it holds. */
  connections(): number;
  close(): Promise<void>;
}
