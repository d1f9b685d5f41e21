import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { EvaluationReport } from '../../../schemas/jobs/evaluate-model.js';
import { replaceFile } from './whole-files.js';

const folder = (root: string): string => path.join(root, 'evaluations');
const endOfName = (runId: string): string =>
  `_${createHash('sha256').update(runId).digest('hex').slice(0, 12)}.json`;

async function reportFiles(root: string): Promise<string[]> {
  try {
    return (await readdir(folder(root))).filter((name) => /^\d.*_[0-9a-f]{12}\.json$/.test(name)).sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Keeps a report under `<root>/evaluations`, whole or not at all. A second report of the same run is not kept. */
export async function keepEvaluation(root: string, report: EvaluationReport): Promise<void> {
  const end = endOfName(report.runId);
  if ((await reportFiles(root)).some((name) => name.endsWith(end))) return;
  const stamp = report.evaluatedAt.replaceAll(/[:.]/g, '-');
  await replaceFile(path.join(folder(root), `${stamp}${end}`), `${JSON.stringify(report)}\n`);
}

/** The newest report, or undefined where nothing was judged yet. */
export async function newestEvaluation(root: string): Promise<EvaluationReport | undefined> {
  const newest = (await reportFiles(root)).at(-1);
  if (newest === undefined) return undefined;
  return EvaluationReport.parse(JSON.parse(await readFile(path.join(folder(root), newest), 'utf8')));
}
