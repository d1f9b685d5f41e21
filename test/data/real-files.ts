import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../config.js';

/** The real files of football-data.co.uk, read where they lie. */
export const realFiles = path.resolve(projectRoot, '..', 'shared', 'data', 'football-data.co.uk');

if (!existsSync(realFiles)) {
  throw new Error(
    `These tests read ${realFiles}, which is not there: put the real files beside the checkout.`,
  );
}

/**
 * How many data rows a file has, counted without the project's reader: the lines below the first that is not blank which
 * hold more than commas, quotes and blanks.
 */
export async function countDataRows(location: string): Promise<number> {
  const endOfFileMark = String.fromCharCode(26);
  const lines = (await readFile(location, 'latin1')).replaceAll(endOfFileMark, '').split(/\r?\n/);
  const saysSomething = (line: string): boolean => /[^,"\s]/.test(line);
  return lines.slice(lines.findIndex(saysSomething) + 1).filter(saysSomething).length;
}
