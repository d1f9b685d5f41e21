import { parseArgs } from 'node:util';
import { projectRoot } from '../config.js';
import { allFaults } from '../simulator/faults/faults.js';
import { playSeason, type SeasonReport } from '../test/support/season/play-season.js';
import { machine, revision } from './support/machine.js';

/**
 * A simulated season through the whole house: every fault on, four workers, a random one killed with -9 every minute and Temporal killed twice; what the house
 * asks about names is answered; then bronze and silver are compared with what happened and with all that was told. Ends with 1 where anything differs, where it took
 * more than half an hour, where a fault befell nothing, or where too few matches have their line-ups or their weather.
 *
 *   node --import tsx bench/season.ts [--matchdays 38] [--speed 2400] [--workers 4] [--seed 1]
 */
const { values } = parseArgs({
  options: {
    matchdays: { type: 'string', default: '38' },
    speed: { type: 'string', default: '2400' },
    workers: { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
    faults: { type: 'string', default: 'all' },
    'kill-every': { type: 'string', default: '60' },
    'temporal-kills': { type: 'string', default: '2' },
  },
});

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const matchdays = Number(values.matchdays);
const limitSeconds = 1_800;
/** Of the matches that were played: what is late or quiet for hours is never told of some. */
const leastCovered = 0.9;
const isCovered = ({ known, of }: SeasonReport['coverage'][number]): boolean => known >= of * leastCovered;

say(machine());
say(
  `${revision(projectRoot)}: node --import tsx bench/season.ts --matchdays ${matchdays} --speed ${values.speed} --workers ${values.workers} --seed ${values.seed}`,
);
const report = await playSeason({
  matchdays,
  speed: Number(values.speed),
  workers: Number(values.workers),
  killWorkerEveryMs: Number(values['kill-every']) * 1_000,
  temporalKills: Number(values['temporal-kills']),
  faults: values.faults === 'none' ? [] : allFaults,
  seed: Number(values.seed),
  say,
});
print(report);
const holds =
  report.comparisons.every(({ wrong }) => wrong.length === 0) &&
  report.coverage.every(isCovered) &&
  report.faultsNotShown.length === 0 &&
  report.seconds <= limitSeconds;
say(holds ? 'holds' : 'DOES NOT HOLD');
process.exitCode = holds ? 0 : 1;

function print(played: SeasonReport): void {
  const { seconds, matches, kills, runs, requests, answered, coverage, polls, comparisons } = played;
  say(`\n${matches} matches in ${Math.round(seconds)} s (limit ${limitSeconds} s)`);
  for (const victim of ['worker', 'Temporal'] as const) {
    say(`killed with -9: ${kills.filter((kill) => kill.victim === victim).length} times a ${victim}`);
  }
  for (const [name, { started, overlapped, tookMs, outcomes }] of runs) {
    const mean = Math.round(tookMs / Math.max(1, started));
    const ends = [...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
    say(
      `${name.padEnd(22)} ${started} runs of ${mean} ms (${ends}); ${overlapped} left out, the one before still ran`,
    );
  }
  for (const line of requests) say(`  ${line}`);
  say(`faults shown in what was told: ${played.faultsShown.join(', ')}`);
  if (played.faultsNotShown.length > 0)
    say(`faults that befell nothing: ${played.faultsNotShown.join(', ')}`);
  say(`questions about names, answered: ${answered}`);
  say('');
  for (const covered of coverage) {
    say(
      `${isCovered(covered) ? 'ok   ' : 'FEW  '} ${covered.known} of ${covered.of} matches ${covered.what}`,
    );
    list(covered.missing);
  }
  for (const { known, of, what } of polls) say(`      ${known} of ${of} matches ${what}`);
  for (const { claim, compared, wrong } of comparisons) {
    say(`${wrong.length === 0 ? 'ok   ' : 'WRONG'} ${claim} (${compared})`);
    list(wrong);
  }
}

function list(lines: readonly string[]): void {
  for (const line of lines.slice(0, 8)) say(`        ${line}`);
  if (lines.length > 8) say(`        and ${lines.length - 8} more`);
}
