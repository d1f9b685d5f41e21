import { readConfig } from '../../config.js';
import { describeError } from '../../schemas/errors.js';
import { writeAlertmanagerConfiguration } from './write-configuration.js';

const [folder] = process.argv.slice(2);
if (folder === undefined || folder.startsWith('-')) {
  process.stderr.write(
    'npm run -s alertmanager-config -- <folder>: writes alertmanager.yml of the channels that are set. See docs/alerts.md.\n',
  );
  process.exitCode = folder === undefined ? 1 : 0;
} else {
  try {
    const { file, warnings } = await writeAlertmanagerConfiguration(readConfig().alerts, folder);
    for (const warning of warnings) process.stderr.write(`${warning}\n`);
    process.stdout.write(`${file}\n`);
  } catch (error) {
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = 1;
  }
}
