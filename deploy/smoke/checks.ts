import { z } from 'zod';
import { withAdmin } from '../../adapters/stream/connect.js';
import { openStreams } from '../../adapters/stream/open-streams.js';
import { findTopics, planTopics } from '../../adapters/stream/topic-plan.js';
import { connectToTemporal } from '../../adapters/temporal/connect.js';
import { planSchedules } from '../../adapters/temporal/schedules.js';
import type { Config } from '../../config.js';
import { topics } from '../../schemas/events/topics.js';
import { changedSchedules } from '../../schemas/jobs/schedule.js';
import { schedules } from '../../workflows/schedules.js';
import { answerOf, type Check } from './check.js';

const Targets = z.object({
  data: z.object({
    activeTargets: z.array(z.object({ scrapeUrl: z.string(), health: z.string(), lastError: z.string() })),
  }),
});
const Alertmanagers = z.object({ data: z.object({ activeAlertmanagers: z.array(z.unknown()) }) });
const Rules = z.object({ data: z.object({ groups: z.array(z.object({ rules: z.array(z.unknown()) })) }) });

/** Every target is up, every rule is loaded, and an Alertmanager is told. */
export const prometheusCheck = (url: string): Check => ({
  name: 'Prometheus',
  async look() {
    const { activeTargets } = Targets.parse(await answerOf(`${url}/api/v1/targets?state=active`)).data;
    const down = activeTargets.filter(({ health }) => health !== 'up');
    if (activeTargets.length === 0) throw new Error('it has no targets');
    if (down.length > 0)
      throw new Error(
        down.map(({ scrapeUrl, health, lastError }) => `${scrapeUrl} is ${health} ${lastError}`).join('; '),
      );
    const told = Alertmanagers.parse(await answerOf(`${url}/api/v1/alertmanagers`)).data.activeAlertmanagers;
    if (told.length === 0) throw new Error('it tells no Alertmanager');
    const { groups } = Rules.parse(await answerOf(`${url}/api/v1/rules?type=alert`)).data;
    const rules = groups.reduce((sum, { rules: of }) => sum + of.length, 0);
    if (rules === 0) throw new Error('it has no rules');
    return `${activeTargets.length} targets up, ${rules} rules, ${told.length} Alertmanager told`;
  },
});

const AlertmanagerStatus = z.object({
  cluster: z.object({ status: z.string() }),
  versionInfo: z.object({ version: z.string() }),
});

/** Its status by the second version of its API. */
export const alertmanagerCheck = (url: string): Check => ({
  name: 'Alertmanager',
  async look() {
    const { cluster, versionInfo } = AlertmanagerStatus.parse(await answerOf(`${url}/api/v2/status`));
    if (cluster.status === 'settling') throw new Error('it is settling');
    return `version ${versionInfo.version}, cluster ${cluster.status}`;
  },
});

const Experiments = z.object({ experiments: z.array(z.unknown()) });

export const mlflowCheck = (url: string): Check => ({
  name: 'MLflow',
  async look() {
    await answerOf(`${url}/health`);
    const { experiments } = Experiments.parse(
      await answerOf(`${url}/api/2.0/mlflow/experiments/search?max_results=10`),
    );
    return `answers, ${experiments.length} experiments`;
  },
});

/** Kafka has each topic as it is declared. */
export const kafkaCheck = ({ kafkaBrokers }: Config): Check => ({
  name: 'Kafka',
  async look() {
    const streams = openStreams(kafkaBrokers, { warn: () => undefined });
    if (streams === undefined) throw new Error('KAFKA_BROKERS is not set');
    const steps = await withAdmin(streams.kafka, async (admin) =>
      planTopics(topics, await findTopics(admin, topics)),
    );
    if (steps.length > 0)
      throw new Error(`${steps.length} things differ from what is declared: touchline stream plan`);
    return `${topics.length} topics as declared`;
  },
});

/** Temporal has each schedule as it is declared. */
export const temporalCheck = (
  place: { readonly address: string; readonly namespace: string },
  { scheduleChanges }: Config,
): Check => ({
  name: 'Temporal',
  async look() {
    const temporal = await connectToTemporal(place, 5_000);
    try {
      const steps = await planSchedules(temporal.client, changedSchedules(schedules, scheduleChanges));
      const changed = steps.filter(({ kind }) => kind !== 'unchanged').map(({ id }) => id);
      if (changed.length > 0)
        throw new Error(`schedules differ from what is declared: ${changed.join(', ')}`);
      return `${steps.length} schedules as declared`;
    } finally {
      await temporal.close();
    }
  },
});

const HouseHealth = z.object({ data: z.object({ status: z.string() }) });

/** It takes requests, and what it depends on is well. */
export const apiCheck = (url: string): Check => ({
  name: 'API',
  async look() {
    await answerOf(`${url}/health/ready`);
    const { status } = HouseHealth.parse(await answerOf(`${url}/health`)).data;
    return `ready, ${status} with all that it depends on`;
  },
});

const GrafanaHealth = z.object({ database: z.literal('ok'), version: z.string() });

export const grafanaCheck = (url: string): Check => ({
  name: 'Grafana',
  look: async () => `version ${GrafanaHealth.parse(await answerOf(`${url}/api/health`)).version}`,
});

const Namespaces = z.object({ namespaces: z.array(z.unknown()) });

export const marquezCheck = (url: string): Check => ({
  name: 'Marquez',
  look: async () =>
    `${Namespaces.parse(await answerOf(`${url}/api/v1/namespaces`)).namespaces.length} namespaces`,
});
