import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../../config.js';
import { writeAlertmanagerConfiguration } from '../../deploy/alertmanager/write-configuration.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { startLocalServer, type LocalServer } from '../support/local-server.js';
import { checked, startTestAlertmanager, type TestServer } from '../support/prometheus.js';
import { readable, startSmtpSink, type SmtpSink } from '../../cli/drill/smtp-sink.js';

interface Received {
  readonly path: string;
  readonly body: string;
}

let folder: TestFolder;
let smtp: SmtpSink;
let hooks: LocalServer;
let alertmanager: TestServer;
let file: string;
const received: Received[] = [];

beforeAll(async () => {
  folder = await makeTestFolder();
  smtp = await startSmtpSink();
  hooks = await startLocalServer();
  hooks.answer(({ path: where }, response) => {
    let body = '';
    response.req.on('data', (chunk: Buffer) => (body += chunk.toString()));
    response.req.on('end', () => {
      received.push({ path: where, body });
      response.end('ok');
    });
  });
  const slackUrl = path.join(folder.path, 'slack-url');
  await writeFile(slackUrl, `${hooks.url}/slack`);
  const { alerts } = readConfig({
    ...{ SMTP_HOST: smtp.host, SMTP_FROM: 'touchline@example.org', SLACK_URL_FILE: slackUrl },
    ...{ SMTP_DATA_TEAM: 'data@example.org', SMTP_OPS_TEAM: 'ops@example.org', SMS_URL: `${hooks.url}/sms` },
  });
  const written = await writeAlertmanagerConfiguration(alerts, path.join(folder.path, 'alertmanager'));
  expect(written.warnings).toEqual([]);
  file = written.file;
  alertmanager = await startTestAlertmanager(file);
});
afterAll(async () => {
  await alertmanager.stop();
  await hooks.close();
  await smtp.stop();
  await folder.remove();
});

const annotations = {
  summary: 'api_football fails too often',
  description: '60% of the attempts to collect odds from api_football failed within five minutes.',
  threshold: '5 % of the attempts, for two minutes',
  steps: 'touchline sources tells how each source is',
};
const delay = (task_name: string, seconds: number) => ({
  labels: { alertname: 'SchedulerDelayHigh', component: 'scheduler', severity: 'warning', task_name },
  annotations: {
    summary: `${task_name} begins late`,
    description: `The last attempt of ${task_name} waited ${seconds} s for a worker.`,
    ...{ threshold: '600 s', steps: 'touchline status shows the workers' },
  },
});
const failures = {
  labels: {
    ...{ alertname: 'DataCollectionFailureRateHigh', component: 'data_collection', severity: 'warning' },
    ...{ data_source: 'api_football', collection_type: 'odds' },
  },
  annotations,
};
const delays = [
  ...[delay('fixtures_collection', 650), delay('odds_collection', 720)],
  ...[delay('data_cleaning', 800), delay('feature_calculation', 900)],
];
const backup = {
  labels: {
    ...{ alertname: 'BackupRepeatedFailure', component: 'backup', severity: 'critical', urgent: 'yes' },
    backup_type: 'full',
  },
  annotations: {
    summary: 'full backups fail',
    description: '3 times',
    threshold: '3 in a day',
    steps: 'mend it',
  },
};

async function post(alerts: readonly object[]): Promise<void> {
  const answer = await fetch(`${alertmanager.url}/api/v2/alerts`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(alerts) },
  });
  expect(answer.status).toBe(200);
}
const sent = (to: string, words: string) =>
  smtp.mails.filter((mail) => mail.to.includes(to) && readable(mail.text).includes(words));
const posted = (at: string, words: string) =>
  received.filter(({ path: where, body }) => where === at && body.includes(words));

it('its configuration is one that amtool takes, and holds no secret', async () => {
  expect(await checked('amtool', 'check-config', file)).toMatchObject({ code: 0 });
});

it('a channel that is not configured is off, and said to be', async () => {
  const { alerts } = readConfig({});
  const written = await writeAlertmanagerConfiguration(alerts, path.join(folder.path, 'silent'));
  expect(written.warnings).toHaveLength(3);
  expect(await checked('amtool', 'check-config', written.file)).toMatchObject({ code: 0 });
});

it('each alert is told once to its team, with what it needs, by SMS where it is urgent; and when it is over', async () => {
  await post([failures, ...delays, backup]);
  await expect.poll(() => sent('data@example.org', 'DataCollectionFailureRateHigh').length).toBe(1);
  await expect.poll(() => sent('ops@example.org', 'SchedulerDelayHigh').length).toBe(1);
  await expect.poll(() => sent('ops@example.org', 'BackupRepeatedFailure').length).toBe(1);
  await expect.poll(() => posted('/slack', 'SchedulerDelayHigh').length).toBe(1);
  await expect.poll(() => posted('/sms', 'BackupRepeatedFailure').length).toBe(1);
  expect(sent('ops@example.org', 'DataCollectionFailureRateHigh')).toEqual([]);
  expect(posted('/sms', 'SchedulerDelayHigh')).toEqual([]);

  const mail = readable(sent('data@example.org', 'DataCollectionFailureRateHigh')[0]?.text ?? '');
  expect(mail).toMatch(/Subject: .*\[WARNING\] Touchline: DataCollectionFailureRateHigh/);
  for (const part of [...Object.values(annotations), 'data_collection', 'warning', 'football-monitoring'])
    expect(mail).toContain(part);
  const late = readable(sent('ops@example.org', 'SchedulerDelayHigh')[0]?.text ?? '');
  for (const { labels } of delays) expect(late).toContain(labels.task_name);
  const slack = posted('/slack', 'SchedulerDelayHigh')[0]?.body ?? '';
  for (const part of ['#ops-channel', 'waited 720 s', 'Limit: 600 s', '[WARNING]', 'Alertmanager'])
    expect(slack).toContain(part);

  await post([{ ...failures, endsAt: new Date(Date.now() - 1_000).toISOString() }]);
  await expect
    .poll(() => sent('data@example.org', '[RESOLVED] Touchline: DataCollectionFailureRateHigh').length)
    .toBe(1);
}, 240_000);
