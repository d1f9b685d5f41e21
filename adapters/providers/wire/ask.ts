import { createHash } from 'node:crypto';
import {
  ContractBroken,
  DependencyAway,
  TouchlineError,
  type ErrorSubject,
} from '../../../schemas/errors.js';
import type { Instant } from '../../../schemas/values.js';
import type { FailedRequest } from '../provider.js';
import type { Answer, Endpoint, QuotaState, RequestHooks, WireRequest } from './endpoint.js';
import { prepare, type Connection, type Prepared } from './prepare.js';
import { readJson } from './read-json.js';
import { refusal } from './refusals.js';
import { send, type Received, type SendOptions } from './send.js';

/** What the caller is told, and asked, on the way. Each is awaited; what it throws ends the call. */
export interface AskOptions extends SendOptions, RequestHooks {
  /** Default 100. */
  readonly pageLimit?: number | undefined;
  /** Of each request that failed, before its error is thrown. */
  readonly onFailedRequest?: ((failed: FailedRequest) => Promise<void>) | undefined;
}

/** One page of an answer; or that it is still the one whose tag the caller gave. */
export type Page<Record> =
  | {
      readonly kind: 'answer';
      readonly request: WireRequest;
      readonly answer: Answer<Record>;
      readonly quota: QuotaState;
      /** For the next time that the same is asked. */
      readonly etag: string | null;
      readonly receivedAt: Instant;
    }
  | { readonly kind: 'not-modified'; readonly request: WireRequest; readonly quota: QuotaState };

interface Asked {
  readonly request: WireRequest;
  readonly requestNo: number;
  readonly prepared: Prepared;
  /** The addresses of the pages so far, and hashes of what stood on them. */
  readonly seen: Set<string>;
}

/**
 * Asks a provider, page by page: the next page is requested when the caller wants it. The key is in nothing that comes of it. Each
 * request is made once: whether, when and out of which budget it is made again is the caller's to say (SCH-7). An etag goes with the
 * request for the first page.
 * @throws PrerequisiteMissing before any request, where the provider's key is not set.
 * @throws KeyRefused on 401 and 403; the message names provider and variable.
 * @throws QuotaExhausted on 429, until when Retry-After says, or else the provider's quota.
 * @throws DependencyAway on 5xx, 408, 425 and 499, no answer in time, a broken connection, a body that is not JSON, pages that repeat.
 * @throws BadInput on any other status, and before any request where the address or the key cannot be part of one.
 * @throws ContractBroken where the pages do not end.
 * @throws whatever `endpoint.read` says of an answer that is none, and the hooks of theirs.
 */
export async function* ask<Query, Record>(
  connection: Connection,
  endpoint: Endpoint<Query, Record>,
  query: Query,
  { etag, pageLimit = 100, ...options }: AskOptions = {},
): AsyncGenerator<Page<Record>, void, undefined> {
  const seen = new Set<string>();
  let request: WireRequest | null = endpoint.request(query);
  for (let requestNo = 0; request !== null; requestNo += 1) {
    const prepared = prepare(connection, request);
    const { dataSource } = connection.provider;
    const subject = { object: prepared.endpoint };
    if (requestNo >= pageLimit) {
      throw new ContractBroken(`${dataSource} has more than ${pageLimit} pages of ${endpoint.kind}`, subject);
    }
    if (seen.has(prepared.endpoint)) throw repeated(dataSource, endpoint.kind, subject);
    seen.add(prepared.endpoint);
    options.signal?.throwIfAborted();
    await options.beforeRequest?.(request);
    const asked: Asked = { request, requestNo, prepared, seen };
    const page: Page<Record> = await askOnce(connection, endpoint, asked, {
      ...options,
      etag: requestNo === 0 ? etag : undefined,
    });
    yield page;
    request = page.kind === 'answer' ? page.answer.next : null;
  }
}

async function askOnce<Query, Record>(
  connection: Connection,
  endpoint: Endpoint<Query, Record>,
  asked: Asked,
  options: AskOptions,
): Promise<Page<Record>> {
  const { provider, clock } = connection;
  const { request, prepared } = asked;
  const failed = async (error: unknown, httpStatus: number | null): Promise<never> => {
    if (error instanceof TouchlineError) {
      const { requestNo } = asked;
      await options.onFailedRequest?.({ endpoint: prepared.endpoint, httpStatus, requestNo, error });
    }
    throw error;
  };
  const received = await send(prepared, connection, options).catch((error: unknown) => failed(error, null));
  const quota = provider.quotaOf(received.headers);
  await options.onQuota?.(quota);
  if (received.status === 304 && options.etag !== undefined) return { kind: 'not-modified', request, quota };
  const receivedAt = clock();
  try {
    const answer = readPage(connection, endpoint, asked, received, receivedAt);
    return { kind: 'answer', request, answer, quota, etag: received.headers.get('etag'), receivedAt };
  } catch (error) {
    return failed(error, received.status);
  }
}

function readPage<Query, Record>(
  { provider }: Connection,
  endpoint: Endpoint<Query, Record>,
  { request, prepared, seen }: Asked,
  received: Received,
  now: Instant,
): Answer<Record> {
  const { dataSource } = provider;
  if (received.status !== 200) throw refusal(provider, received, prepared.endpoint, now);
  const answer = endpoint.read(readJson(received.text, dataSource, prepared.endpoint), request, now);
  const content = createHash('sha256').update(received.text).digest('hex');
  if (seen.has(content)) {
    throw repeated(dataSource, endpoint.kind, { object: prepared.endpoint, httpStatus: received.status });
  }
  seen.add(content);
  return answer;
}

const repeated = (dataSource: string, kind: string, subject: ErrorSubject): DependencyAway =>
  new DependencyAway(`${dataSource} repeats a page of ${kind}`, subject);
