import { z } from 'zod';
import { DependencyAway } from '../../../schemas/errors.js';
import type { Instant } from '../../../schemas/values.js';
import { readBody, type Entries } from '../wire/contract.js';
import type { Answer, RejectedPart, WireRequest } from '../wire/endpoint.js';
import { shortText } from '../wire/short-text.js';
import { unknownFields } from '../wire/unknown-fields.js';
import { apiFootball } from './api-football.js';
import { toldError } from './told-errors.js';
import { list, notRead } from './wire-fields.js';

const pages = z.int('is not a number of pages').nonnegative('is not a number of pages');
const Paging = z.object({ current: notRead, total: pages });

/** What stands around the records of every answer. */
const Body = z.object({
  get: notRead,
  parameters: notRead,
  errors: notRead,
  results: notRead,
  paging: notRead,
  response: list,
});

/** What came for a request, and when. */
export interface Received {
  /** Parsed JSON. */
  readonly body: unknown;
  readonly request: WireRequest;
  readonly now: Instant;
}

/**
 * What an answer says: `read` reads its list, whose entries have the shape of `contract`.
 * @throws what {@link toldError} makes of its errors; ContractBroken where there is no list.
 */
export function readAnswer<Record>(
  { body, request, now }: Received,
  contract: z.ZodType,
  read: (response: readonly unknown[]) => Entries<Record>,
): Answer<Record> {
  refuseErrors({ body, request, now });
  const { response, paging } = readBody(body, Body, apiFootball.dataSource);
  const { told, rejected } = read(response);
  const { next, unread } = followingPage(paging, request);
  return {
    told,
    rejected: [...rejected, ...unread],
    unknownFields: unknownFields(
      Body.extend({ paging: Paging.nullish(), response: z.array(contract) }),
      body,
    ),
    next,
  };
}

function refuseErrors({ body, request, now }: Received): void {
  if (typeof body !== 'object' || body === null) return;
  const error = 'errors' in body ? toldError(body.errors, request, now) : undefined;
  if (error !== undefined) throw error;
  // What a time-out and a failure inside are documented to say, with and without their status.
  if ('message' in body && !('response' in body)) {
    throw new DependencyAway(`api_football tells of an error of its own: ${shortText(body.message)}`, {
      object: request.path,
      advice: 'Ask again later.',
    });
  }
}

/**
 * The request for the next page. Which page this was is taken from the request, so that an answer that says `current: 1` for ever
 * is not asked for ever. A number of pages that cannot be read is a rejected part: more may have been there.
 */
function followingPage(
  paging: unknown,
  request: WireRequest,
): { readonly next: WireRequest | null; readonly unread: readonly RejectedPart[] } {
  if (paging === undefined || paging === null) return { next: null, unread: [] };
  const read = Paging.safeParse(paging);
  if (!read.success) {
    const reason = 'is not a number of pages';
    return { next: null, unread: [{ field: 'paging', text: shortText(paging), reason, raw: paging }] };
  }
  const page = Number(request.parameters['page'] ?? '1');
  if (page >= read.data.total) return { next: null, unread: [] };
  return {
    next: { ...request, parameters: { ...request.parameters, page: String(page + 1) } },
    unread: [],
  };
}
