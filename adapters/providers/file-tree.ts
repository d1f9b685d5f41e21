import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { BadInput } from '../../schemas/errors.js';
import type { SourceFile } from '../../schemas/records/source-file.js';
import { isSelected, type Selection } from './selection.js';

/** How a source lays out its files in a folder. */
export interface TreeLayout {
  /** `.csv` */
  readonly extension: string;
  /** What to give instead of a folder that is laid out otherwise. */
  readonly advice: string;
  /** Which file of the source lies at this path; undefined where none does. */
  fileAt(location: string, root: string): SourceFile | undefined;
}

/** Whether a location is requested over HTTP rather than read from a folder. */
export const isRemote = (location: string): boolean => /^https?:\/\//i.test(location);

/**
 * The selected files of a folder, at any depth, by season and division, fixtures last.
 * @throws BadInput when the folder is missing, unreadable, without files of the layout or without one that is asked for.
 */
export async function filesOfFolder(
  folder: string,
  layout: TreeLayout,
  selection: Selection,
): Promise<SourceFile[]> {
  const root = path.resolve(folder);
  const found = new Map<string, SourceFile>();
  const paths = await filesUnder(root, layout);
  for (const location of paths) {
    const file = layout.fileAt(location, root);
    if (file === undefined) continue;
    const other = found.get(file.uri);
    if (other !== undefined) {
      throw new BadInput(`Two files of the folder are both ${file.uri}: ${other.location} and ${location}`, {
        file: location,
        advice: 'Import one of the two trees.',
      });
    }
    found.set(file.uri, file);
  }
  if (found.size === 0) {
    const format = layout.extension.slice(1).toUpperCase();
    const what =
      paths.length > 0
        ? `has ${format} files, but none that lies in the folder of a season`
        : `has no ${format} files`;
    throw new BadInput(`The folder ${what}`, { file: folder, advice: layout.advice });
  }
  const files = [...found.values()];
  refuseMissing(folder, files, selection);
  return files.filter((file) => isSelected(file, selection)).sort(bySeasonAndDivision);
}

/** A season or division that is asked for and has no file is a mistake, not nothing to do. */
function refuseMissing(folder: string, files: readonly SourceFile[], selection: Selection): void {
  const refuse = (what: 'season' | 'division', asked: ReadonlySet<string> | undefined): void => {
    const there = new Set(files.map((file) => file[what]).filter((value) => value !== null));
    if (what === 'season' && files.some(({ kind }) => kind === 'fixtures'))
      there.add(selection.runningSeason);
    const missing = [...(asked ?? [])].filter((value) => !there.has(value));
    if (missing.length === 0) return;
    throw new BadInput(`The folder has no file of the ${what} ${missing.join(', ')}`, {
      file: folder,
      setting: `${what}s`,
      advice: `It has ${[...there].sort().join(', ')}.`,
    });
  };
  refuse('season', selection.seasons);
  refuse('division', selection.divisions);
}

const orderOf = ({ season, division }: SourceFile): string => `${season ?? '9999'}/${division ?? ''}`;
const bySeasonAndDivision = (a: SourceFile, b: SourceFile): number => (orderOf(a) < orderOf(b) ? -1 : 1);

async function filesUnder(folder: string, layout: TreeLayout): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new BadInput(
      `The folder cannot be read: ${reasonOf(error)}`,
      { file: folder, advice: layout.advice },
      error,
    );
  });
  const files: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const location = path.join(folder, entry.name);
    const kind = entry.isSymbolicLink() ? await stat(location).catch(() => entry) : entry;
    if (kind.isDirectory()) files.push(...(await filesUnder(location, layout)));
    else if (entry.name.toLowerCase().endsWith(layout.extension)) files.push(location);
  }
  return files;
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
      return 'there is none of that name';
    case 'ENOTDIR':
      return 'it is not a folder';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
