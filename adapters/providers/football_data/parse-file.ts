import type { ParsedFile } from '../../../schemas/records/source-file.js';

/**
 * Decodes and parses one file leniently. Rows whose cells are all blank are not data rows and are left out.
 * @throws BadInput naming the file when it is empty, binary, or its header lacks the date or the teams.
 */
export function parseFile(_bytes: Uint8Array, _uri: string): ParsedFile {
  throw new Error('not built yet');
}
