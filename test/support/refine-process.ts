import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('./refine-until-done.ts', import.meta.url));

/** Refines in a process of its own until nothing is pending. Gives how many payloads it has claimed. */
export async function refineInOwnProcess(url: string, limit: number): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    script,
    url,
    String(limit),
  ]);
  return Number(stdout);
}
