import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { environmentVariables, readConfig } from '../../config.js';
import { environmentTemplate, environmentTemplateFile } from '../../scripts/environment-template.js';

it('deploy/env.template is what config.ts declares: npm run env-template writes it', async () => {
  expect(await readFile(environmentTemplateFile, 'utf8')).toBe(environmentTemplate());
});

it('each variable has a meaning, and the template as it stands is a configuration without a secret', async () => {
  const text = await readFile(environmentTemplateFile, 'utf8');
  const values = Object.fromEntries(
    text
      .split('\n')
      .filter((line) => /^[A-Z]/.test(line))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  expect(Object.keys(values)).toEqual(Object.keys(environmentVariables));
  expect(text).not.toMatch(/^# *$/m);
  expect(readConfig(values).secrets).toEqual([]);
});
