import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors, isResponseSerializationError } from 'fastify-type-provider-zod';
import pg from 'pg';
import { postgresAway } from '../adapters/postgres/away.js';
import { temporalAway } from '../adapters/temporal/away.js';
import type { Problem } from '../schemas/api/envelope.js';
import {
  adviceOn,
  BadInput,
  DependencyAway,
  PrerequisiteMissing,
  PromotionRefused,
  QuotaExhausted,
  TouchlineError,
} from '../schemas/errors.js';

/** What is asked for does not exist. */
export class NothingThere extends TouchlineError {
  readonly remedy = 'fix-input';
}

/** What is asked for cannot be had in the state that things are in: a prediction of a match that has begun. */
export class OutOfTurn extends TouchlineError {
  readonly remedy = 'fix-input';
}

/** The time for an answer is over: something that it waits for hangs. */
export class NoAnswerInTime extends TouchlineError {
  readonly remedy = 'retry-later';
}

/** The caller has shown no key that is known. */
export class KeyMissing extends TouchlineError {
  readonly remedy = 'fix-input';
}

/** The caller's key does not give the right. */
export class NotAllowed extends TouchlineError {
  readonly remedy = 'fix-input';
}

type Kind = readonly [status: number, code: string, title: string];

const internal: Kind = [500, 'internal', 'Something broke here'];
const away: Kind = [503, 'dependency_away', 'What this needs is away'];

const kinds: readonly (readonly [kind: abstract new (...given: never[]) => TouchlineError, Kind])[] = [
  [NothingThere, [404, 'not_found', 'There is no such thing']],
  [OutOfTurn, [409, 'out_of_turn', 'Not in the state that this is in']],
  [KeyMissing, [401, 'key_missing', 'A key is needed']],
  [NotAllowed, [403, 'not_allowed', 'The key does not give this right']],
  [PromotionRefused, [409, 'promotion_refused', 'The gate refuses the version']],
  [PrerequisiteMissing, [503, 'prerequisite_missing', 'What this needs is not there yet']],
  [QuotaExhausted, [429, 'quota_exhausted', 'A quota is used up']],
  [BadInput, [422, 'invalid_parameter', 'Something that was given cannot be used']],
  [DependencyAway, away],
  [NoAnswerInTime, away],
];

/** What fastify itself refuses, by its status. */
const refusals: Readonly<Record<number, Kind>> = {
  400: [400, 'bad_request', 'The request cannot be read'],
  // A path that climbs out of the pages: where it leads is nobody's business.
  403: [404, 'not_found', 'There is no such thing'],
  404: [404, 'not_found', 'There is no such thing'],
  405: [405, 'method_not_allowed', 'The method is not allowed'],
  408: [408, 'too_slow', 'The request did not come in time'],
  413: [413, 'body_too_large', 'The body is too large'],
  414: [414, 'address_too_long', 'The address is too long'],
  431: [431, 'headers_too_large', 'The headers are too large'],
  416: [416, 'no_such_range', 'There is no such part'],
  415: [415, 'unsupported_media_type', 'The body is of a kind that is not read'],
  429: [429, 'rate_limited', 'Too many requests'],
};

/** The error of ours behind what was thrown; undefined where it is none. */
export function errorBehind(error: unknown): TouchlineError | undefined {
  if (error instanceof TouchlineError) return error;
  // What HTTP itself refuses: a caller that broke off is no database that did.
  if (error instanceof Error && 'statusCode' in error) return undefined;
  return postgresAway(error) ?? temporalAway(error) ?? valueRefused(error);
}

/** What Postgres can hold in no column: a text with NUL, a number or an instant beyond all bounds. */
const valuesRefused = new Set(['22021', '22P05', '22003', '22008']);

const valueRefused = (error: unknown): BadInput | undefined =>
  error instanceof pg.DatabaseError && valuesRefused.has(error.code ?? '')
    ? new BadInput('A value that was given is none that can be looked for', {}, error)
    : undefined;

const problem = (
  request: FastifyRequest,
  [status, code, title]: Kind,
  about: { readonly detail: string; readonly advice?: string; readonly errors?: Problem['errors'] },
): Problem => ({
  ...{ success: false, data: null, message: about.detail },
  ...{ type: `/problems/${code}`, title, status, code, detail: about.detail },
  ...(about.advice === undefined ? {} : { advice: about.advice }),
  ...(about.errors === undefined ? {} : { errors: about.errors }),
  request_id: request.id,
});

/** Says what went wrong: words of ours where the error is one that was raised on purpose, nothing of the inside where it is not. */
export function problemOf(error: unknown, request: FastifyRequest): Problem {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map(({ instancePath, message }) => ({
      field: `${error.validationContext ?? ''}${instancePath.replaceAll('/', '.')}`,
      message: message ?? 'cannot be used',
    }));
    const detail = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
    return problem(request, [422, 'invalid_parameter', 'Something that was given cannot be used'], {
      ...{ detail, errors },
    });
  }
  if (isResponseSerializationError(error)) return problem(request, internal, { detail: internal[2] });
  const ours = errorBehind(error);
  if (ours !== undefined) {
    const kind = kinds.find(([type]) => ours instanceof type)?.[1];
    if (kind === undefined) return problem(request, internal, { detail: internal[2] });
    // Why a dependency is away names addresses and files.
    const detail =
      ours instanceof DependencyAway
        ? `${ours.subject.object ?? 'A part that this needs'} is away`
        : ours.message;
    return problem(request, kind, { detail, advice: kind === away ? 'Ask again.' : adviceOn(ours) });
  }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  const kind = refusals[status];
  return kind === undefined
    ? problem(request, internal, { detail: internal[2] })
    : problem(request, kind, { detail: kind[2] });
}

/** Answers with a problem. */
export function sendProblem(reply: FastifyReply, told: Problem): FastifyReply {
  if (told.status === 503) void reply.header('retry-after', '2');
  if (told.status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply.code(told.status).type('application/problem+json').send(JSON.stringify(told));
}

/** Turns whatever a handler throws into a problem; what is nobody's fault but ours is logged whole. */
export function tellProblem(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const told = problemOf(error, request);
  if (told.status >= 500 && told.status !== 503) request.log.error({ err: error }, 'A request broke');
  else if (told.status === 503) request.log.warn({ err: error }, 'A request found a dependency away');
  void sendProblem(reply, told);
}
