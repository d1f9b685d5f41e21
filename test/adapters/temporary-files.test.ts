import { mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { removeOldFiles } from '../../adapters/temporary-files.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';

let folder: TestFolder;
beforeAll(async () => {
  folder = await makeTestFolder();
});
afterAll(() => folder.remove());

const noon = new Date('2026-03-01T12:00:00Z');
const before = new Date(noon.getTime() - 1);

it('removes what nobody has written since, at any depth, and nothing else', async () => {
  const tmp = path.join(folder.path, 'tmp');
  const spilled = path.join(tmp, 'duckdb');
  await mkdir(spilled, { recursive: true });
  const kept = path.join(folder.path, 'silver.parquet');
  for (const [file, at] of [
    [path.join(spilled, 'of-a-killed-process'), before],
    [path.join(spilled, 'of-one-that-runs'), noon],
    [kept, before],
  ] as const) {
    await writeFile(file, 'rows');
    await utimes(file, at, at);
  }
  await symlink(kept, path.join(tmp, 'link'));
  expect(await removeOldFiles(tmp, noon)).toEqual({ files: 1, bytes: 4 });
  expect((await readdir(tmp)).toSorted()).toEqual(['duckdb', 'link']);
  expect(await readdir(spilled)).toEqual(['of-one-that-runs']);
  expect(await removeOldFiles(tmp, noon)).toEqual({ files: 0, bytes: 0 });
  expect((await readdir(folder.path)).toSorted()).toEqual(['silver.parquet', 'tmp']);
});

it('a folder that is not there has no files', async () => {
  expect(await removeOldFiles(path.join(folder.path, 'none'), noon)).toEqual({ files: 0, bytes: 0 });
});
