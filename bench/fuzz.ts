import { parseArgs } from 'node:util';
import { projectRoot } from '../config.js';
import { fuzzParser } from '../test/support/fuzz-parser.js';
import { fuzzedParsers } from '../test/support/fuzzed-parsers.js';
import { machine, revision } from './support/machine.js';

/**
 * Reads mutated payloads with every parser of a provider and prints what they came to. Ends with an error that names parser, seed
 * and case where one throws another error than a typed one, makes a record that is not what its schema says, loses a part,
 * or refuses more than nine in ten whole.
 *
 *   node --import tsx bench/fuzz.ts [--cases 100000] [--seed 1] [--parser open_meteo]
 */
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    parser: { type: 'string', default: '' },
  },
});
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

say(`${machine()}; ${revision(projectRoot)}; seed ${values.seed}`);
for (const parser of fuzzedParsers.filter(({ name }) => name.startsWith(values.parser))) {
  const startedAt = performance.now();
  const { cases, refused, told, rejected } = fuzzParser(parser, Number(values.cases), Number(values.seed));
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  say(
    `${parser.name}: ${cases} cases, ${refused} refused whole; records ${told} told, ${rejected} rejected; nothing lost; ${seconds} s`,
  );
}
