import { mkdir, open, rename, stat } from 'node:fs/promises';
import path from 'node:path';

const fullAtBytes = 20 * 1024 * 1024;
const tailBytes = 8 * 1024;

/** The log of a server that was just launched: the file its output goes to, and what it has said since. */
export interface ServerLog {
  readonly file: string;
  /** For the child's stdout and stderr. */
  readonly descriptor: number;
  /** What was written since the log was opened: the last 8 KiB of it. */
  tail(): Promise<string>;
  close(): Promise<void>;
}

/** Opens `home/logs/<name>.log` for appending. A log that is full (20 MB) makes room for a new one and is kept as `.1`. */
export async function openServerLog(home: string, name: string): Promise<ServerLog> {
  const file = path.join(home, 'logs', `${name}.log`);
  await mkdir(path.dirname(file), { recursive: true });
  const size = await sizeOf(file);
  if (size > fullAtBytes) await rename(file, `${file}.1`);
  const handle = await open(file, 'a+', 0o600);
  const begin = (await handle.stat()).size;
  return {
    file,
    descriptor: handle.fd,
    async tail() {
      const { size: end } = await handle.stat();
      const from = Math.max(begin, end - tailBytes);
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(end - from), 0, end - from, from);
      return buffer.toString('utf8', 0, bytesRead);
    },
    close: () => handle.close(),
  };
}

const sizeOf = (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );

/** The last lines of a log that are worth showing in an error. */
export function lastLogLines(text: string, count = 5): string {
  return text.trim().split('\n').slice(-count).join('\n');
}
