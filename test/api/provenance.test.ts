import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { openFileRegistry } from '../../adapters/models/registry/file-registry.js';
import { ProvenanceAnswer } from '../../schemas/api/provenance.js';
import { registeredModelName } from '../../schemas/records/model.js';
import { toIso } from '../../schemas/values.js';
import { openApiOverLake, type ApiOverLake, type GoldMatch } from '../support/api-lake.js';
import { testLeague } from '../support/lake.js';
import { madeUpModel } from '../support/made-up-model.js';
import { openTestPredictions } from '../support/predictions.js';

let over: ApiOverLake;
let match: GoldMatch;
beforeAll(async () => {
  over = await openApiOverLake();
  const ahead = await over.matches(
    `match_status = 'scheduled' and match_time > '${toIso(over.now)}' and bookmaker_count > 0`,
  );
  const [first] = ahead;
  if (first === undefined) throw new Error('No match ahead has prices');
  match = first;
  const modelsRoot = `${over.folder}/models`;
  const registry = openFileRegistry(modelsRoot);
  await registry.register(await madeUpModel([testLeague().code], { seed: 1 }));
  await registry.advanceAlias('staging', 1);
  const predicting = await openTestPredictions(over.lake, modelsRoot);
  await predicting.predictions.predictAndStore({ matchIds: [match.id], now: over.now, choice: 'serving' });
  await predicting.close();
});
afterAll(async () => {
  await over.close();
});

const ask = (url: string) => over.api.app.inject({ url, headers: { host: '127.0.0.1:8000' } });
const read = async () => {
  const answer = await ask(`/api/v1/predictions/${match.id}/provenance`);
  expect(answer.statusCode, answer.body).toBe(200);
  return z.object({ data: ProvenanceAnswer }).parse(answer.json()).data;
};

it('a stored prediction leads down to the bytes of the files', async () => {
  const told = await read();
  expect(told.prediction).toMatchObject({
    match_id: match.id,
    model_name: registeredModelName,
    model_version: '1',
  });
  expect(told.prediction.feature_hash).toMatch(/^[0-9a-f]{64}$/);

  // Features: what the model was told is what the vector has.
  const { vector, as_of: asOf } = told.features;
  if (vector === null) throw new Error('The vector is not in the log');
  for (const [name, value] of Object.entries(told.prediction.features_used))
    if (name in vector.values) expect(vector.values[name]).toBe(value);
  expect(
    Object.keys(vector.values).filter((name) => name in told.prediction.features_used).length,
  ).toBeGreaterThan(10);

  // Silver: the form follows from the results, and nothing was known later.
  const form = told.silver.matches.filter(({ roles }) => roles.includes('home_form'));
  expect(form.length).toBeGreaterThanOrEqual(5);
  for (const { revisions } of told.silver.matches) {
    expect(revisions.length).toBeGreaterThan(0);
    for (const { known_at: at } of revisions) expect(Date.parse(at)).toBeLessThanOrEqual(Date.parse(asOf));
  }
  const mean = told.silver.quotes
    .filter(({ quote_kind: kind }) => kind === 'book')
    .reduce((sum, { home }, _, all) => sum + home / all.length, 0);
  expect(vector.values['home_odds_avg']).toBeCloseTo(mean, 9);

  // Raw: every row has its payload, of a line of an edition whose bytes have this hash.
  const payloads = new Map(told.raw.map((payload) => [payload.id, payload]));
  for (const { revisions } of told.silver.matches)
    for (const { raw_id: id } of revisions) expect(payloads.has(id)).toBe(true);
  for (const { raw_id: id } of told.silver.quotes) expect(payloads.has(id)).toBe(true);
  const editions = told.raw.map(({ edition }) => edition);
  for (const edition of editions) {
    if (edition === null) throw new Error('A payload came of no file');
    const bytes = await readFile(edition.fetched_from);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(edition.sha256);
    expect(bytes.toString('latin1').split('\n')[edition.row_no - 1]).toContain(',');
  }
});

it('a correction that was known after the prediction is not in its provenance', async () => {
  const before = await read();
  const [game] = before.silver.matches.filter(({ roles }) => roles.includes('home_form'));
  await over.lake.house.pool.query(
    `insert into fixture_revisions (match_id, data_source, known_at, known_at_basis, raw_id, match_time, kickoff_precision, match_status, home_score, away_score)
     select match_id, data_source, $2::timestamptz + interval '1 second', 'observed', raw_id, match_time, kickoff_precision, 'completed', 9, 9
     from fixture_revisions where match_id = $1 limit 1`,
    [game?.match_id, toIso(over.now)],
  );
  expect(await read()).toEqual(before);
});

it('what was never predicted has none', async () => {
  expect((await ask('/api/v1/predictions/999999/provenance')).statusCode).toBe(404);
  expect((await ask(`/api/v1/predictions/${match.id}/provenance?prediction_id=999999`)).statusCode).toBe(404);
  expect((await ask(`/api/v1/predictions/${match.id}/provenance?prediction_id=x`)).statusCode).toBe(422);
});
