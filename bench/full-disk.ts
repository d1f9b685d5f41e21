import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../config.js';
import { compareExports } from '../test/support/lake-difference.js';
import { machine, revision } from './support/machine.js';
import { touchline, touchlineDone } from './support/touchline.js';

/**
 * An import into a home whose disk fills up: the command must end with 1 and name the disk, and after room was made the same command
 * must end with the tables of an undisturbed import. Needs root on Linux, to mount a small file system of its own.
 *
 *   node --import tsx bench/full-disk.ts [--data ../shared/data/football-data.co.uk] [--megabytes 230]
 */
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data/football-data.co.uk' },
    megabytes: { type: 'string', default: '230' },
  },
});
const data = path.resolve(projectRoot, values.data);
const command = ['import', 'football-data', data, '--seasons', '2021-22,2022-23,2023-24', '--json'];

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const run = (program: string, ...args: readonly string[]): void => {
  execFileSync(program, args, { stdio: 'inherit' });
};

const folder = await mkdtemp(path.join(os.tmpdir(), 'touchline-full-'));
await chmod(folder, 0o711);
const small = path.join(folder, 'small');
await mkdir(small);
let holds: boolean;
try {
  say(`machine   ${machine()}`);
  say(`revision  ${revision(projectRoot)}`);
  say(`command   node --import tsx bench/full-disk.ts --megabytes ${values.megabytes}`);
  const calm = path.join(folder, 'calm');
  await touchlineDone(calm, command);
  await touchlineDone(calm, ['lake', 'export', path.join(folder, 'calm-export')]);

  run('mount', '-t', 'tmpfs', '-o', `size=${values.megabytes}m,mode=0711`, 'tmpfs', small);
  try {
    const home = path.join(small, 'home');
    const full = await touchline(home, command);
    say(`full      exit code ${full.exitCode}: ${full.stdout.replaceAll(/\s+/g, ' ').slice(0, 300)}`);
    run('mount', '-o', 'remount,size=4g', small);
    const again = await touchline(home, command);
    say(`room      exit code ${again.exitCode}: ${again.stdout.replaceAll(/\s+/g, ' ').slice(0, 300)}`);
    await touchlineDone(home, ['lake', 'export', path.join(folder, 'small-export')]);
    await touchline(home, ['down']);
    const { rows, differences } = await compareExports(
      path.join(folder, 'calm-export'),
      path.join(folder, 'small-export'),
    );
    say(
      `lakes     ${rows} rows compared, ${differences.length === 0 ? 'equal' : JSON.stringify(differences)}`,
    );
    const namesTheDisk = /disk|space/i.test(full.stdout);
    holds = full.exitCode === 1 && namesTheDisk && again.exitCode === 0 && differences.length === 0;
  } finally {
    run('umount', '-l', small);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
say(holds ? 'holds' : 'DOES NOT HOLD');
process.exitCode = holds ? 0 : 1;
