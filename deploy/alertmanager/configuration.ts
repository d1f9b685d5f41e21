import path from 'node:path';
import { projectRoot, type AlertChannels } from '../../config.js';

/** What Alertmanager is told, and what a person should know of it. */
export interface AlertmanagerConfiguration {
  /** As JSON, which is YAML. */
  readonly file: object;
  /** A name and text of templates that belong to this deployment. */
  readonly dashboardTemplate: string;
  /** One line for each channel that is not configured (ALRT-8). */
  readonly warnings: readonly string[];
}

const template = path.join(projectRoot, 'deploy', 'alertmanager', 'touchline.tmpl');

const missing: Readonly<Record<'mail' | 'slack' | 'sms', string>> = {
  mail: 'No alert is mailed: SMTP_HOST, SMTP_FROM, SMTP_DATA_TEAM and SMTP_OPS_TEAM are not all set',
  slack: 'No alert goes to Slack: SLACK_URL_FILE is not set',
  sms: 'No urgent alert is sent as SMS: SMS_URL is not set',
};

/** Routes by component and team (ALRT-4, 5). A secret is named by its file and stands in no configuration. */
export function alertmanagerConfiguration(
  { mail, slack, sms, dashboardUrl }: AlertChannels,
  { dashboardTemplateFile }: { readonly dashboardTemplateFile: string },
): AlertmanagerConfiguration {
  const mails = (to: 'dataTeam' | 'opsTeam') =>
    mail === undefined
      ? []
      : [
          {
            ...{ to: mail[to], from: mail.from, smarthost: mail.host, require_tls: mail.user !== undefined },
            ...(mail.user === undefined
              ? {}
              : { auth_username: mail.user, auth_password_file: mail.passwordFile }),
            headers: { Subject: '{{ template "touchline.title" . }}' },
            ...{ html: '{{ template "touchline.mail" . }}', send_resolved: true },
          },
        ];
  const slacks = (channel: 'dataChannel' | 'opsChannel') =>
    slack === undefined
      ? []
      : [
          {
            ...{ api_url_file: slack.urlFile, channel: slack[channel], send_resolved: true },
            ...{ title: '{{ template "touchline.title" . }}', text: '{{ template "touchline.slack" . }}' },
            color:
              '{{ if eq .Status "resolved" }}good{{ else if eq .CommonLabels.severity "critical" }}danger{{ else }}warning{{ end }}',
          },
        ];
  const team = (name: string, to: 'dataTeam' | 'opsTeam', channel: 'dataChannel' | 'opsChannel') => ({
    name,
    ...{ email_configs: mails(to), slack_configs: slacks(channel) },
  });
  const urgent = {
    name: 'urgent',
    webhook_configs: sms === undefined ? [] : [{ url: sms.url, send_resolved: true }],
  };
  return {
    file: {
      templates: [template, dashboardTemplateFile],
      route: {
        receiver: 'default-receiver',
        group_by: ['alertname', 'component'],
        ...{ group_wait: '10s', group_interval: '30s', repeat_interval: '1h' },
        routes: [
          // What cannot wait is told by SMS too, and goes on to its team.
          { matchers: ['urgent = "yes"'], receiver: 'urgent', continue: true },
          { matchers: ['alertname = "DataDriftDetected"'], receiver: 'urgent', continue: true },
          { matchers: ['component =~ "data_collection|data_quality"'], receiver: 'data-team' },
          { matchers: ['component =~ "scheduler|backup"'], receiver: 'ops-team' },
        ],
      },
      receivers: [
        team('default-receiver', 'opsTeam', 'opsChannel'),
        team('data-team', 'dataTeam', 'dataChannel'),
        team('ops-team', 'opsTeam', 'opsChannel'),
        urgent,
      ],
    },
    dashboardTemplate: `{{ define "touchline.dashboard" }}${dashboardUrl}{{ end }}\n`,
    warnings: [
      ...(mail === undefined ? [missing.mail] : []),
      ...(slack === undefined ? [missing.slack] : []),
      ...(sms === undefined ? [missing.sms] : []),
    ],
  };
}
