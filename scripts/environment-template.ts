import path from 'node:path';
import type { z } from 'zod';
import { environmentVariables, projectRoot } from '../config.js';

export const environmentTemplateFile = path.join(projectRoot, 'deploy', 'env.template');

/** Every variable with its meaning, none of them set (DEP-3). */
export const environmentTemplate = (): string =>
  [
    '# Every setting of Touchline. All are optional; a blank one is as good as an absent one.',
    '# Written by npm run env-template from config.ts: change it there.',
    ...Object.entries<z.ZodType>(environmentVariables).flatMap(([name, { description = '' }]) => [
      '',
      `# ${description}`,
      `${name}=`,
    ]),
    '',
  ].join('\n');
