import { readStatus } from '../../adapters/embedded/stack/status.js';
import { childEnvironment, readConfig } from '../../config.js';
import { PrerequisiteMissing } from '../../schemas/errors.js';
import type { Check } from '../smoke/check.js';
import {
  alertmanagerCheck,
  apiCheck,
  kafkaCheck,
  mlflowCheck,
  prometheusCheck,
  temporalCheck,
} from '../smoke/checks.js';
import { stackEnvironment } from './environment.js';
import { find, type Placed } from './service.js';
import type { Servers } from './servers.js';

/** What of DEP-6 the native stack has. Grafana and Marquez are in no package registry: `npm run smoke` looks at those of Docker. */
export async function smokeOfNative(servers: Servers, home: string): Promise<readonly Check[]> {
  const status = await readStatus(home);
  if (status === undefined)
    throw new PrerequisiteMissing('Touchline does not run', {
      advice: 'npm run -s native -- up starts everything.',
    });
  const config = readConfig(childEnvironment({ ...(await stackEnvironment(servers)) }));
  const at = async (placed: Placed): Promise<string> =>
    placed.service.url((await find(placed))?.port ?? placed.port);
  return [
    prometheusCheck(await at(servers.prometheus)),
    alertmanagerCheck(await at(servers.alertmanager)),
    mlflowCheck(await at(servers.mlflow)),
    kafkaCheck(config),
    temporalCheck(status.temporal, config),
    ...(status.api === null ? [] : [apiCheck(status.api.url)]),
  ];
}
