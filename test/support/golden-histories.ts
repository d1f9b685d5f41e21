import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Worker, type ReplayResult, type ReplayWorkerOptions } from '@temporalio/worker';
import { z } from 'zod';
import { historyFromJson } from '../../scripts/histories/record.js';
import { turnsOf, workflowOf, type RunHistory } from './history-turns.js';

/** The history of a run. Its workflow's id names its children too. */
export interface NamedHistory {
  readonly workflowId: string;
  readonly history: RunHistory;
}

const folder = fileURLToPath(new URL('../workflows/histories/', import.meta.url));

/** The names of the golden histories: `<workflow>` or `<workflow>.<about>`. */
export async function goldenNames(): Promise<readonly string[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
  return files.map((file) => file.slice(0, -'.json'.length));
}

/** One of them, as it was recorded. */
export const readGolden = async (name: string) =>
  z.json().parse(JSON.parse(await readFile(`${folder}${name}.json`, 'utf8')));

/** One of them, as a replay takes it. */
export const goldenHistory = async (name: string): Promise<NamedHistory> => ({
  workflowId: name,
  history: historyFromJson(await readGolden(name)),
});

/** Replays histories against a bundle, and gives what came of each: its error, where it would not take the same steps again. */
export async function replay(
  workflowBundle: NonNullable<ReplayWorkerOptions['workflowBundle']>,
  histories: readonly NamedHistory[],
): Promise<readonly ReplayResult[]> {
  const results: ReplayResult[] = [];
  for await (const result of Worker.runReplayHistories({ workflowBundle }, histories)) results.push(result);
  return results;
}

async function readGoldenTurns(): Promise<ReadonlySet<string>> {
  const histories = await Promise.all((await goldenNames()).map(goldenHistory));
  return new Set(histories.flatMap(({ history }) => namedTurns(history)));
}
const namedTurns = (history: RunHistory): readonly string[] =>
  [...turnsOf(history)].map((turn) => `${workflowOf(history)}: ${turn}`);

let goldenTurns: Promise<ReadonlySet<string>> | undefined;

/** The turns of a run that no golden history of its workflow takes: `collectFixtures: ends after fixtureSources`. */
export async function turnsWithoutGolden(history: RunHistory): Promise<readonly string[]> {
  goldenTurns ??= readGoldenTurns();
  const known = await goldenTurns;
  return namedTurns(history).filter((turn) => !known.has(turn));
}
