import { jobLineage } from '../../activities/lineage.js';
import { quotaWait } from '../../activities/quota-wait.js';
import { activityLineage } from '../../adapters/lineage/activity-lineage.js';
import { lineageOutbox } from '../../adapters/lineage/outbox.js';
import { postgresSink } from '../../adapters/lineage/postgres-sink.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { openDatabase } from '../../adapters/postgres/open-database.js';
import { redactor } from '../../adapters/redaction/redactor.js';
import { installRuntimeLogging } from '../../adapters/temporal/runtime-logging.js';
import { taskMeter } from '../../adapters/temporal/task-meter.js';
import { runWorkers } from '../../adapters/temporal/workers.js';
import { taskQueues } from '../../schemas/jobs/task-queues.js';
import { bundleOfToday } from '../../scripts/histories/local-temporal.js';
import { standInActivities } from '../../scripts/histories/stand-ins.js';

// Called as `hanging-worker.ts <activity> <address of Temporal> <namespace> [<url of Postgres>]`: a worker whose activity of that name never
// ends. What it reads and writes is told where there is a Postgres.
const [activity = '', address = '', namespace = '', url] = process.argv.slice(2);
const log = installRuntimeLogging('error', redactor);
const outbox =
  url === undefined
    ? { put: () => undefined }
    : lineageOutbox({ sink: postgresSink(openDatabase(url, { applicationName: 'test', max: 1 }).pool), log });
await runWorkers(
  {
    place: { address, namespace },
    queues: taskQueues,
    activities: standInActivities({ [activity]: () => new Promise(() => undefined) }),
    workflowBundlePath: await bundleOfToday(),
    concurrency: 4,
    attempts: { recordFailure: () => Promise.resolve(), recordLost: () => Promise.resolve() },
    tasks: taskMeter(createMeters()),
    lineage: activityLineage(jobLineage, { outbox, redactor, log }),
    quotaWait,
    redactor,
    log,
  },
  new AbortController().signal,
  () => undefined,
);
