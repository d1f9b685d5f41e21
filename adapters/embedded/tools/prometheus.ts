import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BadInput } from '../../../schemas/errors.js';

const run = promisify(execFile);

/** Prometheus, Alertmanager and what checks their files, as Debian names them on PATH. */
const programs = {
  prometheus: 'prometheus',
  promtool: 'promtool',
  alertmanager: 'prometheus-alertmanager',
  amtool: 'amtool',
} as const;
export type PrometheusProgram = keyof typeof programs;

/** The program of that name. Throws BadInput where it is not on PATH. */
export async function findPrometheus(name: PrometheusProgram): Promise<string> {
  const program = programs[name];
  await run(program, ['--version']).catch((error: unknown) => {
    throw new BadInput(
      `${program} cannot be run`,
      { object: program, advice: 'On Debian, as root: scripts/install-prometheus.sh' },
      error,
    );
  });
  return program;
}
