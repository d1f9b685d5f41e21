import { parseArgs } from 'node:util';
import { projectRoot } from '../config.js';
import { realFiles } from '../test/data/real-files.js';
import { drawCorpus, drawTargets, type Target } from '../test/support/corruptions/corpus.js';
import {
  bringCleanSeason,
  prepareHouse,
  runCase,
  stops,
  type Alarm,
  type CleanSeason,
  type Outcome,
} from '../test/support/corruptions/corpus-house.js';
import { drawBy } from '../test/support/corruptions/draw.js';
import { makeTestFolder } from '../test/support/folder.js';
import { startTestPostgres } from '../test/support/postgres.js';
import { machine, revision } from './support/machine.js';

/**
 * Whether the gate catches what hurts and is quiet otherwise: corruptions of real seasons, drawn by a seed, each brought to a house that knows the season before as
 * any file is (collected, refined, published), and the same seasons untouched, growing by ten rounds at a time. Caught is what an alarm names and readers do not find:
 * after each corruption the lake is held, row by row, against that of the untouched season. Of a corruption of many rows a tenth may be found all the same, and
 * prices that are marked as suspicious count as kept; what is only old or cut off has nothing wrong to keep. Limits: 95 % of the corruptions, and of
 * each clean season one alarm at most that stops a match, a file or a publication; single prices that are marked as suspicious are counted beside them, since some of
 * a real file are wrong.
 *
 *   node --import tsx bench/corruptions.ts --seed 1 [--corruptions 200] [--seasons 30] [--side-by-side 2] [--kind "teams exchanged"]
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    corruptions: { type: 'string', default: '200' },
    seasons: { type: 'string', default: '30' },
    'side-by-side': { type: 'string', default: '2' },
    kind: { type: 'string', default: '' },
  },
});
const leastCaught = 0.95;
const mostAlarms = 1;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
say(machine());
say(
  `${revision(projectRoot)}: node --import tsx bench/corruptions.ts --seed ${values.seed} --corruptions ${values.corruptions} --seasons ${values.seasons}`,
);
const draw = drawBy(Number(values.seed));
const targets = await drawTargets(realFiles, Number(values.seasons), draw);
const corpus = drawCorpus(targets, Number(values.corruptions), draw).filter(({ kind }) =>
  kind.startsWith(values.kind),
);
say(`data: ${targets.map(nameOf).join(', ')}, of football-data.co.uk`);

const begun = performance.now();
const folder = await makeTestFolder();
const postgres = await startTestPostgres();
const outcomes: Outcome[] = [];
const clean = new Map<Target, CleanSeason>();
try {
  const waiting = targets.filter(
    (target) => values.kind === '' || corpus.some((one) => one.target === target),
  );
  const work = async (): Promise<void> => {
    for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
      const prepared = await prepareHouse(postgres, folder.path, target);
      const untouched = await bringCleanSeason(prepared, target, 10);
      clean.set(target, untouched);
      const ours = corpus.filter((one) => one.target === target);
      for (const one of ours) outcomes.push(await runCase(prepared, one, untouched));
      const caught = outcomes.filter(({ of, caught }) => of.target === target && caught).length;
      say(
        `  ${nameOf(target)}: ${caught} of ${ours.length} caught, ${untouched.alarms.filter(stops).length} alarms of the clean season`,
      );
    }
  };
  await Promise.all(Array.from({ length: Number(values['side-by-side']) }, work));
} finally {
  await postgres.stop();
  await folder.remove();
}
report();

function nameOf({ season }: Target): string {
  return `${season.league} ${season.folder}`;
}

function alarmsOf(target: Target): readonly Alarm[] {
  return clean.get(target)?.alarms ?? [];
}

function report(): void {
  say(`\n${'kind'.padEnd(52)}${['row', 'round', 'half', 'whole'].map((size) => size.padStart(9)).join('')}`);
  for (const kind of new Set(corpus.map((one) => one.kind))) {
    const cells = ['row', 'round', 'half', 'whole'].map((size) => {
      const some = outcomes.filter(({ of }) => of.kind === kind && of.size === size);
      return (
        some.length === 0 ? '' : `${some.filter(({ caught }) => caught).length} of ${some.length}`
      ).padStart(9);
    });
    say(kind.padEnd(52) + cells.join(''));
  }
  const missed = outcomes.filter(({ caught }) => !caught);
  if (missed.length > 0) say('\nmissed:');
  for (const { of, caughtBy, wrong, published } of missed) {
    const edition = of.standing === undefined ? 'first edition' : 'next edition';
    const told =
      caughtBy.length === 0 ? 'not told of' : [...new Set(caughtBy.map(({ type }) => type))].join(', ');
    const found = new Set(published.map(({ match }) => match)).size;
    say(`  ${of.kind}, ${of.size}: ${nameOf(of.target)}, ${edition}, ${of.says}: ${told}`);
    say(`    readers find ${found} of ${wrong}${found === 0 ? '' : `, as ${published[0]?.says ?? ''}`}`);
  }
  say('\nclean seasons with an alarm:');
  for (const target of targets) {
    const alarms = alarmsOf(target).filter(stops);
    if (alarms.length === 0) continue;
    say(`  ${nameOf(target)}: ${alarms.length}`);
    for (const { type, says, pairs } of alarms.slice(0, 5))
      say(`    ${type}: ${[...pairs].slice(0, 1).join('')} ${says}`);
  }
  const share = outcomes.filter(({ caught }) => caught).length / outcomes.length;
  const stopped = [...clean.values()].map(({ alarms }) => alarms.filter(stops).length);
  const marked = [...clean.values()].map(({ alarms }) => alarms.filter((alarm) => !stops(alarm)).length);
  const most = Math.max(...stopped);
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  say(`\n${Math.round((performance.now() - begun) / 1000)} s`);
  say(
    `told of: ${outcomes.filter(({ caughtBy }) => caughtBy.length > 0).length}; nothing wrong for readers to find: ${outcomes.filter(({ published }) => published.length === 0).length} of ${outcomes.length}`,
  );
  say(
    `caught before publication: ${outcomes.length - missed.length} of ${outcomes.length}, ${(100 * share).toFixed(1)} % (limit ${100 * leastCaught} %)`,
  );
  say(
    `alarms of ${clean.size} clean seasons: ${sum(stopped)}, in one season ${most} at most (limit ${mostAlarms}); prices marked as suspicious: ${sum(marked)}, in one season ${Math.max(...marked)} at most`,
  );
  const holds = outcomes.length === corpus.length && share >= leastCaught && most <= mostAlarms;
  say(holds ? 'holds' : 'DOES NOT HOLD');
  process.exitCode = holds ? 0 : 1;
}
