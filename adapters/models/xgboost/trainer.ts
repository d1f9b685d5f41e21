import { Worker } from 'node:worker_threads';
import { BadInput, InvariantBroken } from '../../../schemas/errors.js';
import type { BoosterTrainer } from '../../../schemas/records/booster.js';
import { Answer, type Task } from './task.js';

/** An error that crossed from a thread has lost its class; what the thread was at tells who can mend it. */
const threadFailure = (task: Task, error: unknown): Error =>
  task.kind === 'predict'
    ? new BadInput('The model file cannot be read by XGBoost', { object: 'booster' }, error)
    : new InvariantBroken(`XGBoost failed: ${String(error)}`, { object: 'ml-xgboost' }, error);

/** Runs a task on a thread of its own; an aborted signal ends the thread at once, whatever it is doing. */
function onThread(task: Task, signal: AbortSignal | undefined): Promise<Answer> {
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
  return new Promise<Answer>((resolve, reject) => {
    const abort = (): void => {
      void worker.terminate();
      reject(signal?.reason instanceof Error ? signal.reason : new Error('Training was interrupted'));
    };
    signal?.addEventListener('abort', abort, { once: true });
    worker.once('message', (message: unknown) => {
      const answer = Answer.safeParse(message);
      if (answer.success) resolve(answer.data);
      else reject(new InvariantBroken('The training thread gave an answer that cannot be read'));
    });
    worker.once('error', (error) => {
      reject(threadFailure(task, error));
    });
    worker.once('exit', (code) => {
      signal?.removeEventListener('abort', abort);
      // After an answer this changes nothing any more.
      reject(
        new InvariantBroken(`The training thread ended with code ${code} and no answer: ${complaints}`, {
          object: 'ml-xgboost',
        }),
      );
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
