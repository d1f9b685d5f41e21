import type { Client } from '@temporalio/client';
import { PrerequisiteMissing } from '../schemas/errors.js';
import type { CommandContext } from './command.js';

/** Hands the work the Temporal of the configuration, else that of the running home. Nothing is started for it. */
export async function withTemporal<T>(
  { config }: CommandContext,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const { connectToTemporal } = await import('../adapters/temporal/connect.js');
  const { readStatus } = await import('../adapters/embedded/stack/status.js');
  const address = config.temporalAddress ?? (await readStatus(config.home))?.temporal.address;
  if (address === undefined)
    throw new PrerequisiteMissing('Nothing runs for this home', {
      setting: 'TEMPORAL_ADDRESS',
      advice: 'Set it to your Temporal, or start one: touchline up.',
    });
  const temporal = await connectToTemporal({ address, namespace: config.temporalNamespace });
  return await work(temporal.client).finally(() => temporal.close());
}
