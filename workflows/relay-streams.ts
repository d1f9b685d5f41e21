import { continueAsNew, proxyActivities } from '@temporalio/workflow';
import type { createRelayStreamsActivities } from '../activities/relay-streams.js';
import type { JobOutcome } from '../schemas/jobs/outcome.js';
import { RelayStreamsInput } from '../schemas/jobs/streams.js';
import { maintenanceActivity, streamingActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';

type Relay = ReturnType<typeof createRelayStreamsActivities>;
const { relayOutbox } = proxyActivities<Relay>(streamingActivity);
const { removeRelayedRows } = proxyActivities<Relay>(maintenanceActivity);

const relayingMs = 30 * 60_000;
const relayingsOfRun = 20;
/** Long enough for a person to see what was published of late. */
const keepHours = 24;

/** Publishes on Kafka what collectors have stored, until it is cancelled, and removes what was published a day ago. */
export async function relayStreams(input: RelayStreamsInput): Promise<{ result: JobOutcome }> {
  const { soFar } = readJobInput(RelayStreamsInput, input);
  let relayed = soFar;
  const report = reportProgress({ phase: 'relay', unit: 'messages', done: relayed });
  for (let relaying = 0; relaying < relayingsOfRun; relaying += 1) {
    const round = await relayOutbox({ forMs: relayingMs });
    if (round.kind === 'skipped') return { result: { outcome: 'skipped', reason: round.reason } };
    relayed += round.counts.relayed;
    report({ done: relayed });
    await removeRelayedRows({ keepHours });
  }
  return await continueAsNew<typeof relayStreams>({ soFar: relayed });
}
