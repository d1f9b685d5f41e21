import type { FetchedFile, SourceFile } from '../../../schemas/records/source-file.js';
import type { Instant } from '../../../schemas/values.js';

export interface FetchOptions {
  readonly file: SourceFile;
  readonly now: Instant;
  /** The etag of the stored edition; null fetches whatever is there. */
  readonly etag: string | null;
  /** Default 30 s. */
  readonly timeoutMs?: number | undefined;
  /** Aborts the request, for example when the activity is cancelled. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a local file or requests a remote one.
 * @throws BadInput when a local file cannot be read, or the server refuses the request (4xx other than 404 and 429).
 * @throws QuotaExhausted on 429.
 * @throws DependencyAway on 5xx, a timeout or a broken connection.
 */
export function fetchFile(_options: FetchOptions): Promise<FetchedFile | 'not-modified' | 'absent'> {
  return Promise.reject(new Error('not built yet'));
}
