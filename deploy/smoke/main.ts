import { parseArgs } from 'node:util';
import { childEnvironment, readConfig } from '../../config.js';
import { describeError } from '../../schemas/errors.js';
import {
  alertmanagerCheck,
  apiCheck,
  grafanaCheck,
  kafkaCheck,
  marquezCheck,
  mlflowCheck,
  prometheusCheck,
  temporalCheck,
} from './checks.js';
import { sayChecks } from './say-checks.js';

/** Where deploy/compose.yaml has them. */
const usual = {
  prometheus: 'http://localhost:9090',
  alertmanager: 'http://localhost:9093',
  grafana: 'http://localhost:3000',
  marquez: 'http://localhost:5000',
  mlflow: 'http://localhost:5002',
  kafka: 'localhost:9092',
  temporal: 'localhost:7233',
  api: 'http://localhost:8000',
} as const;

try {
  const { values } = parseArgs({
    options: Object.fromEntries(
      Object.entries(usual).map(([name, place]) => [name, { type: 'string' as const, default: place }]),
    ),
  });
  const at = (name: keyof typeof usual): string => values[name] ?? usual[name];
  const config = readConfig(childEnvironment({ KAFKA_BROKERS: at('kafka') }));
  const place = { address: at('temporal'), namespace: config.temporalNamespace };
  const checks = [
    prometheusCheck(at('prometheus')),
    grafanaCheck(at('grafana')),
    alertmanagerCheck(at('alertmanager')),
    marquezCheck(at('marquez')),
    mlflowCheck(at('mlflow')),
    kafkaCheck(config),
    temporalCheck(place, config),
    apiCheck(at('api')),
  ];
  process.exitCode = await sayChecks(checks, (line) => process.stdout.write(`${line}\n`));
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}
