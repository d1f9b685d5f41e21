import { z } from 'zod';
import { Problem } from '../schemas/api/envelope.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Kinds beside JSON in which a route answers where they are asked for: `application/x-ndjson`. */
    alsoAs?: readonly string[];
  }
}

/** The refusals and failures that any route may answer with, as the document tells them. */
const problems = {
  '400': ['Unreadable', 'The request cannot be read'],
  '401': ['KeyNeeded', 'A key is needed, or the one that was shown gives no rights'],
  '403': ['NotAllowed', 'The key does not give this right, or the request comes from another site'],
  '404': ['NotFound', 'There is no such thing'],
  '408': ['TooSlow', 'The request did not come in time'],
  '409': ['OutOfTurn', 'Not in the state that this is in'],
  '413': ['BodyTooLarge', 'The body is larger than the route takes'],
  '414': ['AddressTooLong', 'The address is longer than is read'],
  '415': ['UnreadBody', 'The body is of a kind that is not read'],
  '422': ['Invalid', 'A parameter or a field of the body cannot be used; `errors` names each'],
  '429': ['TooMany', 'A quota is used up: ask again later'],
  '500': ['Broken', 'Something broke here'],
  '503': ['Away', 'A part that this needs is away, or not there yet; `Retry-After` says when to ask again'],
} as const;

type Status = keyof typeof problems;

const always: readonly Status[] = ['400', '403', '404', '408', '409', '414', '422', '429', '500', '503'];
const ofKeys: readonly Status[] = ['401'];
const ofBodies: readonly Status[] = ['413', '415'];

const Operation = z.looseObject({
  responses: z.record(z.string(), z.unknown()).default({}),
  requestBody: z.unknown().optional(),
  security: z.array(z.unknown()).optional(),
});

const methods = new Set(['get', 'post', 'put', 'patch', 'delete']);

/** What stands of an operation, with every problem that it may answer with and does not tell itself. */
function withProblems(operation: z.infer<typeof Operation>, method: string): z.infer<typeof Operation> {
  const isPublic = operation.security?.length === 0;
  const statuses = [...always, ...(isPublic ? [] : ofKeys), ...(method === 'get' ? [] : ofBodies)];
  const told = statuses.map(
    (status) => [status, { $ref: `#/components/responses/${problems[status][0]}` }] as const,
  );
  return { ...operation, responses: { ...Object.fromEntries(told), ...operation.responses } };
}

/** A document of OpenAPI, as far as problems are added to it. */
interface OpenApiDocument {
  paths?: Record<string, object | undefined> | undefined;
  components?: object | undefined;
}

/** Adds to every operation of a document the problems that it may answer with: said once, for all routes. */
export function addProblems<Document extends OpenApiDocument>(document: Document): Document {
  const paths = Object.fromEntries(
    Object.entries(document.paths ?? {}).map(([path, operations]) => [
      path,
      Object.fromEntries(
        Object.entries(operations ?? {}).map(([method, operation]: [string, unknown]) => [
          method,
          methods.has(method) ? withProblems(Operation.parse(operation), method) : operation,
        ]),
      ),
    ]),
  );
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  const responses = Object.fromEntries(
    Object.values(problems).map(([name, description]) => [name, { description, content }] as const),
  );
  const before = z
    .looseObject({ schemas: z.record(z.string(), z.unknown()).default({}) })
    .parse(document.components ?? {});
  return {
    ...document,
    paths,
    components: { ...before, schemas: { ...before.schemas, Problem: z.toJSONSchema(Problem) }, responses },
  };
}

const Answered = z.looseObject({ response: z.looseObject({ '200': z.unknown().optional() }).optional() });

/** What a route's schema says in the document: public ones need no key, and some answer in other kinds too. */
export function documentedSchema<Schema>(
  schema: Schema,
  config: { readonly access?: string | undefined; readonly alsoAs?: readonly string[] | undefined } = {},
): Schema {
  const open = config.access === 'public' ? { security: [] } : {};
  const { response } = Answered.parse(schema);
  if (config.alsoAs === undefined || response === undefined) return { ...schema, ...open };
  const others = config.alsoAs.map((kind) => [kind, { schema: { type: 'string' } }] as const);
  const content = { 'application/json': { schema: response['200'] }, ...Object.fromEntries(others) };
  return {
    ...schema,
    ...open,
    response: { ...response, '200': { description: 'In the kind that Accept names', content } },
  };
}
