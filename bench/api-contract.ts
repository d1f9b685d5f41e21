import { parseArgs } from 'node:util';
import { tookTooLong, walkContract } from '../test/support/contract-walk.js';

/**
 * Walks the API's OpenAPI document with made-up requests, good and bad, over a filled house whose Postgres, Temporal and Redis are up: no answer of 5xx, none outside the document. The suite does
 * the same with few requests.
 *
 *   npm run test:api -- [--examples 100] [--seed 1] [--phases examples,coverage,fuzzing,stateful]
 */
const { values } = parseArgs({
  options: {
    examples: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    phases: { type: 'string', default: 'examples,coverage,fuzzing,stateful' },
  },
});
const { code, report, broke, away } = await walkContract({
  ...{ examples: Number(values.examples), seed: Number(values.seed) },
  phases: values.phases.split(','),
});
process.stdout.write(`${report}\n`);
const unexplained = away.filter((line) => !tookTooLong.test(line));
process.stdout.write(`${[...broke, ...unexplained].slice(0, 20).join('\n')}\n`);
process.stdout.write(
  `${broke.length} requests broke; ${away.length} found something away, ${unexplained.length} of them not for want of time\n`,
);
process.exitCode = code === 0 && broke.length === 0 && unexplained.length === 0 ? 0 : 1;
