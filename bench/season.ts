import { parseArgs } from 'node:util';
import { projectRoot } from '../config.js';
import { faultsOfSeason, playSeason, type SeasonReport } from '../test/support/season/play-season.js';
import { machine, revision } from './support/machine.js';

/**
 * A simulated season through the whole house: every fault on but other spellings of names, four workers, a random one killed with -9 every minute and Temporal killed twice;
 * then bronze and silver are compared with what happened. Ends with 1 where anything differs, or where it took more than half an hour.
 *
 *   node --import tsx bench/season.ts [--matchdays 38] [--speed 4000] [--workers 4] [--seed 1]
 */
const { values } = parseArgs({
  options: {
    matchdays: { type: 'string', default: '38' },
    speed: { type: 'string', default: '4000' },
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
  faults: values.faults === 'none' ? [] : faultsOfSeason,
  seed: Number(values.seed),
  say,
});
print(report);
const holds = report.comparisons.every(({ wrong }) => wrong.length === 0) && report.seconds <= limitSeconds;
say(holds ? 'holds' : 'DOES NOT HOLD');
process.exitCode = holds ? 0 : 1;

function print({ seconds, matches, kills, runs, requests, faultsShown, comparisons }: SeasonReport): void {
  say(`\n${matches} matches in ${Math.round(seconds)} s (limit ${limitSeconds} s)`);
  for (const victim of ['worker', 'Temporal'] as const) {
    say(`killed with -9: ${kills.filter((kill) => kill.victim === victim).length} times a ${victim}`);
  }
  for (const [name, { started, overlapped, outcomes }] of runs) {
    const ends = [...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
    say(`${name.padEnd(22)} ${started} runs (${ends}); ${overlapped} left out, the one before still ran`);
  }
  for (const line of requests) say(`  ${line}`);
  say(`faults shown: ${faultsShown.join(', ')}`);
  say('');
  for (const { claim, compared, wrong } of comparisons) {
    say(`${wrong.length === 0 ? 'ok   ' : 'WRONG'} ${claim} (${compared})`);
    for (const line of wrong.slice(0, 8)) say(`        ${line}`);
    if (wrong.length > 8) say(`        and ${wrong.length - 8} more`);
  }
}
