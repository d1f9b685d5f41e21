import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { projectRoot } from '../../config.js';

const workflowsPath = path.join(projectRoot, 'bench', 'support', 'layered-job.ts');

/** What our own bundles have beside the workflows. */
export const ourInterceptors: readonly string[] = [path.join(projectRoot, 'workflows', 'interceptors.ts')];

/** Bundles the layered job with interceptors, none for the bare SDK, into a file; its path. */
export async function bundleLayeredJob(target: string, interceptors: readonly string[]): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules: [...interceptors],
    logger: new DefaultLogger('ERROR'),
  });
  await writeFile(target, code);
  return target;
}
