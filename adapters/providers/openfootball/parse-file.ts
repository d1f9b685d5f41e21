import { BadInput } from '../../../schemas/errors.js';
import type { FileRow, ParsedFile } from '../../../schemas/records/source-file.js';
import { decodeText } from '../decode-text.js';
import { unknownFields } from '../wire/unknown-fields.js';
import { MatchFile } from './contract.js';
import { jsonBreak } from './json-break.js';

const advice = 'Fetch the file again, or leave it out of the import.';

type Properties = Readonly<Record<string, unknown>>;

/** Where an entry is kept that should be a match and is no object. */
export const strayEntry = '_entry';

/**
 * Reads one file: its list of `matches`, or, in the older form, the lists of its `rounds`, whose names become the matches' `round`. Each entry is a
 * row, counted from 1 through the whole file; an entry that is no match is a row as well, for {@link identifyRow} to refuse. Fields that the contract does
 * not know are kept in their row and told.
 * @throws BadInput naming the file when it is empty, no JSON (then with line and column), nested deeper than any such file is, or has no
 * matches to list.
 */
export function parseFile(bytes: Uint8Array, uri: string): ParsedFile {
  const { text, encoding } = decodeText(bytes);
  if (text.trim() === '') throw new BadInput('The file is empty', { file: uri, advice });
  const content = storable(parseJson(text, uri), uri);
  if (!isObject(content) || !('matches' in content || 'rounds' in content)) {
    throw new BadInput('The file has neither matches nor rounds', {
      file: uri,
      field: 'matches',
      advice: 'Give a file as openfootball publishes it, with a list of matches.',
    });
  }
  const { matches, rounds, ...header } = content;
  const rows = [...entriesOf(matches), ...entriesOf(rounds).flatMap(matchesOfRound)].map(rowOf);
  return { encoding, header, rows, rowIs: 'match', unknownFields: unknownFields(MatchFile, content) };
}

function parseJson(text: string, uri: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const { line, column } = jsonBreak(text);
    throw new BadInput(
      `The file is not JSON from line ${line}, column ${column} on`,
      { file: uri, advice },
      error,
    );
  }
}

const isObject = (value: unknown): value is Properties =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The entries of a list; what stands in the place of one is an entry itself, so that it is not lost. */
function entriesOf(list: unknown): readonly unknown[] {
  if (list === undefined || list === null) return [];
  return Array.isArray(list) ? list : [list];
}

function matchesOfRound(round: unknown): readonly unknown[] {
  if (!isObject(round) || !Array.isArray(round['matches'])) return [{ [strayEntry]: round }];
  const { name, matches } = round;
  return matches.map((match: unknown) => (isObject(match) ? { round: name, ...match } : match));
}

const rowOf = (entry: unknown, index: number): FileRow => ({
  rowNo: index + 1,
  raw: isObject(entry) ? entry : { [strayEntry]: entry },
  text: JSON.stringify(entry),
});

/** Files have five levels. Far deeper ones can neither be walked through nor stored. */
const mostLevels = 100;

/** Postgres keeps neither NUL nor half a surrogate pair in JSON: each becomes the replacement character. */
function storable(value: unknown, uri: string, level = 0): unknown {
  if (typeof value === 'string') return storableText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (level === mostLevels) {
    throw new BadInput(`The file is nested deeper than ${mostLevels} levels`, { file: uri, advice });
  }
  const within = (part: unknown): unknown => storable(part, uri, level + 1);
  if (Array.isArray(value)) return value.map(within);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [storableText(name), within(part)]));
}

const storableText = (text: string): string =>
  text.replaceAll('\0', '\ufffd').replace(/\p{Surrogate}/gu, '\ufffd');
