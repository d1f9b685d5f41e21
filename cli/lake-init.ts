import { z } from 'zod';
import { BadInput } from '../schemas/errors.js';
import { command } from './command.js';
import { textTable } from './table.js';

export const lakeInit = command({
  path: ['lake', 'init'],
  summary: 'make the buckets of a lake in an object store',
  description: [
    'Makes the buckets of LAKE_URL and LAKE_COLD_URL, football-lake-bronze, -silver and -gold, and football-models for the artefacts of',
    'MLflow, each with a policy that keeps it from being removed. Done again it changes nothing. The key needs the right to make buckets.',
  ].join('\n'),
  examples: ['touchline lake init'],
  json: 'An array of {"bucket", "was": "made" | "there"}.',
  settings: z.object({}),
  async run(_, { config, output }) {
    if (config.s3 === undefined) {
      throw new BadInput('The lake is in a folder: there are no buckets to make', {
        setting: 'LAKE_URL',
        advice: 'Set LAKE_URL to s3://bucket/prefix for a lake in an object store.',
      });
    }
    const { openObjectStore } = await import('../adapters/lake/object-store.js');
    const { initialiseStore } = await import('../adapters/lake/init-store.js');
    const places = [config.lakeUrl, config.lakeColdUrl].filter((place) => place !== undefined);
    const buckets = await initialiseStore(openObjectStore(config.s3), places);
    await output.result(buckets, () =>
      textTable(
        ['bucket', 'was'],
        buckets.map(({ bucket, was }) => [bucket, was]),
      ),
    );
    return 0;
  },
});
