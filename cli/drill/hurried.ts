import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** `5m` thirty times as quick is `10s`; nothing is quicker than a second. */
export function hurriedDuration(duration: string, times: number): string {
  const [, count = '', unit = ''] = /^(\d+)([smhd])$/.exec(duration) ?? [];
  const whole = Number(count) * (seconds[unit] ?? 0);
  return `${Math.max(1, Math.round(whole / times))}s`;
}

/** The text of a file of rules with every window and every `for` shortened; expressions, limits, labels and words stay. */
export const hurriedRules = (text: string, times: number): string =>
  text
    .replace(/\[(\d+[smhd])\]/g, (_, window: string) => `[${hurriedDuration(window, times)}]`)
    .replace(
      /^(\s*for: )(\d+[smhd])$/gm,
      (_, key: string, wait: string) => key + hurriedDuration(wait, times),
    );

/** Writes the rules of a folder, so shortened, into another. */
export async function writeHurriedRules(from: string, to: string, times: number): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    const text = await readFile(path.join(from, name), 'utf8');
    await writeFile(path.join(to, name), hurriedRules(text, times));
  }
}
