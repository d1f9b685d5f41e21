import { promoteModel, rollBackModel, splitModel } from '../../activities/promote-model.js';
import { envelopeOf, told } from '../../schemas/api/envelope.js';
import { VersionPath } from '../../schemas/api/models.js';
import { PromoteBody, RollbackBody, ServedTold, SplitBody, SplitTold } from '../../schemas/api/serving.js';
import { BadInput, PrerequisiteMissing } from '../../schemas/errors.js';
import type { ApiServer } from '../api-server.js';
import type { ApiDeps } from '../deps.js';
import { OutOfTurn } from '../problems.js';

const tags = ['models'];
const config = { access: 'admin' } as const;

/** Nothing is away where there is no version to go back to, or to leave a share to another: it is not the time to ask for it. */
async function inTurn<Served>(decide: () => Promise<Served>): Promise<Served> {
  try {
    return await decide();
  } catch (error) {
    if (error instanceof PrerequisiteMissing) throw new OutOfTurn(error.message, error.subject, error);
    throw error;
  }
}

/** Says what serves; who decides is the name of the key, and the decision is kept with the gate's figures. */
export function servingRoutes(app: ApiServer, { databases, registry }: ApiDeps): void {
  const { pool } = databases.admin;

  app.post(
    '/api/v1/models/:version/promote',
    {
      config,
      schema: {
        ...{
          tags,
          operationId: 'promoteModel',
          summary: 'Have a version serve, where it passes the gate; 409 tells what the gate objects to',
        },
        ...{ params: VersionPath, body: PromoteBody },
        response: { 200: envelopeOf(ServedTold) },
      },
    },
    async ({ params: { version }, body: { why, override }, caller }) => {
      if (override === true && why === undefined) {
        throw new BadInput('Say why: it is kept with the decision', { field: 'why' });
      }
      const promoted = await inTurn(() =>
        promoteModel(pool, registry, {
          ...{ version, by: caller.name, why: why ?? 'It passed the gate' },
          rule: { kind: override === true ? 'override' : 'gate' },
        }),
      );
      const { from, to, gate } = promoted;
      return told({
        ...{ from, to },
        gate: gate === null ? null : { passed: gate.passed, objections: [...gate.objections] },
      });
    },
  );

  app.post(
    '/api/v1/models/rollback',
    {
      config,
      schema: {
        ...{
          tags,
          operationId: 'rollBackModel',
          summary: 'Have the version serve that served before this one',
          body: RollbackBody,
        },
        response: { 200: envelopeOf(ServedTold) },
      },
    },
    async ({ body: { why }, caller }) => {
      const served = await inTurn(() => rollBackModel(pool, registry, { by: caller.name, why }));
      return told({ ...served, gate: null });
    },
  );

  app.post(
    '/api/v1/models/split',
    {
      config,
      schema: {
        ...{
          tags,
          operationId: 'splitModel',
          summary: 'Have a second version answer a share of the matches, or none',
          body: SplitBody,
        },
        response: { 200: envelopeOf(SplitTold) },
      },
    },
    async ({ body: { version, share, why }, caller }) =>
      told(
        await inTurn(() =>
          splitModel(pool, registry, {
            ...{ by: caller.name, why },
            split: version === null || share === undefined ? null : { version, share },
          }),
        ),
      ),
  );
}
