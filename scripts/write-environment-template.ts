import { writeFile } from 'node:fs/promises';
import { environmentTemplate, environmentTemplateFile } from './environment-template.js';

await writeFile(environmentTemplateFile, environmentTemplate());
console.log(`Wrote ${environmentTemplateFile}`);
