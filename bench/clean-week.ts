import { parseArgs } from 'node:util';
import { projectRoot } from '../config.js';
import { allFaults } from '../simulator/faults/faults.js';
import { alertsOver } from '../test/support/alerts-over.js';
import { everyMinutes as lookEvery } from '../test/support/clean-week.js';
import { recordWeek } from '../test/support/season/record-week.js';
import { machine, revision } from './support/machine.js';

/**
 * A week of a simulated season through the whole house, its series recorded by simulated time, and the rules of the alerts over them (promtool). Without faults none may
 * fire: ends with 1 where one does. With `--faults all` it says which do.
 *
 *   node --import tsx bench/clean-week.ts [--days 7] [--every 10] [--faults none]
 */
const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '7' },
    every: { type: 'string', default: '10' },
    faults: { type: 'string', default: 'none' },
  },
});
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
say(`machine  ${machine()}`);
say(`code     ${revision(projectRoot)}`);
say(
  `command  node --import tsx bench/clean-week.ts --days ${values.days} --every ${values.every} --faults ${values.faults}`,
);
const begun = performance.now();
const { minutes, series, runs } = await recordWeek({
  ...{ days: Number(values.days), everyMinutes: Number(values.every), say },
  faults: values.faults === 'all' ? allFaults : [],
});
const recordedIn = (performance.now() - begun) / 1_000;
for (const [name, { started, outcomes }] of runs)
  say(
    `${name}: ${started} runs, ${[...outcomes].map(([outcome, times]) => `${times} ${outcome}`).join(', ')}`,
  );
const told = series.over(minutes, lookEvery);
const { text, fired } = await alertsOver(told, minutes);
say(
  `${told.length} series of ${series.names.size} names over ${minutes} minutes, recorded in ${recordedIn.toFixed(0)} s`,
);
say(fired.length === 0 ? 'no alert fired' : `fired: ${[...new Set(fired)].join(', ')}\n${text}`);
process.exitCode = fired.length > 0 && values.faults === 'none' ? 1 : 0;
