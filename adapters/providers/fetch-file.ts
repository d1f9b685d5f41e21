import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BadInput,
  DependencyAway,
  ProviderAway,
  QuotaExhausted,
  TouchlineError,
} from '../../schemas/errors.js';
import type { FetchedFile, SourceFile } from '../../schemas/records/source-file.js';
import type { Instant } from '../../schemas/values.js';
import { instant, instantFromIso } from '../../schemas/values.js';
import { isRemote } from './file-tree.js';
import { causeOf, defaultTimeoutMs, retryTime, userAgent } from './http.js';
import type { FailedRequest } from './provider.js';
import { timeLimit } from '../time-limit.js';

export interface FetchOptions {
  readonly file: SourceFile;
  readonly now: Instant;
  /** The etag of the stored edition; null fetches whatever is there. */
  readonly etag: string | null;
  /** Default 30 s. */
  readonly timeoutMs?: number | undefined;
  /** How long to wait before each further request where one failed. Default: four requests in 7 s (COL-10); empty: one. */
  readonly retryAfterMs?: readonly number[] | undefined;
  /** Aborts the request, for example when the activity is cancelled. */
  readonly signal?: AbortSignal | undefined;
  /** Told of each request that failed, before the next one is made. */
  readonly onFailedRequest?: ((failed: FailedRequest) => Promise<void>) | undefined;
}

type Fetched = FetchedFile | 'not-modified' | 'absent';

/** No file of matches is older than the first season of the sites that publish them. */
const earliestCredible = instantFromIso('1993-07-01T00:00:00Z');

/**
 * Reads a local file or requests a remote one, for any provider whose files need no key.
 * @throws BadInput when a local file cannot be read, or the server refuses the request (4xx other than 404, 410 and 429).
 * @throws QuotaExhausted on 429.
 * @throws ProviderAway on 5xx, a timeout or a broken connection, after the last request.
 */
export async function fetchFile(options: FetchOptions): Promise<Fetched> {
  return isRemote(options.file.location) ? requestAgain(options) : readLocalFile(options.file, options.now);
}

async function readLocalFile({ location, uri }: SourceFile, now: Instant): Promise<Fetched> {
  try {
    const handle = await open(location, 'r');
    try {
      const [{ mtimeMs }, bytes] = [await handle.stat(), await handle.readFile()];
      return fetched(bytes, null, { time: Math.floor(mtimeMs), basis: 'file_time' }, now);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') {
      throw new BadInput(
        `${uri} was listed but is not there: a broken link, or removed since`,
        { file: location, advice: 'Mend or remove the link, and import again.' },
        error,
      );
    }
    if (code === 'EIO' || code === 'EMFILE' || code === 'ENFILE' || code === 'ETIMEDOUT') {
      throw new DependencyAway(`The file cannot be read at the moment: ${code}`, { file: location }, error);
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new BadInput(
      `${uri} cannot be read: ${reason}`,
      { file: location, advice: 'Give the user that runs Touchline the right to read it.' },
      error,
    );
  }
}

async function requestAgain(options: FetchOptions, requestNo = 0): Promise<Fetched> {
  const { retryAfterMs: [waitMs, ...later] = [500, 1_500, 5_000], signal, file } = options;
  try {
    return await requestFile(options);
  } catch (error) {
    if (error instanceof TouchlineError) {
      const { httpStatus = null } = error.subject;
      await options.onFailedRequest?.({ endpoint: file.location, httpStatus, requestNo, error });
    }
    if (!(error instanceof DependencyAway)) throw error;
    if (waitMs === undefined) {
      throw new ProviderAway(
        error.message,
        {
          ...error.subject,
          advice:
            'Check the address and the network, then import again: it goes on where it was, and what is stored stays.',
        },
        error,
      );
    }
    await sleep(waitMs, undefined, signal === undefined ? {} : { signal });
    return requestAgain({ ...options, retryAfterMs: later }, requestNo + 1);
  }
}

async function requestFile({
  file,
  now,
  etag,
  timeoutMs = defaultTimeoutMs,
  signal,
}: FetchOptions): Promise<Fetched> {
  const headers = new Headers({ 'user-agent': userAgent, accept: 'text/csv, application/json, */*;q=0.1' });
  if (etag !== null) headers.set('if-none-match', etag);
  const limit = timeLimit(timeoutMs);
  try {
    const response = await fetch(file.location, {
      headers,
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    });
    if (response.status === 200) {
      const bytes = new Uint8Array(await response.arrayBuffer());
      const lastModified = {
        time: Date.parse(response.headers.get('last-modified') ?? ''),
        basis: 'last_modified',
      } as const;
      return fetched(bytes, response.headers.get('etag'), lastModified, now);
    }
    await response.body?.cancel();
    return withoutContent(response, file, now);
  } catch (error) {
    if (signal?.aborted === true || !(error instanceof TypeError || error instanceof DOMException))
      throw error;
    const reason = limit.aborted ? `no answer within ${timeoutMs / 1000} s` : causeOf(error);
    throw new DependencyAway(`The request failed: ${reason}`, { file: file.location }, error);
  }
}

function withoutContent(response: Response, { location }: SourceFile, now: Instant): Fetched {
  const { status } = response;
  if (status === 304) return 'not-modified';
  if (status === 404 || status === 410) return 'absent';
  if (status === 429) {
    throw new QuotaExhausted(
      'The server asks for fewer requests (429)',
      { file: location, httpStatus: status, advice: 'Wait; the import goes on by itself.' },
      retryTime(response.headers.get('retry-after'), now),
    );
  }
  if (status >= 500)
    throw new DependencyAway(`The server answered ${status}`, { file: location, httpStatus: status });
  throw new BadInput(`The server answered ${status}`, {
    file: location,
    httpStatus: status,
    advice: 'Check the address and whether the site wants you to sign in.',
  });
}

function fetched(
  bytes: Uint8Array,
  etag: string | null,
  stated: { readonly time: number; readonly basis: 'last_modified' | 'file_time' },
  now: Instant,
): FetchedFile {
  // NaN, where nothing is stated, is not credible either.
  const credible = stated.time >= earliestCredible && stated.time <= now;
  return {
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    etag,
    editionTime: credible ? instant(stated.time) : now,
    editionTimeBasis: credible ? stated.basis : 'fetched',
    fetchedAt: now,
  };
}
