import { mkdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { League } from '../league/league.js';
import { footballDataFiles } from './files.js';

/** What to write, and where. The folder is made if it is missing; files of the same name are replaced. */
export interface FolderOptions {
  readonly directory: string;
  readonly leagues: readonly League[];
}

/**
 * Writes the leagues as a folder of football-data.co.uk files, `2122/SIM.csv` and `fixtures.csv`, each with the time of its last
 * change. Returns the paths written.
 */
export async function writeFootballData({ directory, leagues }: FolderOptions): Promise<readonly string[]> {
  const written: string[] = [];
  for (const { path: served, text, modifiedAt } of footballDataFiles(leagues)) {
    const target = path.join(directory, served.replace(/^mmz4281\//, ''));
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text);
    await utimes(target, modifiedAt / 1000, modifiedAt / 1000);
    written.push(target);
  }
  return written;
}
