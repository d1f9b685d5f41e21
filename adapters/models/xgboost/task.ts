import { z } from 'zod';
import type {
  BoosterFile,
  BoosterTraining,
  ChunkChances,
  FeatureMatrix,
} from '../../../schemas/records/booster.js';
import { loadBooster, newBooster } from './booster.js';
import type { XgboostModule } from './module.js';

/** What a thread is asked: to train (in chunks, looking at `watched` after each) or to read a file and predict. */
export type Task =
  | {
      readonly kind: 'train';
      readonly training: BoosterTraining;
      readonly chunk: number;
      readonly rounds: number;
      readonly watched: FeatureMatrix | null;
    }
  | { readonly kind: 'predict'; readonly file: BoosterFile; readonly matrix: FeatureMatrix };

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const floats = z.custom<Float32Array>((value) => value instanceof Float32Array);

/** What it answers: the booster's file after all rounds, or the chances it was asked for. */
export const Answer = z.object({
  file: bytes.nullable(),
  chances: z.array(z.object({ rounds: z.number(), chances: floats })),
});
export type Answer = z.infer<typeof Answer>;

/** Does one task on this thread, and frees what it took of the module's memory. */
export function perform(module: XgboostModule, task: Task): Answer {
  const booster = task.kind === 'train' ? newBooster(module, task.training) : loadBooster(module, task.file);
  try {
    if (task.kind === 'predict') {
      return { file: null, chances: [{ rounds: 0, chances: booster.predict(task.matrix) }] };
    }
    const chances: ChunkChances[] = [];
    for (let done = 0; done < task.rounds;) {
      const step = Math.min(task.chunk, task.rounds - done);
      booster.train(step);
      done += step;
      if (task.watched !== null) chances.push({ rounds: done, chances: booster.predict(task.watched) });
    }
    return { file: booster.save(), chances };
  } finally {
    booster.free();
  }
}
