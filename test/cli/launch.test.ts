import { spawn } from 'node:child_process';
import { cp, mkdir, readdir, rename, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { childEnvironment, projectRoot } from '../../config.js';
import { touchline } from '../support/command-line.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';

let folder: TestFolder;
const at = (...names: string[]): string => path.join(folder.path, ...names);
const bundles = (): Promise<string[]> => readdir(at('node_modules', '.cache', 'touchline'));
const write = (name: string, source: string): Promise<void> => writeFile(at(name), source);

/** A checkout whose command line is one file. */
beforeEach(async () => {
  folder = await makeTestFolder();
  await mkdir(at('adapters', 'models', 'xgboost'), { recursive: true });
  await mkdir(at('node_modules'));
  for (const name of ['esbuild', 'tsx', 'zod']) {
    await symlink(path.join(projectRoot, 'node_modules', name), at('node_modules', name));
  }
  for (const name of ['bin', 'schemas', 'config.ts', 'package.json', 'tsconfig.json']) {
    await cp(path.join(projectRoot, name), at(name), { recursive: true });
  }
  for (const name of ['worker.ts', 'api.ts', 'adapters/models/xgboost/worker.ts'])
    await write(name, 'export {};');
  await write('client.ts', "console.log('as cloned');");
});
afterEach(() => folder.remove());

/** Starts the command; it ends when it has nothing left to do, and one that reads its stdin when that is closed. */
function start(environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [at('bin', 'touchline.js')], {
    env: childEnvironment({ NODE_DEBUG: '', ...environment }),
  });
  const ended = Promise.all([text(child.stdout), text(child.stderr)]).then(([stdout, stderr]) => ({
    stdout,
    stderr,
  }));
  return { ended, stdin: child.stdin, stdout: child.stdout };
}

const run = (environment?: Record<string, string>) => start(environment).ended;
const quiet = (stdout: string) => ({ stdout: `${stdout}\n`, stderr: '' });

describe('a command runs the sources as they stand', () => {
  it('after an edit too, and without making them ready twice', async () => {
    expect(await run()).toEqual(quiet('as cloned'));
    expect(await run()).toEqual(quiet('as cloned'));
    expect(await bundles()).toHaveLength(1);
    await write('client.ts', "console.log('as edited');");
    expect(await run()).toEqual(quiet('as edited'));
  });

  it('and takes no file beside them for one', async () => {
    await run();
    await mkdir(at('home'));
    await write('home/status.json', '{}');
    await write('printed.json', '{}');
    await run();
    expect(await bundles()).toHaveLength(1);
  });

  it('and finds what lies beside them', async () => {
    await write('client.ts', "import { projectRoot } from './config.js'; console.log(projectRoot);");
    expect(await run()).toEqual(quiet(folder.path));
    expect(await bundles()).toHaveLength(1);
  });

  it('whose lines an error names, with the name of its class', async () => {
    await write(
      'client.ts',
      "import { BadInput } from './schemas/errors.js';\n\ninterface Wide {\n  a: string;\n}\nthrow new BadInput('No', {});\nexport type { Wide };\n",
    );
    const { stderr } = await run();
    expect(stderr).toContain(`${at('client.ts')}:6`);
    expect(stderr).toContain('BadInput: No');
    expect(await bundles()).toHaveLength(1);
  });

  it('of which one that runs may load its part late', async () => {
    await write('late.ts', "export const said = 'early word';");
    await write(
      'client.ts',
      "process.stdin.resume().on('end', async () => console.log((await import('./late.js')).said)); console.log('up');",
    );
    const early = start();
    await new Promise((resolve) => early.stdout.once('readable', resolve));
    await write('late.ts', "export const said = 'late word';");
    const late = start();
    late.stdin.end();
    expect(await late.ended).toEqual(quiet('up\nlate word'));
    early.stdin.end();
    expect(await early.ended).toEqual(quiet('up\nearly word'));
  });
});

describe('what makes the sources ready', () => {
  it('may be several processes at once', async () => {
    expect(await Promise.all([run(), run(), run()])).toEqual(Array(3).fill(quiet('as cloned')));
    expect(await bundles()).toHaveLength(1);
  });

  it('may be killed before it is done', async () => {
    await run();
    const [name = ''] = await bundles();
    await rename(
      at('node_modules', '.cache', 'touchline', name),
      at('node_modules', '.cache', 'touchline', `${name}.0`),
    );
    await writeFile(at('node_modules', '.cache', 'touchline', `${name}.0`, 'client.js'), '');
    expect(await run()).toEqual(quiet('as cloned'));
    expect((await bundles()).sort()).toEqual([name, `${name}.0`]);
  });

  it('removes what nothing was started from for a week', async () => {
    await run();
    const [old = ''] = await bundles();
    const eightDaysAgo = new Date(Date.now() - 8 * 24 * 60 * 60 * 1_000);
    await utimes(at('node_modules', '.cache', 'touchline', old), eightDaysAgo, eightDaysAgo);
    await write('client.ts', "console.log('as edited');");
    await run();
    expect(await bundles()).not.toContain(old);
    expect(await bundles()).toHaveLength(1);
  });

  it('needs no place to write', async () => {
    await write('node_modules/.cache', 'no folder');
    expect(await run()).toEqual(quiet('as cloned'));
    expect((await run({ NODE_DEBUG: 'touchline' })).stderr).toContain('The sources run through tsx');
  });

  it('knows the folder of every source', async () => {
    expect(await touchline(['--version'], { NODE_DEBUG: 'touchline' })).toMatchObject({
      code: 0,
      stderr: '',
    });
    await mkdir(at('elsewhere'));
    await write('elsewhere/word.ts', "export const word = 'elsewhere';");
    await write('client.ts', "import { word } from './elsewhere/word.js'; console.log(word);");
    expect(await run()).toEqual(quiet('elsewhere'));
    expect((await run({ NODE_DEBUG: 'touchline' })).stderr).toContain('elsewhere/word.ts lies in no folder');
  });

  it('says which line does not compile', async () => {
    await write('client.ts', 'const = 1;');
    expect((await run()).stderr).toContain('client.ts:1');
    expect(await bundles()).toEqual([]);
  });
});
