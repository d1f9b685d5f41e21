import type { z } from 'zod';
import type { Problem } from '../../schemas/api/envelope.js';
import type { Html } from '../../schemas/html.js';
import type { Caller } from '../access/guard.js';
import type { ApiDeps } from '../deps.js';
import type { Ask } from './ask.js';
import type { Place } from './page.js';

/** What a page is made of. */
export interface PageContext<Params, Query> {
  readonly deps: ApiDeps;
  readonly ask: Ask;
  readonly caller: Caller;
  readonly params: Params;
  readonly query: Query;
  /** What the API would tell of an error. */
  readonly problem: (error: unknown) => Problem;
}

/** A page of the console: where it is, what it is asked by, and how it is made. */
export interface ConsolePage<Params extends z.ZodType = z.ZodType, Query extends z.ZodType = z.ZodType> {
  readonly url: string;
  readonly place: Place;
  readonly params: Params;
  readonly query: Query;
  show(
    context: PageContext<z.output<Params>, z.output<Query>>,
  ): Promise<{ readonly title: string; readonly body: Html }>;
}

/** Declares a page, its parameters typed by their schemas. */
export const consolePage = <Params extends z.ZodType, Query extends z.ZodType>(
  page: ConsolePage<Params, Query>,
): ConsolePage<Params, Query> => page;
