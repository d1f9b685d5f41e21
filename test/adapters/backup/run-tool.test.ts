import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { paced } from '../../../adapters/backup/pace.js';
import { runTool, startTool, ToolFailed } from '../../../adapters/backup/run-tool.js';

const shell = (script: string, signal = new AbortController().signal) => ({
  ...{ program: 'sh', args: ['-c', script], environment: {}, signal },
});
async function* chunks(...parts: readonly string[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield await Promise.resolve(Buffer.from(part));
}

it('a program that is killed has failed at once, although another that it began holds its pipes open', async () => {
  await expect(runTool(shell('sleep 3600 & kill -KILL $$'))).rejects.toThrow(/ended with SIGKILL/);
});

it('a program is ended by its signal together with those that it began', async () => {
  const stop = new AbortController();
  const { stdout, ended } = startTool(shell('sleep 3600 & echo begun; wait', stop.signal));
  await once(stdout, 'data');
  stop.abort(new Error('enough'));
  await expect(ended).rejects.toThrow('enough');
});

it('a program that reads fails with what it reads, and is told why where it ends before', async () => {
  async function* broken(): AsyncGenerator<Buffer> {
    yield* chunks('half');
    throw new Error('the dump broke');
  }
  const half = startTool({ ...shell('cat'), input: broken() });
  half.stdout.resume();
  await expect(half.ended).rejects.toThrow('the dump broke');

  const early = startTool({
    ...shell('echo no room >&2; exit 1'),
    input: chunks(...Array<string>(999).fill('x'.repeat(999))),
  });
  early.stdout.resume();
  await expect(early.ended).rejects.toThrow(ToolFailed);
  await expect(early.ended).rejects.toThrow('no room');

  const whole = startTool({ ...shell('cat'), input: chunks('a', 'b') });
  expect(await text(whole.stdout)).toBe('ab');
  await whole.ended;
});

it('what is paced comes whole and in order, and stops with its signal', async () => {
  const all = paced(chunks('a', 'b', 'c'), { bytesPerSecond: 100 }, new AbortController().signal);
  let read = '';
  for await (const chunk of all) read += chunk.toString();
  expect(read).toBe('abc');
  const stop = new AbortController();
  const slow = paced(chunks('first', 'second'), { bytesPerSecond: 0.001 }, stop.signal);
  expect(await slow.next()).toEqual({ done: false, value: Buffer.from('first') });
  const next = slow.next();
  stop.abort();
  await expect(next).rejects.toThrow();
});
