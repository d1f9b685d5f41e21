import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../config.js';

const filesOf = (source: string): string => {
  const folder = path.resolve(projectRoot, '..', 'shared', 'data', source);
  if (existsSync(folder)) return folder;
  throw new Error(`These tests read ${folder}, which is not there: put the real files beside the checkout.`);
};

/** The real files of football-data.co.uk, read where they lie. */
export const realFiles = filesOf('football-data.co.uk');

/** Those of openfootball. */
export const realOpenfootball = filesOf('openfootball');

/** Answers of live providers as they were recorded, a folder for each. */
export const realApiSamples = filesOf('api-samples');

/** How many matches a file of openfootball has, counted without the project's reader: each names one home team. */
export async function countMatches(location: string): Promise<number> {
  return (await readFile(location, 'utf8')).match(/"team1":/g)?.length ?? 0;
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
