import { anomalies } from './anomalies.js';
import { backups } from './backups.js';
import { cache } from './cache.js';
import { models } from './models.js';
import { built, dataSource, type Dashboard } from './panels.js';
import { platform } from './platform.js';
import { quality } from './quality.js';
import { streams } from './streams.js';

/** Every dashboard that there is. */
export const dashboards: readonly Dashboard[] = [
  platform,
  anomalies,
  quality,
  backups,
  models,
  streams,
  cache,
];

const json = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** How Grafana is told of them (DASH-5). JSON is YAML. A question may take 30 s. */
const provisioning = {
  'provisioning/dashboards/touchline.yml': {
    apiVersion: 1,
    providers: [
      {
        ...{ name: 'touchline', type: 'file', disableDeletion: true, allowUiUpdates: false },
        options: { path: '/etc/grafana/dashboards' },
      },
    ],
  },
  'provisioning/datasources/prometheus.yml': {
    apiVersion: 1,
    datasources: [
      {
        ...{ name: 'Prometheus', ...dataSource, access: 'proxy', isDefault: true },
        url: '${PROMETHEUS_URL}',
        jsonData: { queryTimeout: '30s', timeout: 30, timeInterval: '15s', httpMethod: 'POST' },
      },
    ],
  },
};

/** Every file that Grafana reads, by its path under `deploy/grafana`. */
export const grafanaFiles = (): ReadonlyMap<string, string> =>
  new Map([
    ...dashboards.map((one): [string, string] => [`dashboards/${one.file}`, json(built(one))]),
    ...Object.entries(provisioning).map(([file, content]): [string, string] => [file, json(content)]),
  ]);
