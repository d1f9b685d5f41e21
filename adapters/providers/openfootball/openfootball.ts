import { fetchFile } from '../fetch-file.js';
import type { MatchFileProvider } from '../provider.js';
import { divisions } from './divisions.js';
import { listFiles } from './list-files.js';
import { parseFile } from './parse-file.js';
import { identifyRow, readRow, statesScore } from './read-row.js';

/** openfootball's football.json: fixtures and scores of many leagues, without prices. */
export const openfootball: MatchFileProvider = {
  divisions,
  listFiles,
  fetchFile,
  parseFile,
  identifyRow,
  readRow,
  statesScore,
};
