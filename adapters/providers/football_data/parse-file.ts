import { parse } from 'csv-parse/sync';
import { BadInput } from '../../../schemas/errors.js';
import type { FileRow, ParsedFile } from '../../../schemas/records/source-file.js';
import { awayTeamColumns, dateColumns, homeTeamColumns, repeatedName, unfinishedRow } from './columns.js';
import { decodeText } from '../decode-text.js';

const endOfFileMark = String.fromCharCode(26);
const advice = 'Fetch the file again, or leave it out of the import.';

/**
 * Decodes and parses one file leniently. Rows whose cells are all blank are not data rows and are left out. A cell beyond the header,
 * or under a column without a name, goes to `_extra` by its place, counted from 1; a column name that stands twice gets `#2`.
 * Line numbers count every line of the file, from 1.
 * @throws BadInput naming the file when it is empty, binary, or its header lacks the date or the teams.
 */
export function parseFile(bytes: Uint8Array, uri: string): ParsedFile {
  refuseBinary(bytes, uri);
  const { text, encoding } = decodeText(bytes);
  const lines = text.split(/\r\n|\n|\r/);
  // The end-of-file mark of old editors is no row.
  if (lines.at(-1) === endOfFileMark) lines[lines.length - 1] = '';
  const headerIndex = lines.findIndex((line) => line.trim() !== '');
  const headerLine = lines[headerIndex];
  if (headerLine === undefined) throw new BadInput('The file is empty', { file: uri, advice });

  const header = nameColumns(splitLine(headerLine).map((name) => name.trim()));
  refuseForeignHeader(header, uri);
  const rows: FileRow[] = [];
  for (let index = headerIndex + 1; index < lines.length; index++) {
    const line = lines[index] ?? '';
    const cells = splitLine(line);
    const raw = cellsByColumn(header, cells);
    if (raw === undefined) continue;
    const isCutOff = index === lines.length - 1 && cells.length < header.length;
    rows.push({ rowNo: index + 1, raw: isCutOff ? { ...raw, [unfinishedRow]: line } : raw, text: line });
  }
  return { encoding, header, rows, rowIs: 'line' };
}

/** Text has no NUL and hardly any control characters but tab, line ends and the old end-of-file mark. */
function refuseBinary(bytes: Uint8Array, uri: string): void {
  if (bytes.length === 0) throw new BadInput('The file is empty', { file: uri, advice });
  let controls = 0;
  for (const byte of bytes) {
    if (byte === 0) controls = Infinity;
    else if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 26) controls++;
  }
  if (controls > bytes.length / 1000) {
    throw new BadInput('The file is not a CSV: it holds binary data', { file: uri, advice });
  }
}

function nameColumns(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    if (name === '') return '';
    const place = (seen.get(name) ?? 0) + 1;
    seen.set(name, place);
    return place === 1 ? name : repeatedName(name, place);
  });
}

function refuseForeignHeader(header: readonly string[], uri: string): void {
  const missing = [dateColumns, homeTeamColumns, awayTeamColumns]
    .filter((columns) => !columns.some((column) => header.includes(column)))
    .map((columns) => columns[0]);
  if (missing.length === 0) return;
  const begins = header.slice(0, 6).join(',').slice(0, 80);
  throw new BadInput(
    `The header has no column ${missing.join(', ')}; it begins with ${JSON.stringify(begins)}`,
    {
      file: uri,
      row: 1,
      field: missing.join(', '),
      advice: 'Give a file as football-data.co.uk publishes it, with its header line.',
    },
  );
}

/** The cells of one line. A quote that is never closed belongs to the text: no cell spans two lines. */
function splitLine(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  try {
    const records: unknown = parse(line, {
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
    });
    const first: unknown = Array.isArray(records) ? records[0] : undefined;
    return Array.isArray(first) ? first.map(String) : [line];
  } catch {
    return line.split(',');
  }
}

function cellsByColumn(
  header: readonly string[],
  cells: readonly string[],
): Record<string, unknown> | undefined {
  const raw: Record<string, unknown> = {};
  const extra: Record<string, string> = {};
  let blank = true;
  for (let index = 0; index < cells.length; index++) {
    const text = cells[index] ?? '';
    if (text === '' || text.trim() === '') continue;
    blank = false;
    const name = header[index] ?? '';
    if (name === '') extra[String(index + 1)] = text;
    else raw[name] = text;
  }
  for (const place in extra) {
    if (place !== '') raw['_extra'] = extra;
  }
  return blank ? undefined : raw;
}
