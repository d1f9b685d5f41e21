import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { projectRoot } from '../config.js';
import { ModelVersion } from '../schemas/records/model.js';
import { randomStream } from '../simulator/random.js';
import { killAsPlanned, type DoneKill, type PlannedKill } from '../test/support/kills.js';
import { compareExports } from '../test/support/lake-difference.js';
import { machine, revision } from './support/machine.js';
import { touchlineDone } from './support/touchline.js';

/**
 * An import and a training during which worker and Postgres are killed with -9 ten times, beside an undisturbed one: the lakes
 * must be equal row for row, the model files byte for byte. Ends with 1 where they are not.
 *
 *   node --import tsx bench/crash.ts [--data ../shared/data/football-data.co.uk] [--seed 1]
 */
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data/football-data.co.uk' },
    seed: { type: 'string', default: '1' },
  },
});
const data = path.resolve(projectRoot, values.data);
const seed = Number(values.seed);
const random = randomStream(seed, 'crash');
const between = (from: number, to: number): number => from + random.below(to - from + 1);

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const kill = (
  victim: PlannedKill['victim'],
  phase: string | undefined,
  occurrence: number,
  delayMs = between(0, 3),
): PlannedKill => ({ victim, phase, occurrence, wait: () => sleep(delayMs) });

/** In the order of the path; how often a phase is let pass, and how long after it the kill comes, is drawn. */
const killsOfImport: readonly PlannedKill[] = [
  kill('worker', 'bronze.copy', between(1, 60)),
  kill('postgres', 'bronze.copy', between(1, 60)),
  kill('worker', undefined, between(5, 60), between(0, 200)),
  kill('worker', 'refine.copy', between(1, 6)),
  kill('postgres', 'refine.commit', between(1, 6)),
  kill('worker', 'refine.commit', between(1, 6)),
  kill('worker', 'lake.commit', 1, 0),
  kill('worker', 'lake.committed', 1, 0),
  kill('postgres', 'gold.write', between(1, 12), between(0, 500)),
  kill('worker', 'gold.commit', 1),
];
const killsOfTraining: readonly PlannedKill[] = [kill('worker', 'train.rounds', 1, between(500, 5_000))];

interface Outcome {
  readonly seconds: number;
  readonly kills: readonly DoneKill[];
  readonly counts: unknown;
  readonly model: string;
}

async function run(
  folder: string,
  name: string,
  plans: readonly (readonly PlannedKill[])[],
): Promise<Outcome> {
  const home = path.join(folder, name);
  const startedAt = performance.now();
  await touchlineDone(home, ['up', '--detach']);
  try {
    const [ofImport = [], ofTraining = []] = plans;
    const importing = killAsPlanned(home, ofImport);
    const imported = await touchlineDone(home, ['import', 'football-data', data, '--json']);
    const killsOfFirst = await importing.stop();
    const training = killAsPlanned(home, ofTraining);
    const trained = await touchlineDone(home, ['model', 'train', '--json']);
    const kills = [...killsOfFirst, ...(await training.stop())];
    const seconds = (performance.now() - startedAt) / 1000;
    await touchlineDone(home, ['lake', 'export', path.join(folder, `${name}-export`)]);
    return {
      seconds,
      kills,
      counts: JSON.parse(imported.stdout),
      model: await modelDigest(home, trained.stdout),
    };
  } finally {
    await touchlineDone(home, ['down']);
  }
}

/** One hash over the files that make a model, without the card that says when and where it was registered. */
async function modelDigest(home: string, trained: string): Promise<string> {
  const { name, version } = ModelVersion.parse(JSON.parse(trained));
  const folder = path.join(home, 'data_lake', 'models', name, 'versions', String(version));
  const hash = createHash('sha256');
  for (const file of (await readdir(folder)).sort()) {
    if (file === 'version.json') continue;
    hash.update(file).update(await readFile(path.join(folder, file)));
  }
  return hash.digest('hex');
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'touchline-crash-'));
await chmod(folder, 0o711);
try {
  say(`machine   ${machine()}`);
  say(`revision  ${revision(projectRoot)}`);
  say(`command   node --import tsx bench/crash.ts --data ${values.data} --seed ${seed}`);
  const calm = await run(folder, 'calm', []);
  say(`calm      ${calm.seconds.toFixed(0)} s, ${JSON.stringify(calm.counts)}`);
  const stormy = await run(folder, 'stormy', [killsOfImport, killsOfTraining]);
  say(`stormy    ${stormy.seconds.toFixed(0)} s, ${JSON.stringify(stormy.counts)}`);
  for (const [index, { victim, pid, phase }] of stormy.kills.entries()) {
    say(`kill ${String(index + 1).padStart(2)}   ${victim} (process ${pid}) in ${phase}`);
  }
  const planned = killsOfImport.length + killsOfTraining.length;
  const { rows, differences } = await compareExports(
    path.join(folder, 'calm-export'),
    path.join(folder, 'stormy-export'),
  );
  say(
    `lakes     ${rows} rows compared, ${differences.length === 0 ? 'equal' : JSON.stringify(differences, undefined, 1)}`,
  );
  say(`models    ${calm.model === stormy.model ? 'equal' : 'different'}: ${stormy.model}`);
  const holds = stormy.kills.length === planned && differences.length === 0 && calm.model === stormy.model;
  say(holds ? `holds: ${planned} kills` : `does not hold: ${stormy.kills.length} of ${planned} kills done`);
  process.exitCode = holds ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
