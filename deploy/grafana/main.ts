import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../config.js';
import { grafanaFiles } from './files.js';

const folder = path.join(projectRoot, 'deploy', 'grafana');
for (const [file, text] of grafanaFiles()) {
  const at = path.join(folder, file);
  await mkdir(path.dirname(at), { recursive: true });
  await writeFile(at, text);
}
