import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AlertChannels } from '../../config.js';
import { alertmanagerConfiguration } from './configuration.js';

/** Writes `alertmanager.yml` and what it needs into a folder, for this user's eyes. Returns the file and the warnings about channels that are absent. */
export async function writeAlertmanagerConfiguration(
  channels: AlertChannels,
  folder: string,
): Promise<{ readonly file: string; readonly warnings: readonly string[] }> {
  const at = (name: string): string => path.join(path.resolve(folder), name);
  const dashboardTemplateFile = at('dashboard.tmpl');
  const made = alertmanagerConfiguration(channels, { dashboardTemplateFile });
  await mkdir(folder, { recursive: true });
  await writeFile(dashboardTemplateFile, made.dashboardTemplate);
  await writeFile(at('alertmanager.yml'), `${JSON.stringify(made.file, undefined, 2)}\n`, { mode: 0o600 });
  await chmod(at('alertmanager.yml'), 0o600);
  return { file: at('alertmanager.yml'), warnings: made.warnings };
}
