import { fetchFile } from '../fetch-file.js';
import type { MatchFileProvider } from '../provider.js';
import { divisions } from './divisions.js';
import { listFiles } from './list-files.js';
import { parseFile } from './parse-file.js';
import { identifyRow, knowsColumn, readRow, statesScore } from './read-row.js';

/** football-data.co.uk: CSV files of results, statistics and prices. */
export const footballData: MatchFileProvider = {
  divisions,
  listFiles,
  fetchFile,
  parseFile,
  identifyRow,
  readRow,
  knowsColumn,
  statesScore,
};
