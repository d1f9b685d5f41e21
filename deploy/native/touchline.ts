import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { childEnvironment, projectRoot } from '../../config.js';
import { DependencyAway } from '../../schemas/errors.js';

/** Runs a command of Touchline to its good end; what it says to people goes on. Returns what it printed. */
export async function touchline(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const command = spawn(process.execPath, [path.join(projectRoot, 'bin', 'touchline.js'), ...args], {
    env: childEnvironment({ ...environment }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    command.once('error', reject);
    command.once('close', resolve);
  });
  const [printed, code] = await Promise.all([text(command.stdout), ended]);
  if (code === 0) return printed;
  throw new DependencyAway(`touchline ${args.join(' ')} ended with ${code ?? 'a signal'}`, {
    advice: 'It said above what is wrong.',
  });
}
