import { fetchFile } from './fetch-file.js';
import { divisions } from './football_data/divisions.js';
import { listFiles } from './football_data/list-files.js';
import { parseFile } from './football_data/parse-file.js';
import { identifyRow, readRow, statesScore } from './football_data/read-row.js';
import type { ProviderRegistry } from './provider.js';

/** Every source of match files, by its `data_source`. */
export const providers: ProviderRegistry = {
  football_data: {
    divisions,
    listFiles,
    fetchFile,
    parseFile,
    identifyRow,
    readRow,
    statesScore,
  },
};
