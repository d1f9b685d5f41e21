import { DependencyAway } from '../../../schemas/errors.js';
import { replaceKnown } from '../../redaction/known-secrets.js';
import { causeOf, defaultTimeoutMs } from '../http.js';
import { redactorFor, type Connection, type Prepared } from './prepare.js';
import { timeLimit } from '../../time-limit.js';

export interface SendOptions {
  /** The tag of the answer that the caller has. */
  readonly etag?: string | undefined;
  /** Default 30 s, body included. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An answer, of whatever status. */
export interface Received {
  readonly status: number;
  readonly headers: Headers;
  /** The body, with a mark wherever the provider repeats the key. */
  readonly text: string;
}

/**
 * Makes one request. The key is in nothing that comes of it, answer or error. Redirects are not followed: a header with the key would
 * go to wherever they lead.
 * @throws DependencyAway where no answer comes, or not whole, or not in time.
 * @throws the signal's reason where it aborts.
 */
export async function send(
  { address, headers, endpoint }: Prepared,
  connection: Connection,
  { etag, timeoutMs = defaultTimeoutMs, signal }: SendOptions,
): Promise<Received> {
  const { dataSource, urlVariable } = connection.provider;
  if (etag !== undefined) headers.set('if-none-match', etag);
  const limit = timeLimit(timeoutMs);
  try {
    const response = await fetch(address, {
      headers,
      redirect: 'manual',
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    });
    // What a refusal says beside its status is welcome, and not needed.
    const text = response.ok ? await response.text() : await response.text().catch(() => '');
    signal?.throwIfAborted();
    const hideKey = replaceKnown(connection.key === undefined ? [] : [connection.key]);
    return { status: response.status, headers: response.headers, text: hideKey(text) };
  } catch (error) {
    signal?.throwIfAborted();
    const redactor = redactorFor(connection);
    const reason = limit.aborted ? `no answer within ${timeoutMs / 1000} s` : redactor.text(causeOf(error));
    throw new DependencyAway(
      `The request to ${dataSource} failed: ${reason}`,
      { object: endpoint, setting: urlVariable },
      error instanceof Error ? redactor.error(error) : undefined,
    );
  }
}
