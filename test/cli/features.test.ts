import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  featuresFolder,
  readReleasedFeatures,
  releaseFeatures,
} from '../../adapters/lake/feature-definitions.js';
import { touchlineHere } from '../support/command-line.js';
import { makeTestFolder } from '../support/folder.js';

describe('features, without a house,', () => {
  it('are listed, and shown one by one', async () => {
    const { stdout } = await touchlineHere(['features', '--json']);
    const listed = z
      .object({
        views: z.array(z.looseObject({ view: z.string() })),
        services: z.array(z.looseObject({ service: z.string() })),
      })
      .parse(JSON.parse(stdout));
    expect(listed.views.map(({ view }) => view)).toContain('odds_features@1');
    expect(listed.services.map(({ service }) => service)).toContain('match_prediction_v1');

    const view = await touchlineHere(['features', 'show', 'odds_features@1', '--json']);
    const file = path.join(featuresFolder, 'views', 'odds_features@1.json');
    expect(JSON.parse(view.stdout)).toEqual(JSON.parse(await readFile(file, 'utf8')));
    const newest = await touchlineHere(['features', 'show', 'match_prediction']);
    expect(newest.stdout).toMatch(/^home_elo +model_inputs@1:home_elo /m);
    const service = await touchlineHere(['features', 'show', 'match_prediction_v1']);
    expect(service.stdout).toMatch(/^home_recent_5_wins +team_recent_performance@1:recent_5_wins /m);
    const unknown = await touchlineHere(['features', 'show', 'odds']);
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toContain('match_prediction_v1');
  });

  it('are as they were released', async () => {
    const { code, stdout } = await touchlineHere(['features', 'check']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Features are as \d+ definitions say\.$/m);
  });

  it('are asked for by a service or by their names, and not by both', async () => {
    const words = ['features', 'get', '--frame', 'a.csv', '--out', 'b.csv'];
    for (const more of [[], ['--service', 'match_prediction_v1', '--features', 'ratings:home_elo']]) {
      const { code, stderr } = await touchlineHere([...words, ...more]);
      expect(code).toBe(2);
      expect(stderr).toContain('Ask for a service or for features');
    }
    const { code, stderr } = await touchlineHere([...words, '--features', 'ratings:home_ello']);
    expect(code).toBe(1);
    expect(stderr).toContain('ratings@1 has no feature home_ello');
  });
});

it('a definition is released once, and stays as it was', async () => {
  const folder = await makeTestFolder();
  try {
    const definitions = await readReleasedFeatures();
    expect(await releaseFeatures(definitions, folder.path)).toHaveLength(
      definitions.views.length + definitions.services.length,
    );
    const changed = definitions.views.map((view) => ({ ...view, ttlHours: 1 }));
    expect(await releaseFeatures({ ...definitions, views: changed }, folder.path)).toEqual([]);
    expect(await readReleasedFeatures(folder.path)).toEqual(definitions);
  } finally {
    await folder.remove();
  }
});
