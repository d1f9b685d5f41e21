import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { BadInput } from '../../schemas/errors.js';
import { FeatureService, FeatureView, serviceId, viewId } from '../../schemas/features/feature-view.js';

/** Where released definitions stand, one file each: `views/odds_features@1.json`, `services/match_prediction_v1.json`. */
export const featuresFolder = fileURLToPath(new URL('../../contracts/features/', import.meta.url));

/** Views and services of whichever version. */
export interface FeatureDefinitions {
  readonly views: readonly FeatureView[];
  readonly services: readonly FeatureService[];
}

async function readAll<T>(folder: string, schema: z.ZodType<T>): Promise<T[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      const read = schema.safeParse(JSON.parse(await readFile(file, 'utf8')));
      if (read.success) return read.data;
      const issue = read.error.issues[0];
      throw new BadInput(`This defines no feature: ${issue?.message ?? 'it cannot be read'}`, {
        ...{ file, field: issue?.path.join('.') ?? '' },
      });
    }),
  );
}

/** Every definition that was released. Throws {@link BadInput} with the file where one is none. */
export const readReleasedFeatures = async (folder: string = featuresFolder): Promise<FeatureDefinitions> => ({
  views: await readAll(path.join(folder, 'views'), FeatureView),
  services: await readAll(path.join(folder, 'services'), FeatureService),
});

/** Writes definitions where there is no file of their name and version yet, and returns which these are. */
export async function releaseFeatures(
  { views, services }: FeatureDefinitions,
  folder: string = featuresFolder,
): Promise<string[]> {
  const released: string[] = [];
  const files = [
    ...views.map((view) => ['views', viewId(view), FeatureView.parse(view)] as const),
    ...services.map((service) => ['services', serviceId(service), FeatureService.parse(service)] as const),
  ];
  for (const [kind, id, definition] of files) {
    await mkdir(path.join(folder, kind), { recursive: true });
    const text = `${JSON.stringify(definition, undefined, 2)}\n`;
    try {
      await writeFile(path.join(folder, kind, `${id}.json`), text, { flag: 'wx' });
      released.push(id);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
  return released;
}
