import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import {
  startAlertmanager,
  startPrometheus,
  type ShortLivedServer,
} from '../../adapters/embedded/prometheus.js';
import { projectRoot } from '../../config.js';
import { writeAlertmanagerConfiguration } from '../../deploy/alertmanager/write-configuration.js';
import { startHookReceiver, type HookReceiver } from './hook-receiver.js';
import { hurriedDuration, writeHurriedRules } from './hurried.js';
import { startSmtpSink, type SmtpSink } from './smtp-sink.js';

/** Prometheus and Alertmanager as they are deployed, and who they tell. */
export interface HouseOfAlerts {
  readonly prometheus: string;
  readonly alertmanager: string;
  readonly mails: SmtpSink['mails'];
  readonly posted: HookReceiver['posted'];
  stop(): Promise<void>;
}

export const dataTeam = 'data@example.org';
export const opsTeam = 'ops@example.org';
const rules = path.join(projectRoot, 'deploy', 'prometheus', 'alerts');
const Routes = z.looseObject({
  route: z.looseObject({ group_wait: z.string(), group_interval: z.string() }),
});

/**
 * Starts them in a folder, with the rules of the repository so many times as quick, over a process that exports metrics.
 * @throws BadInput where Prometheus or Alertmanager cannot be run
 */
export async function startHouseOfAlerts(
  metricsUrl: string,
  { folder, times }: { readonly folder: string; readonly times: number },
): Promise<HouseOfAlerts> {
  const started: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of started.splice(0).reverse()) await end();
  };
  const kept = <T extends { stop(): Promise<void> }>(server: T): T => {
    started.push(() => server.stop());
    return server;
  };
  try {
    const smtp = kept(await startSmtpSink());
    const hooks = kept(await startHookReceiver());
    const alertmanager = kept(await alertmanagerFor({ smtp, hooks, folder, times }));
    const prometheus = kept(await prometheusFor({ metricsUrl, alertmanager, folder, times }));
    return {
      ...{ prometheus: prometheus.url, alertmanager: alertmanager.url, mails: smtp.mails },
      ...{ posted: hooks.posted, stop },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Told {
  readonly smtp: SmtpSink;
  readonly hooks: HookReceiver;
  readonly folder: string;
  readonly times: number;
}

async function alertmanagerFor({ smtp, hooks, folder, times }: Told): Promise<ShortLivedServer> {
  const at = path.join(folder, 'alertmanager');
  await mkdir(at, { recursive: true });
  const urlFile = path.join(at, 'slack-url');
  await writeFile(urlFile, `${hooks.url}/slack`, { mode: 0o600 });
  const { file } = await writeAlertmanagerConfiguration(
    {
      mail: {
        ...{ host: smtp.host, from: 'touchline@example.org', dataTeam, opsTeam },
        ...{ user: undefined, passwordFile: undefined },
      },
      slack: { urlFile, dataChannel: '#data-channel', opsChannel: '#ops-channel' },
      sms: { url: `${hooks.url}/sms` },
      dashboardUrl: 'http://localhost:3000/d/football-monitoring',
    },
    at,
  );
  const { route, ...rest } = Routes.parse(JSON.parse(await readFile(file, 'utf8')));
  const hurried = {
    ...route,
    group_wait: hurriedDuration(route.group_wait, times),
    group_interval: hurriedDuration(route.group_interval, times),
  };
  await writeFile(file, JSON.stringify({ ...rest, route: hurried }));
  return await startAlertmanager(file, at);
}

interface Watched {
  readonly metricsUrl: string;
  readonly alertmanager: ShortLivedServer;
  readonly folder: string;
  readonly times: number;
}

async function prometheusFor({
  metricsUrl,
  alertmanager,
  folder,
  times,
}: Watched): Promise<ShortLivedServer> {
  const at = path.join(folder, 'prometheus');
  const ofRules = path.join(at, 'alerts');
  await writeHurriedRules(rules, ofRules, times);
  const every = times === 1 ? '15s' : '500ms';
  return await startPrometheus(
    {
      global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
      rule_files: [path.join(ofRules, '*.yml')],
      alerting: {
        alertmanagers: [{ static_configs: [{ targets: [new URL(alertmanager.url).host] }] }],
      },
      scrape_configs: [{ job_name: 'touchline', static_configs: [{ targets: [new URL(metricsUrl).host] }] }],
    },
    at,
  );
}
