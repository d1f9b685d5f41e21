import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Problem } from '../../schemas/api/envelope.js';
import type { Html } from '../../schemas/html.js';
import type { ApiServer } from '../api-server.js';
import { problemNote } from './parts.js';

/** What the API answered to a page: what was asked for, or why there is none. */
export type Answer<Data> =
  { readonly kind: 'told'; readonly data: Data } | { readonly kind: 'problem'; readonly problem: Problem };

/** Asks the API, with the right of whoever asks for a page, and reads the answer by its contract. */
export type Ask = <Data extends z.ZodType>(url: string, data: Data) => Promise<Answer<z.output<Data>>>;

const Told = z.looseObject({ success: z.literal(true), data: z.unknown() });

const shown = ['authorization', 'x-api-key', 'cookie', 'host'] as const;

/**
 * The console reads what programs read, by the same routes: nothing is told here that the API does not tell, and a right that is missing there is missing
 * here. The question goes through no socket.
 */
export function askerFor(app: ApiServer, request: FastifyRequest): Ask {
  const headers = Object.fromEntries(
    shown.flatMap((name) => {
      const value = request.headers[name];
      return typeof value === 'string' ? [[name, value] as const] : [];
    }),
  );
  return async (url, data) => {
    const answer = await app.inject({ method: 'GET', url, headers, remoteAddress: request.ip });
    const body: unknown = answer.json();
    const problem = Problem.safeParse(body);
    if (problem.success) return { kind: 'problem', problem: problem.data };
    return { kind: 'told', data: data.parse(Told.parse(body).data) };
  };
}

/** A part of a page that needs an answer: where there is none, the part says why, and the rest of the page stands. */
export const partOf = <Data>(answer: Answer<Data>, part: (data: Data) => Html): Html =>
  answer.kind === 'told' ? part(answer.data) : problemNote(answer.problem);
