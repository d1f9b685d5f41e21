import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { HouseOfAlerts } from './house-of-alerts.js';
import { expectedAlerts, lackingInMail, lackingInSlack, mailsOf, postsOf } from './messages.js';
import { collection, faults, lateTasks, type Pipeline } from './pipeline.js';

/** How one scenario of the drill ended; it holds where nothing is wrong. */
export interface Scenario {
  readonly scenario:
    'data_collection_failure' | 'scheduler_delay' | 'prometheus_metrics' | 'alertmanager_alerts';
  readonly problems: readonly string[];
}

export interface DrillOptions {
  /** How long each wait may take. */
  readonly withinMs: number;
  readonly stop: AbortSignal;
  readonly say: (line: string) => void;
}

const lookEveryMs = 250;
const Result = z.object({
  data: z.object({
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
    ),
  }),
});
const Alerts = z.array(
  z.object({
    labels: z.record(z.string(), z.string()),
    receivers: z.array(z.object({ name: z.string() })),
  }),
);

/** Waits until nothing is missing any more; what is missing still after so long is a problem. */
async function until(
  missing: () => readonly string[] | Promise<readonly string[]>,
  { withinMs, stop }: DrillOptions,
): Promise<readonly string[]> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const left = await missing();
    if (left.length === 0 || performance.now() > deadline) return left;
    await sleep(lookEveryMs, undefined, { signal: stop });
  }
}

/** Fails everything, waits for every message, heals everything, and waits until each is told to be over. */
export async function runScenarios(
  pipeline: Pipeline,
  house: HouseOfAlerts,
  options: DrillOptions,
): Promise<readonly Scenario[]> {
  const ask = asking(house.prometheus);
  options.say('In good health, until Prometheus has looked four times');
  const quiet = await until(
    async () =>
      ((await ask('sum(count_over_time(up[1h]))'))[0]?.number ?? 0) < 4
        ? ['Prometheus does not look at the process']
        : [],
    options,
  );
  options.say('Everything fails; waiting for the messages');
  pipeline.fail();
  const told = await until(
    () => expectedAlerts.flatMap(({ alert }) => untold(house, alert, 'firing')),
    options,
  );
  const inPrometheus = await metricProblems(ask);
  const inAlertmanager = await alertProblems(house);
  options.say('All is well again; waiting until each is told to be over');
  pipeline.heal();
  const over = await until(
    () => expectedAlerts.flatMap(({ alert }) => untold(house, alert, 'resolved')),
    options,
  );
  const contents = contentProblems(house);
  const of = (alert: string, ...lists: (readonly string[])[]): readonly string[] =>
    lists.flat().filter((problem) => problem.startsWith(alert));
  const drilled = ['DataCollectionFailureRateHigh', 'SchedulerDelayHigh'] as const;
  const [collecting, scheduling] = drilled;
  const all = [...told, ...over, ...contents];
  return [
    { scenario: 'data_collection_failure', problems: of(collecting, all) },
    { scenario: 'scheduler_delay', problems: of(scheduling, all) },
    { scenario: 'prometheus_metrics', problems: [...quiet, ...inPrometheus] },
    {
      scenario: 'alertmanager_alerts',
      problems: [
        ...inAlertmanager,
        ...all.filter((problem) => !drilled.some((alert) => problem.startsWith(alert))),
      ],
    },
  ];
}

function untold(
  { mails, posted }: HouseOfAlerts,
  alert: string,
  status: 'firing' | 'resolved',
): readonly string[] {
  return [
    ...(mailsOf(mails, alert, status).length > 0 ? [] : [`${alert}: no mail that it is ${status}`]),
    ...(postsOf(posted, alert, { to: 'slack', status }).length > 0
      ? []
      : [`${alert}: Slack is not told that it is ${status}`]),
  ];
}

/** Each alert is told once, and says what it has to; nothing else is told. */
function contentProblems({ mails, posted }: HouseOfAlerts): readonly string[] {
  const problems = expectedAlerts.flatMap((expected) => {
    const { alert } = expected;
    const [mail, ...others] = mailsOf(mails, alert, 'firing');
    const [slack] = postsOf(posted, alert, { to: 'slack', status: 'firing' });
    const sms = postsOf(posted, alert, { to: 'sms', status: 'firing' }).length;
    return [
      ...(mail === undefined ? [] : lackingInMail(mail, expected)),
      ...(slack === undefined ? [] : lackingInSlack(slack, expected)),
      ...(others.length === 0 ? [] : [`${alert}: mailed ${others.length + 1} times`]),
      ...(sms === (expected.urgent === true ? 1 : 0) ? [] : [`${alert}: told ${sms} times by SMS`]),
    ];
  });
  const known = expectedAlerts.flatMap(({ alert }) => [
    ...mailsOf(mails, alert, 'firing'),
    ...mailsOf(mails, alert, 'resolved'),
  ]);
  return mails.length === known.length
    ? problems
    : [...problems, `other alerts: ${mails.length - known.length} mails about what did not fail`];
}

type Ask = (
  query: string,
) => Promise<readonly { readonly labels: Readonly<Record<string, string>>; readonly number: number }[]>;
const asking =
  (prometheus: string): Ask =>
  async (query) => {
    const answer = await fetch(`${prometheus}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query }),
    });
    return Result.parse(await answer.json()).data.result.map(({ metric, value: [, value] }) => ({
      labels: metric,
      number: Number(value),
    }));
  };

/** Whether Prometheus has the names, labels and values of what was injected (TEST-14). */
async function metricProblems(ask: Ask): Promise<readonly string[]> {
  const problems: string[] = [];
  const of = `{data_source="${collection.dataSource}",collection_type="${collection.collectionType}"}`;
  const errors = new Map(
    (await ask(`football_data_collection_errors_total${of}`)).map(({ labels, number }) => [
      labels['error_type'],
      number,
    ]),
  );
  for (const fault of faults)
    if ((errors.get(fault) ?? 0) < 1) problems.push(`no error of the type ${fault} is counted`);
  if (((await ask(`football_data_collection_total${of}`))[0]?.number ?? 0) < 5)
    problems.push('fewer than five attempts are counted');
  const delays = new Map(
    (await ask('football_scheduler_task_delay_seconds')).map(({ labels, number }) => [
      labels['task_name'],
      number,
    ]),
  );
  for (const { task, seconds } of lateTasks)
    if (Math.abs((delays.get(task) ?? 0) - seconds) > 1)
      problems.push(`the delay of ${task} is not ${seconds} s`);
  return problems;
}

/** Whether Alertmanager has each alert as often as it stands, and for whom it is (TEST-15). */
async function alertProblems({ alertmanager }: HouseOfAlerts): Promise<readonly string[]> {
  const answer = await fetch(`${alertmanager}/api/v2/alerts`);
  const standing = Alerts.parse(await answer.json());
  return expectedAlerts.flatMap(({ alert, instances, team }) => {
    const found = standing.filter(({ labels }) => labels['alertname'] === alert);
    const receiver = team.startsWith('data') ? 'data-team' : 'ops-team';
    const isFor = found.every(({ receivers }) => receivers.some(({ name }) => name === receiver));
    return [
      ...(found.length === instances
        ? []
        : [`Alertmanager has ${alert} ${found.length} times, not ${instances}`]),
      ...(isFor ? [] : [`Alertmanager does not tell ${receiver} of ${alert}`]),
    ];
  });
}
