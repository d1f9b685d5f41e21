import { z } from 'zod';
import { BadInput } from '../schemas/errors.js';
import { command, type CommandContext } from './command.js';
import { textTable } from './table.js';
import { withTemporal } from './with-temporal.js';

function versionOf({ config }: CommandContext) {
  if (config.workerVersion !== undefined) return config.workerVersion;
  throw new BadInput('The workers have no versions here', {
    setting: 'TEMPORAL_DEPLOYMENT',
    advice: 'Set TEMPORAL_DEPLOYMENT and TEMPORAL_BUILD_ID, of the workers too.',
  });
}

export const workersVersions = command({
  path: ['workers', 'versions'],
  summary: 'the versions of workers that Temporal has seen, and which of them is given work',
  description: 'Of the deployment TEMPORAL_DEPLOYMENT.',
  examples: ['touchline workers versions'],
  json: 'An array of {"buildId", "isCurrent"}.',
  settings: z.object({}),
  async run(_, context) {
    const { deployedVersions } = await import('../adapters/temporal/worker-versions.js');
    const { deploymentName } = versionOf(context);
    const versions = await withTemporal(context, (client) => deployedVersions(client, deploymentName));
    await context.output.result(versions, () =>
      textTable(
        ['version', ''],
        versions.map(({ buildId, isCurrent }) => [buildId, isCurrent ? 'current' : '']),
      ),
    );
    return 0;
  },
});

export const workersPromote = command({
  path: ['workers', 'promote'],
  summary: 'give the work to the workers of a version',
  description: [
    'Makes TEMPORAL_BUILD_ID the current version of TEMPORAL_DEPLOYMENT, as soon as its workers poll every queue. New runs begin there, and runs that',
    'go on take their next step there; what the old workers have begun they end. Then end those (SIGTERM): nothing fails and nothing is lost.',
  ].join('\n'),
  options: [{ flags: '--within <seconds>', about: 'how long workers may take to come', otherwise: '300' }],
  examples: ['TEMPORAL_DEPLOYMENT=touchline TEMPORAL_BUILD_ID=1.4.0 touchline workers promote'],
  json: '{"deploymentName", "buildId"}',
  settings: z.object({ within: z.coerce.number().positive().default(300) }),
  async run({ within }, context) {
    const { makeCurrent } = await import('../adapters/temporal/worker-versions.js');
    const version = versionOf(context);
    await withTemporal(context, (client) => makeCurrent(client, version, within * 1_000));
    await context.output.result(
      version,
      () => `${version.buildId} is given the work of ${version.deploymentName}.`,
    );
    return 0;
  },
});
