import type { Posted } from './hook-receiver.js';
import { dataTeam, opsTeam } from './house-of-alerts.js';
import { readable, type Mail } from './smtp-sink.js';

/** An alert of ALRT-1, whom it is for, and what its message has to say of this drill. */
export interface ExpectedAlert {
  readonly alert: string;
  readonly team: typeof dataTeam | typeof opsTeam;
  readonly severity: 'warning' | 'critical';
  readonly component: string;
  /** How many of it stand at once. */
  readonly instances: number;
  /** Told by SMS too. */
  readonly urgent?: true;
  /** The value, the limit, and what it is about. */
  readonly says: readonly RegExp[];
}

const ofData = { team: dataTeam, component: 'data_quality', instances: 1 } as const;

/** All of them. */
export const expectedAlerts: readonly ExpectedAlert[] = [
  {
    ...{ alert: 'DataCollectionFailureRateHigh', team: dataTeam, severity: 'warning' },
    ...{ component: 'data_collection', instances: 1 },
    says: [/[4-7]\d(\.\d+)?% of the attempts/, /odds_api/, /5 %/],
  },
  {
    ...{ alert: 'SchedulerDelayHigh', team: opsTeam, severity: 'warning', component: 'scheduler' },
    instances: 4,
    says: [
      /fixtures_collection/,
      /odds_collection/,
      /data_cleaning/,
      /feature_calculation/,
      /600 s/,
      /waited 10m 50/,
    ],
  },
  {
    ...ofData,
    alert: 'HighAnomalyDetectionRate',
    severity: 'warning',
    says: [/odds/, /a second/, /0\.1 a second/],
  },
  {
    ...ofData,
    alert: 'DataDriftDetected',
    severity: 'critical',
    urgent: true,
    says: [/home_odds/, /0\.45|450m/, /0\.3/],
  },
  {
    ...{ alert: 'BackupFailure', team: opsTeam, severity: 'critical', component: 'backup', instances: 1 },
    says: [/full backup of football_db/],
  },
  {
    ...{ alert: 'BackupDelay', team: opsTeam, severity: 'warning', component: 'backup', instances: 1 },
    says: [/full backup of football_db is 1d 1h/, /a day/],
  },
  { ...ofData, alert: 'DataQualityLow', severity: 'warning', says: [/overall is 72 of 100/, /80/] },
  {
    ...ofData,
    alert: 'DataStale',
    severity: 'critical',
    says: [/fixtures in silver\.matches/, /30 hours/, /24 hours/],
  },
];

/** Mails about an alert while it stands, or when it is over. */
export const mailsOf = (
  mails: readonly Mail[],
  alert: string,
  status: 'firing' | 'resolved',
): readonly Mail[] =>
  mails.filter(({ text }) => {
    const subject = /^Subject: (.*(?:\n .*)*)/m.exec(readable(text))?.[1] ?? '';
    const isOver = subject.includes('[RESOLVED]');
    return subject.includes(`Touchline: ${alert}`) && isOver === (status === 'resolved');
  });

/** What was posted about an alert: to Slack or as SMS, while it stands or when it is over. */
export const postsOf = (
  posted: readonly Posted[],
  alert: string,
  { to, status }: { readonly to: 'slack' | 'sms'; readonly status: 'firing' | 'resolved' },
): readonly Posted[] =>
  posted.filter(({ path, body }) => {
    if (path !== `/${to}` || !body.includes(alert)) return false;
    const isOver = to === 'slack' ? body.includes('[RESOLVED]') : body.includes('"status":"resolved"');
    return isOver === (status === 'resolved');
  });

/** What a first mail about an alert lacks of ALRT-6. */
export function lackingInMail(
  mail: Mail,
  { alert, team, severity, component, says }: ExpectedAlert,
): readonly string[] {
  const text = readable(mail.text);
  const wanted: readonly (readonly [string, RegExp])[] = [
    [
      'subject with the name and the severity',
      new RegExp(`Subject: .*\\[${severity.toUpperCase()}\\] Touchline: ${alert}`),
    ],
    ['component', new RegExp(component)],
    ['time', /Began.*\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} UTC/],
    ['limit', /Limit<\/td><td>\S/],
    ['what to do', /What to do<\/td><td>\S/],
    ['dashboard', /football-monitoring/],
    ['Alertmanager', />Alertmanager</],
    ...says.map((words): [string, RegExp] => [String(words), words]),
  ];
  const lacks = wanted
    .filter(([, pattern]) => !pattern.test(text))
    .map(([name]) => `${alert}: the mail lacks ${name}`);
  return mail.to.includes(team) ? lacks : [...lacks, `${alert}: it was mailed to ${mail.to.join()}`];
}

/** What a first message to Slack lacks of ALRT-7. */
export function lackingInSlack(
  { body }: Posted,
  { alert, severity, component, says }: ExpectedAlert,
): readonly string[] {
  const wanted: readonly (readonly [string, RegExp])[] = [
    ['title with the severity', new RegExp(`\\[${severity.toUpperCase()}\\] Touchline: ${alert}`)],
    ['component and severity', new RegExp(`Component ${component}, severity ${severity}`)],
    ['time', /since \d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} UTC/],
    ['links', /football-monitoring\|Dashboard.*\|Alertmanager.*#ops-channel/],
    ...says.map((words): [string, RegExp] => [String(words), words]),
  ];
  return wanted.filter(([, pattern]) => !pattern.test(body)).map(([name]) => `${alert}: Slack lacks ${name}`);
}
