import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { residentBooster } from '../../adapters/models/xgboost/resident.js';
import { askModel, type AskableModel } from '../../domain/model/ask-model.js';
import {
  ensurePythonEnvironment,
  xgboostEnvironment,
} from '../../adapters/embedded/tools/python-environment.js';
import type { ToolOptions } from '../../adapters/embedded/tools/python-packages.js';
import type { ModelRegistry } from '../../adapters/models/registry/model-registry.js';
import { xgboostTrainer } from '../../adapters/models/xgboost/trainer.js';
import { chancesAt, featureMatrix, type ModelMatch } from '../../domain/model/model-match.js';
import { InvariantBroken } from '../../schemas/errors.js';
import type { BoosterCard, ModelFile } from '../../schemas/records/model.js';
import type { Probabilities } from '../../schemas/records/probabilities.js';
import { asMatch, sampleRows } from './sample.js';

const program = fileURLToPath(new URL('./prove_artefact.py', import.meta.url));

/** What Python says of an artefact: the largest difference of a chance, by what was asked. */
export const Proof = z.object({
  xgboost: z.string(),
  classOrder: z.array(z.string()),
  rows: z.number(),
  tolerance: z.number(),
  differences: z.record(z.string(), z.number()),
  equal: z.boolean(),
});
export type Proof = z.infer<typeof Proof>;

const rows = 500;

/** Puts a version's files into a folder, with a fixed sample of rows and what Touchline says of them. */
export async function exportArtefact(
  registry: ModelRegistry,
  version: number,
  folder: string,
): Promise<void> {
  const { model } = await registry.byVersion(version);
  const readBooster = (card: BoosterCard) => registry.readBooster(version, card);
  const cards = [
    model.withoutPrices.booster,
    ...(model.withPrices === null ? [] : [model.withPrices.booster]),
  ];
  for (const card of cards) await writeFile(path.join(folder, card.file), await readBooster(card));
  await writeFile(path.join(folder, 'model.json'), JSON.stringify(model));
  const sample = sampleRows(model, rows);
  const said = await answersOf(model, readBooster, sample);
  await writeFile(
    path.join(folder, 'sample.json'),
    // JSON has no NaN: null is unknown.
    JSON.stringify({
      rows: sample.map(({ features }) => features),
      market: sample.map(({ market }) => market),
      said,
    }),
  );
}

/** What the boosters say by themselves, and what is served: by the way that predictions take. */
async function answersOf(
  model: ModelFile,
  readBooster: (card: BoosterCard) => Promise<Uint8Array>,
  sample: ReturnType<typeof sampleRows>,
): Promise<Record<string, readonly Probabilities[]>> {
  const { signal } = new AbortController();
  const alone = async (matches: readonly ModelMatch[], card: BoosterCard) => {
    const chances = await xgboostTrainer.predict(
      await readBooster(card),
      featureMatrix(matches, card.features),
      signal,
    );
    return matches.map((_, row) => chancesAt(chances, row));
  };
  const withoutPrices = await residentBooster(await readBooster(model.withoutPrices.booster));
  const withPrices =
    model.withPrices === null ? null : await residentBooster(await readBooster(model.withPrices.booster));
  const boosters: AskableModel['boosters'] = {
    withoutPrices: (matrix) => withoutPrices.predict(matrix),
    withPrices: withPrices === null ? null : (matrix) => withPrices.predict(matrix),
  };
  const served = (matches: readonly ModelMatch[]) =>
    askModel({ model, boosters }, matches).map(({ chances }) => chances);
  const unpriced = sample.map((row, matchId) => asMatch(row, { matchId, market: null }));
  const priced = sample.map((row, matchId) => asMatch(row, { matchId, market: row.market }));
  return {
    'withoutPrices.booster': await alone(unpriced, model.withoutPrices.booster),
    withoutPrices: served(unpriced),
    ...(model.withPrices === null
      ? {}
      : {
          'withPrices.booster': await alone(priced, model.withPrices.booster),
          withPrices: served(priced),
        }),
  };
}

const Ended = z.object({ stdout: z.string(), stderr: z.string() });

/** Has Python's XGBoost 1.7.6 ask the artefact of a folder. Throws {@link InvariantBroken} where it cannot. */
export async function proveInPython(folder: string, tools: ToolOptions): Promise<Proof> {
  const python = await ensurePythonEnvironment(xgboostEnvironment, tools);
  const ended = await promisify(execFile)(python, [program, folder]).catch((error: unknown) => {
    // It ends with 1 where the chances differ, and says by how much all the same.
    const said = Ended.safeParse(error);
    if (said.success && said.data.stdout !== '') return said.data;
    throw new InvariantBroken('Python cannot ask the artefact', { file: program }, error);
  });
  return Proof.parse(JSON.parse(ended.stdout));
}
