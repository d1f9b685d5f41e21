import type { SourceFile } from '../../../schemas/records/source-file.js';
import type { Instant } from '../../../schemas/values.js';

export interface ListOptions {
  /** A folder, or the root of a URL tree as football-data.co.uk serves it (`https://www.football-data.co.uk`). */
  readonly location: string;
  /** `2122` or `2021-22`. Absent: every season that is there. */
  readonly seasons?: readonly string[] | undefined;
  /** `E0`. Absent: every declared division. */
  readonly divisions?: readonly string[] | undefined;
  readonly now: Instant;
}

/**
 * The files of a folder (`<season>/<division>.csv` at any depth, `fixtures.csv` at its root), ordered by uri. A URL tree
 * cannot be listed: every candidate is returned, and the fetch of one that is not there says `absent`.
 * @throws BadInput when the folder is missing, unreadable or without files of that layout, or a season is not one.
 */
export function listFiles(_options: ListOptions): Promise<SourceFile[]> {
  return Promise.reject(new Error('not built yet'));
}
