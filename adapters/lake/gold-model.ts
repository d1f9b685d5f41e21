import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { BadInput } from '../../schemas/errors.js';

/** A statement that must return no row. */
export interface GoldCheck {
  readonly name: string;
  readonly sql: string;
}

/** One file of sql/gold: a SELECT and what its header says of it. */
export interface GoldModel {
  readonly name: string;
  readonly file: string;
  /** The columns that name one row. */
  readonly grain: readonly string[];
  /** The instant whose month partitions the table; null where the result is not published. */
  readonly partition: string | null;
  /** `silver.<table>`, or the bare name of another model. */
  readonly inputs: readonly string[];
  readonly owner: string;
  readonly published: boolean;
  readonly checks: readonly GoldCheck[];
  /** The TypeScript pass that turns the SELECT's rows into the model's rows; null for plain SQL. */
  readonly pass: string | null;
  readonly sql: string;
}

const requiredKeys = ['name', 'grain', 'partition', 'inputs', 'owner'];
const optionalKeys = ['published', 'pass', 'checks'];

interface HeaderEntry {
  readonly key: string;
  readonly row: number;
  /** The value, then each continuation line with its indentation. */
  readonly lines: readonly string[];
}

const keyLine = /^-- ([a-z]+):(?: (.*))?$/;
const continuationLine = /^-- ( +\S.*)$/;

function readHeader(file: string, text: string): Map<string, HeaderEntry> {
  const entries = new Map<string, HeaderEntry>();
  let open: { key: string; row: number; lines: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const row = index + 1;
    const key = keyLine.exec(line);
    const continuation = continuationLine.exec(line);
    if (key?.[1] !== undefined) {
      open = { key: key[1], row, lines: key[2] === undefined ? [] : [key[2]] };
      if (entries.has(open.key)) {
        throw new BadInput(`The header says ${open.key} twice`, {
          file,
          row,
          field: open.key,
          advice: 'Keep one.',
        });
      }
      if (!requiredKeys.includes(open.key) && !optionalKeys.includes(open.key)) {
        throw new BadInput(`A gold model's header has no ${open.key}`, {
          file,
          row,
          field: open.key,
          advice: `Use ${[...requiredKeys, ...optionalKeys].join(', ')}.`,
        });
      }
      entries.set(open.key, open);
    } else if (continuation?.[1] !== undefined && open !== undefined) {
      open.lines.push(continuation[1]);
    } else {
      break;
    }
  }
  return entries;
}

/** A check begins two spaces in with `name: SQL`; its SQL may go on four spaces in. */
function readChecks(file: string, entry: HeaderEntry | undefined): GoldCheck[] {
  const checks: { name: string; sql: string }[] = [];
  for (const line of entry?.lines ?? []) {
    const start = /^ {2}(\S[^:]*): (.+)$/.exec(line);
    const last = checks.at(-1);
    if (start?.[1] !== undefined && start[2] !== undefined) {
      checks.push({ name: start[1], sql: start[2] });
    } else if (/^ {4}/.test(line) && last !== undefined) {
      last.sql += `\n${line.trim()}`;
    } else {
      throw new BadInput(`This line of the checks cannot be read: ${line.trim()}`, {
        file,
        row: entry?.row ?? 1,
        field: 'checks',
        advice: 'Write "--   name: select …", and go on with "--     …".',
      });
    }
  }
  return checks;
}

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/**
 * Reads one gold model. Throws {@link BadInput} with file, row and field where the header lacks something, has
 * something unknown or does not name its own file.
 */
export function parseGoldModel(file: string, text: string): GoldModel {
  const entries = readHeader(file, text);
  const value = (key: string): string => {
    const entry = entries.get(key);
    const joined = entry?.lines
      .map((line) => line.trim())
      .join(' ')
      .trim();
    if (joined === undefined || joined === '') {
      throw new BadInput(`The header does not say ${key}`, {
        file,
        row: entry?.row ?? 1,
        field: key,
        advice: `Begin the file with -- ${key}: …`,
      });
    }
    return joined;
  };
  const name = value('name');
  if (path.basename(file, '.sql') !== name) {
    throw new BadInput(`The model ${name} lies in a file of another name`, {
      file,
      field: 'name',
      advice: `Name the file ${name}.sql.`,
    });
  }
  const published = entries.has('published') ? value('published') : 'yes';
  if (published !== 'yes' && published !== 'no') {
    throw new BadInput(`published is yes or no, not ${published}`, { file, field: 'published' });
  }
  const partition = value('partition');
  if (published === 'yes' && partition === 'none') {
    throw new BadInput(`The published model ${name} has no partition`, {
      file,
      field: 'partition',
      advice: 'Name the instant whose month partitions it.',
    });
  }
  const sql = text
    .split('\n')
    .filter((line) => !line.startsWith('--'))
    .join('\n')
    .trim();
  if (sql === '') throw new BadInput(`The model ${name} has no SELECT`, { file });
  return {
    name,
    file,
    grain: listOf(value('grain')),
    partition: partition === 'none' ? null : partition,
    inputs: listOf(value('inputs')),
    owner: value('owner'),
    published: published === 'yes',
    checks: readChecks(file, entries.get('checks')),
    pass: entries.has('pass') ? value('pass') : null,
    sql,
  };
}

/**
 * The models in an order in which each comes after its inputs; by name where the inputs leave it open. Throws
 * {@link BadInput} on an input that no model makes, and on models that wait for each other.
 */
export function orderModels(models: readonly GoldModel[]): GoldModel[] {
  const byName = new Map(models.map((model) => [model.name, model]));
  const ordered: GoldModel[] = [];
  const done = new Set<string>();
  const visit = (model: GoldModel, waiting: readonly string[]): void => {
    if (done.has(model.name)) return;
    if (waiting.includes(model.name)) {
      throw new BadInput(`Gold models wait for each other: ${[...waiting, model.name].join(' → ')}`, {
        file: model.file,
        field: 'inputs',
        advice: 'Break the circle.',
      });
    }
    for (const input of [...model.inputs].sort()) {
      if (input.startsWith('silver.')) continue;
      const source = byName.get(input);
      if (source === undefined) {
        throw new BadInput(`No gold model is named ${input}`, {
          file: model.file,
          field: 'inputs',
          advice: 'Name a file of sql/gold, or silver.<table>.',
        });
      }
      visit(source, [...waiting, model.name]);
    }
    done.add(model.name);
    ordered.push(model);
  };
  for (const name of [...byName.keys()].sort()) {
    const model = byName.get(name);
    if (model !== undefined) visit(model, []);
  }
  return ordered;
}

/** Reads every model of a folder, in build order. */
export async function readGoldModels(folder: string): Promise<GoldModel[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  if (files.length === 0) {
    throw new BadInput('The folder holds no gold model', {
      file: folder,
      advice: 'Put one .sql file a model there.',
    });
  }
  const models = await Promise.all(
    files.map(async (name) => {
      const file = path.join(folder, name);
      return parseGoldModel(file, await readFile(file, 'utf8'));
    }),
  );
  return orderModels(models);
}

/** A hash over what decides the rows of a build besides its input: the models' text and the passes' versions. */
export function hashModels(
  models: readonly GoldModel[],
  passVersions: Readonly<Record<string, string>>,
): string {
  const hash = createHash('sha256');
  for (const model of [...models].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    hash.update(
      JSON.stringify([model.name, model.grain, model.partition, model.published, model.checks, model.sql]),
    );
    if (model.pass !== null) hash.update(JSON.stringify([model.pass, passVersions[model.pass] ?? null]));
  }
  return hash.digest('hex');
}
