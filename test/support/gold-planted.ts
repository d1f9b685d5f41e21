import { expect } from 'vitest';
import type { GoldBuild } from '../../adapters/lake/gold-compute.js';

/** A change of one model's text, made to see whether a test notices. */
export interface Planted {
  readonly name: string;
  readonly model: string;
  readonly from: string | RegExp;
  readonly to: string;
}

/** The build with the change in it. Fails where the model no longer has the text that is changed. */
export function planted({ models, ...rest }: GoldBuild, { model: changed, from, to }: Planted): GoldBuild {
  const after = models.map((model) =>
    model.name === changed ? { ...model, sql: model.sql.replaceAll(from, to) } : model,
  );
  expect(after, 'the text to change is there').not.toEqual(models);
  return { models: after, ...rest };
}
