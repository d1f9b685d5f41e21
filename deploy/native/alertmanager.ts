import path from 'node:path';
import { findPrometheus } from '../../adapters/embedded/tools/prometheus.js';
import { readConfig } from '../../config.js';
import { writeAlertmanagerConfiguration } from '../alertmanager/write-configuration.js';
import { answersWell } from './answers.js';
import { webListening, type NativeService } from './service.js';

const host = '127.0.0.1';

/** Alertmanager with the channels that the environment names (ALRT-4, 5), and nobody beside it to agree with. */
export const alertmanager: NativeService = {
  name: 'alertmanager',
  port: 9_093,
  variable: undefined,
  url: (port) => `http://localhost:${port}`,
  exports: undefined,
  async command(data, port, { report }) {
    const { file, warnings } = await writeAlertmanagerConfiguration(readConfig().alerts, data);
    for (const warning of warnings) report?.(warning);
    return {
      program: await findPrometheus('alertmanager'),
      args: [
        ...[`--config.file=${file}`, `--storage.path=${path.join(data, 'data')}`],
        ...[webListening.word(`${host}:${port}`), '--cluster.listen-address='],
      ],
      environment: {},
    };
  },
  words: (data) => [`--storage.path=${path.join(data, 'data')}`, '--cluster.listen-address='],
  portIn: webListening.portIn,
  helpers: undefined,
  answers: (port) => answersWell(`http://${host}:${port}/-/ready`),
};
