import { decideFindings, refuseAny } from '../../activities/decide-findings.js';
import { reachingPostgres } from '../../adapters/postgres/away.js';
import type { IdentityAnswer } from '../../adapters/postgres/identity/answer-suggestion.js';
import {
  countFindings,
  groupFindings,
  listFindings,
  type FindingFilter,
  type QueuedFinding,
} from '../../adapters/postgres/review/queue.js';
import { showFinding, type ShownFinding } from '../../adapters/postgres/review/show-finding.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import { releaseOf } from '../../domain/quality/release.js';
import { envelopeOf, told } from '../../schemas/api/envelope.js';
import {
  DecisionBody,
  DecisionPath,
  DecisionTold,
  FindingPath,
  FindingsTold,
  FindingTold,
  ReviewsQuery,
  type FindingLine,
} from '../../schemas/api/reviews.js';
import { BadInput } from '../../schemas/errors.js';
import type { ApiServer } from '../api-server.js';
import type { ApiDeps } from '../deps.js';
import { NothingThere } from '../problems.js';
import { soon } from '../soon.js';

const tags = ['reviews'];
const mostGroups = 50;
const advice = 'GET /api/v1/reviews lists findings. A rebuild gives those that nobody has handled new ids.';

const findingLine = ({ handledBy, detectedAt, alike, ...finding }: QueuedFinding): FindingLine => ({
  ...finding,
  ...{ handled_by: handledBy, detected_at: detectedAt.toISOString(), alike },
});

const findingTold = (shown: ShownFinding): FindingTold => {
  const { handledBy, detectedAt, payload, transitions } = shown;
  const { id, type, table, severity, status, source, league, season, bookmaker, key, message } = shown;
  const { field, released, data } = shown;
  return {
    ...{ id, type, table, severity, status, source, league, season, bookmaker, key, message },
    ...{ field, released, data, handled_by: handledBy, detected_at: detectedAt.toISOString() },
    payload:
      payload === null
        ? null
        : {
            ...payload,
            lines: payload.lines.map(({ editionTime, ...line }) => ({
              ...line,
              edition_time: editionTime.toISOString(),
            })),
          },
    transitions: transitions.map(({ action, from, to, by, why, at }) => ({
      ...{ action, from, to, by, why, at: at.toISOString() },
    })),
    release: releaseOf({ errorType: type, field, processStatus: payload?.status ?? null }),
  };
};

/** What waits for a person, and what people decide about it; who decides is the name of the key. */
export function reviewRoutes(app: ApiServer, { databases }: ApiDeps): void {
  const { pool } = databases.reader;

  app.get(
    '/api/v1/reviews',
    {
      ...soon,
      config: { access: 'reader' },
      schema: {
        ...{
          tags,
          operationId: 'listReviews',
          summary: 'The findings that ask for a person, the newest first',
        },
        querystring: ReviewsQuery,
        response: { 200: envelopeOf(FindingsTold) },
      },
    },
    async ({ query: { status, limit, ...chosen } }) => {
      const filter: FindingFilter = {
        ...chosen,
        statuses: status === 'open' ? ['logged', 'in_review'] : [status],
      };
      const [total, findings, groups] = await reachingPostgres(() =>
        Promise.all([
          countFindings(pool, filter),
          listFindings(pool, filter, limit),
          groupFindings(pool, filter, mostGroups),
        ]),
      );
      return told({
        total,
        findings: findings.map(findingLine),
        groups: groups.map(({ type, source, findings: found }) => ({ type, source, findings: found })),
      });
    },
  );

  app.get(
    '/api/v1/reviews/:id',
    {
      ...soon,
      config: { access: 'reader' },
      schema: {
        ...{
          tags,
          operationId: 'readReview',
          summary: 'A finding with its payload, and what a release would do',
        },
        params: FindingPath,
        response: { 200: envelopeOf(FindingTold) },
      },
    },
    async ({ params: { id } }) => {
      const found = await reachingPostgres(() => showFinding(pool, id));
      if (found === undefined) throw new NothingThere(`There is no finding ${id}`, { advice });
      return told(findingTold(found));
    },
  );

  app.post(
    '/api/v1/reviews/:id/:action',
    {
      config: { access: 'operator' },
      schema: {
        ...{
          tags,
          operationId: 'decideReview',
          summary: 'Take, resolve, ignore, release or open again a finding',
        },
        ...{ params: DecisionPath, body: DecisionBody },
        response: { 200: envelopeOf(DecisionTold) },
      },
    },
    async ({ params: { id, action }, body, caller }) => {
      const answer = answerIn(body);
      const decision = {
        action,
        by: caller.name,
        why: body.why,
        ...(answer === undefined ? {} : { answer }),
      };
      const { moves, pending } = await inTransaction(databases.admin.pool, async (transaction) => {
        const decided = await decideFindings(transaction, [id], decision).catch((error: unknown) => {
          throw error instanceof BadInput && error.subject.object === `finding ${id}`
            ? new NothingThere(error.message, { advice })
            : error;
        });
        refuseAny(decided);
        return decided;
      });
      return told({ id, action, by: caller.name, moved: moves.length > 0, pending });
    },
  );
}

interface Answering {
  readonly team_id?: number | undefined;
  readonly new_team?: true | undefined;
}

function answerIn({ team_id: teamId, new_team: isNew }: Answering): IdentityAnswer | undefined {
  if (teamId !== undefined && isNew === true) {
    throw new BadInput('A name means a known team or a new one', {
      field: 'team_id',
      advice: 'Give team_id or new_team.',
    });
  }
  if (teamId !== undefined) return { kind: 'same-team', teamId };
  return isNew === true ? { kind: 'new-team' } : undefined;
}
