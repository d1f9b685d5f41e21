import { Worker } from 'node:worker_threads';
import { BadInput, InvariantBroken } from '../../../schemas/errors.js';
import type { BoosterTrainer } from '../../../schemas/records/booster.js';
import { Answer, type Task } from './task.js';

/** An error that crossed from a thread has lost its class; what the thread was at tells who can mend it. */
const threadFailure = (task: Task, error: unknown): Error =>
  task.kind === 'predict'
    ? new BadInput('The model file cannot be read by XGBoost', { object: 'booster' }, error)
    : new InvariantBroken(`XGBoost failed: ${String(error)}`, { object: 'ml-xgboost' }, error);

/** Threads at once in a process: each takes a core, and up to 200 MB while it trains. */
const threadsAtOnce = 2;
let running = 0;
const waiting: (() => void)[] = [];

/** Runs a task on a thread of its own, when there is room for one. */
async function onThread(task: Task, signal: AbortSignal | undefined): Promise<Answer> {
  while (running >= threadsAtOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    return await startThread(task, signal);
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

/** An aborted signal ends the thread at once, whatever it is doing. */
function startThread(task: Task, signal: AbortSignal | undefined): Promise<Answer> {
  signal?.throwIfAborted();
  const worker = new Worker(new URL('./thread.js', import.meta.url), {
    workerData: task,
    execArgv: [],
    // The module chats on the console: taken here and dropped.
    stdout: true,
    stderr: true,
  });
  let complaints = '';
  worker.stdout.resume();
  worker.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-2_000);
  });
  let answer: unknown;
  let failure: Error | undefined;
  const abort = (): void => {
    failure = signal?.reason instanceof Error ? signal.reason : new Error('Training was interrupted');
    void worker.terminate();
  };
  signal?.addEventListener('abort', abort, { once: true });
  worker.once('message', (message: unknown) => {
    answer = message;
  });
  worker.once('error', (error) => {
    failure ??= threadFailure(task, error);
  });
  // Settled when the thread is gone and its memory free, not before.
  return new Promise((resolve, reject) => {
    worker.once('exit', (code) => {
      signal?.removeEventListener('abort', abort);
      const parsed = Answer.safeParse(answer);
      if (failure !== undefined) reject(failure);
      else if (parsed.success) resolve(parsed.data);
      else reject(new InvariantBroken(`The training thread ended with code ${code}: ${complaints}`));
    });
  });
}

const firstOf = <T>(items: readonly T[]): T => {
  const [first] = items;
  if (first === undefined) throw new InvariantBroken('The training thread answered nothing');
  return first;
};

/** Boosters by XGBoost 0.90 in WASM. */
export const xgboostTrainer: BoosterTrainer = {
  async train(training, rounds, signal) {
    const { file } = await onThread(
      { kind: 'train', training, chunk: rounds, rounds, watched: null },
      signal,
    );
    if (file === null) throw new InvariantBroken('The training thread answered without a model');
    return file;
  },

  async trainInChunks(training, watched, { chunk, most }, signal) {
    return (await onThread({ kind: 'train', training, chunk, rounds: most, watched }, signal)).chances;
  },

  async predict(file, matrix, signal) {
    const { chances } = await onThread({ kind: 'predict', file, matrix }, signal);
    return firstOf(chances).chances;
  },
};
