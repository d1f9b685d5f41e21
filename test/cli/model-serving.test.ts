import { beforeAll, expect, it } from 'vitest';
import { openRegistryOf } from '../../adapters/models/registry/open-registry.js';
import { heldOutOf, versionOfRun } from '../support/registered-model.js';
import { useOwnStack } from '../support/own-stack.js';

const { ask, call, placeOf } = useOwnStack();

beforeAll(async () => {
  const registry = openRegistryOf({
    ...{ home: placeOf('home'), lakeUrl: undefined, mlflowTrackingUri: undefined },
  });
  for (const [run, loss] of [1, 1.2, 0.99].entries()) {
    const heldOut = heldOutOf(400, { model: loss, bookmakers: 1, baseRate: 1.07 });
    const { version } = await registry.register(versionOfRun(`train/${run + 1}`, heldOut));
    await registry.advanceAlias('staging', version);
  }
});

it('a version is promoted, compared, taken back and shared from the command line, and all of it is on record', async () => {
  expect(await ask('model', 'promote', '1')).toMatchObject({ from: null, to: 1, gate: { passed: true } });
  const refused = await call(['model', 'promote', '2']);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/worse than the bookmakers[\s\S]*--override/);
  const silent = await call(['model', 'promote', '2', '--override']);
  expect([silent.code, silent.stderr]).toEqual([2, expect.stringContaining('--why')]);
  expect(await ask('model', 'split', '3', '--share', '0.1', '--why', 'to see')).toEqual({
    before: null,
    after: { version: 3, share: 0.1 },
  });
  expect(await ask('model', 'list')).toMatchObject([
    { version: 3, stage: 'Staging', share: 0.1 },
    { version: 2, stage: 'None', share: 0 },
    { version: 1, stage: 'Production', share: 0.9 },
  ]);
  const promoted = await call(['model', 'promote', '3']);
  expect(promoted.stdout).toContain(
    'Log loss 0.9900 beside 1.0000 of version 1 over 400 matches: -0.0100 ± 0.0000.',
  );
  expect(await ask('model', 'show', '1')).toMatchObject({ stage: 'Archived', version: { runId: 'train/1' } });
  expect(await ask('model', 'rollback', '--why', 'worse')).toEqual({ from: 3, to: 1 });
  expect(await ask('model', 'split', '--none', '--why', 'enough')).toEqual({ before: null, after: null });
  expect(await ask('model', 'history')).toMatchObject([
    { action: 'split', to: null, by: 'ada', why: 'enough' },
    { action: 'rollback', from: 3, to: 1 },
    { action: 'promote', from: 1, to: 3, gate: { passed: true } },
    { action: 'split', to: 3, share: 0.1 },
    { action: 'promote', from: null, to: 1, why: 'It passed the gate' },
  ]);
  for (const usage of [['7'], ['3', '--share', '2'], ['--none', '--share', '0.1']]) {
    expect((await call(['model', 'split', ...usage, '--why', 'x'])).code, usage.join(' ')).toBe(2);
  }
});
