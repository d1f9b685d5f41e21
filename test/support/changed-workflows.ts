import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { projectRoot } from '../../config.js';

/** One place of a workflow's source, and what stands there instead. */
export interface SourceChange {
  /** The file in `workflows/`, without `.ts`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const ignore = (): void => undefined;
const silent = { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

/**
 * Bundles a copy of the workflows in which the changes were made. Throws where a source no longer has the text that
 * a change replaces.
 */
export async function bundleChangedWorkflows(
  folder: string,
  changes: readonly SourceChange[],
): Promise<{ code: string }> {
  for (const sources of ['workflows', 'schemas', path.join('domain', 'clock')]) {
    await mkdir(path.dirname(path.join(folder, sources)), { recursive: true });
    await cp(path.join(projectRoot, sources), path.join(folder, sources), { recursive: true });
  }
  await cp(path.join(projectRoot, 'package.json'), path.join(folder, 'package.json'));
  await symlink(path.join(projectRoot, 'node_modules'), path.join(folder, 'node_modules'));
  for (const { file, from, to } of changes) {
    const source = path.join(folder, 'workflows', `${file}.ts`);
    const text = await readFile(source, 'utf8');
    if (!text.includes(from)) throw new Error(`workflows/${file}.ts no longer has: ${from}`);
    await writeFile(
      source,
      text.replace(from, () => to),
    );
  }
  return bundleWorkflowCode({
    workflowsPath: path.join(folder, 'workflows', 'index.ts'),
    workflowInterceptorModules: [path.join(folder, 'workflows', 'interceptors.ts')],
    logger: silent,
  });
}
