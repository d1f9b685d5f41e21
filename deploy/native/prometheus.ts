import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { findPrometheus } from '../../adapters/embedded/tools/prometheus.js';
import { projectRoot } from '../../config.js';
import { answersWell } from './answers.js';
import { webListening, type NativeService } from './service.js';

const host = '127.0.0.1';
const configured = path.join(projectRoot, 'deploy', 'prometheus');
const targetsFile = (data: string): string => path.join(data, 'targets', 'touchline.json');

/** What of `deploy/prometheus/prometheus.yml` names places; the rest goes through as it stands. */
const Configuration = z.looseObject({
  rule_files: z.array(z.string()),
  alerting: z.object({}),
  scrape_configs: z
    .array(
      z.looseObject({
        job_name: z.literal('touchline'),
        file_sd_configs: z.array(z.looseObject({ files: z.array(z.string()) })).length(1),
      }),
    )
    .length(1),
});

/** The configuration of the repository, told where the rules, the targets and Alertmanager are on this machine. JSON is YAML. */
async function configurationOf(data: string, alertmanagerPort: number): Promise<string> {
  const text = await readFile(path.join(configured, 'prometheus.yml'), 'utf8');
  const { rule_files: rules, scrape_configs: scraped, ...rest } = Configuration.parse(parse(text));
  return JSON.stringify(
    {
      ...rest,
      rule_files: rules.map((file) => path.join(configured, file)),
      alerting: {
        alertmanagers: [{ static_configs: [{ targets: [`${host}:${alertmanagerPort}`] }] }],
      },
      scrape_configs: scraped.map((job) => ({
        ...job,
        file_sd_configs: job.file_sd_configs.map((found) => ({ ...found, files: [targetsFile(data)] })),
      })),
    },
    undefined,
    2,
  );
}

/** Says what is scraped, as `host:port`; a Prometheus that runs sees it within seconds. */
export async function writeTargets(data: string, targets: readonly string[]): Promise<void> {
  const file = targetsFile(data);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify([{ targets }]));
  await rename(`${file}.new`, file);
}

/** Prometheus with the rules of the repository, which keeps 30 days (DEP-1) and tells the Alertmanager of that port. */
export const prometheusBeside = (alertmanagerPort: number): NativeService => ({
  name: 'prometheus',
  port: 9_090,
  variable: undefined,
  url: (port) => `http://localhost:${port}`,
  exports: undefined,
  async command(data, port) {
    const file = path.join(data, 'prometheus.yml');
    await writeFile(file, await configurationOf(data, alertmanagerPort));
    return {
      program: await findPrometheus('prometheus'),
      args: [
        ...[`--config.file=${file}`, `--storage.tsdb.path=${path.join(data, 'data')}`],
        ...['--storage.tsdb.retention.time=30d', webListening.word(`${host}:${port}`)],
      ],
      environment: {},
    };
  },
  words: (data) => [`--storage.tsdb.path=${path.join(data, 'data')}`],
  portIn: webListening.portIn,
  helpers: undefined,
  answers: (port) => answersWell(`http://${host}:${port}/-/ready`),
});
