import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { simulatedLeagues } from '../../adapters/postgres/simulated-leagues.js';
import type { Html } from '../../schemas/html.js';
import type { ApiServer } from '../api-server.js';
import type { ApiDeps } from '../deps.js';
import { BadInput } from '../../schemas/errors.js';
import { problemOf } from '../problems.js';
import { askerFor } from './ask.js';
import { assetRoutes } from './assets.js';
import type { ConsolePage } from './console-page.js';
import { liveRoute } from './live.js';
import { loginRoutes } from './login.js';
import { pageAsked, sendPage } from './page.js';
import { dataPage } from './pages/data.js';
import { healthPage } from './pages/health.js';
import { jobsPage } from './pages/jobs.js';
import { matchPage } from './pages/match.js';
import { modelPage } from './pages/model.js';
import { reviewPage, reviewsPage } from './pages/reviews.js';
import { todayPage } from './pages/today.js';
import { problemNote } from './parts.js';

/** A page waits for the lake and for a first prediction. */
const within = { handlerTimeout: 15_000 } as const;

/** The console: pages for people, made of what the API tells. */
export function consoleRoutes(app: ApiServer, deps: ApiDeps): void {
  assetRoutes(app);
  loginRoutes(app, deps);
  liveRoute(app, deps);
  app.get('/', { config: { access: 'public' }, schema: { hide: true } }, (_, reply) =>
    reply.redirect('/console'),
  );
  add(app, deps, todayPage);
  add(app, deps, matchPage);
  add(app, deps, dataPage);
  add(app, deps, jobsPage);
  add(app, deps, reviewsPage);
  add(app, deps, reviewPage);
  add(app, deps, modelPage);
  add(app, deps, healthPage);
}

function add<Params extends z.ZodType, Query extends z.ZodType>(
  app: ApiServer,
  deps: ApiDeps,
  page: ConsolePage<Params, Query>,
): void {
  const simulated = () => simulatedLeagues(deps.databases.reader.pool).catch((): string[] => []);
  app.get(
    page.url,
    {
      ...within,
      config: { access: 'reader' },
      schema: { hide: true },
      errorHandler: sayWhy,
    },
    async (request, reply) => {
      const { title, body }: { readonly title: string; readonly body: Html } = await page.show({
        ...{ deps, ask: askerFor(app, request), caller: request.caller },
        params: read(page.params, request.params),
        query: read(page.query, request.query),
        problem: (error: unknown) => problemOf(error, request),
      });
      return sendPage(reply, {
        ...{ title, body, place: page.place, caller: request.caller, simulated: await simulated() },
      });
    },
  );
}

function read<Shape extends z.ZodType>(shape: Shape, given: unknown): z.output<Shape> {
  const parsed = shape.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new BadInput(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'cannot be used'}`, {
    field: 'address',
  });
}

/** Whoever has no key is asked for one; all else is told as a page. */
function sayWhy(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const told = problemOf(error, request);
  if (told.status === 401) {
    void reply.redirect(`/console/login?next=${encodeURIComponent(pageAsked(request))}`);
    return;
  }
  if (told.status >= 500) request.log.error({ err: error }, 'A page broke');
  void sendPage(reply.code(told.status), {
    ...{ title: told.title, place: '/console/login', caller: null, simulated: [] },
    body: problemNote(told),
  });
}
