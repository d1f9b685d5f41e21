import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { command, type CommandContext } from './command.js';
import type { Scenario } from './drill/scenarios.js';
import { textTable } from './table.js';

/** The longest wait of ALRT-1 is the hour in which a failed backup counts, and what the rules wait beside. */
const longestMs = 5_400_000;
const leastMs = 180_000;

async function drill(times: number, { output, interrupted }: CommandContext): Promise<readonly Scenario[]> {
  const { startPipeline } = await import('./drill/pipeline.js');
  const { startHouseOfAlerts } = await import('./drill/house-of-alerts.js');
  const { runScenarios } = await import('./drill/scenarios.js');
  const say = (line: string): void => {
    output.note(line);
  };
  const folder = await mkdtemp(path.join(os.tmpdir(), 'touchline-drill-'));
  const pipeline = await startPipeline({ warn: say });
  try {
    const house = await startHouseOfAlerts(pipeline.metricsUrl, { folder, times });
    try {
      const withinMs = Math.max(leastMs, longestMs / times);
      return await runScenarios(pipeline, house, { withinMs, stop: interrupted, say });
    } finally {
      await house.stop();
    }
  } finally {
    await pipeline.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

export const drillAlerts = command({
  path: ['drill', 'alerts'],
  summary: 'let everything fail that is watched, and see who is told',
  description:
    'Starts Prometheus and Alertmanager with the rules and routes of deploy/ in a folder of their own, a process that measures as the workers do, and receivers of mail, Slack and SMS that keep what they get. Then collection fails in each way, tasks begin late, data drift, go stale and lose quality, backups fail and are late; each alert has to be told once, to its team, with what ALRT-6 and ALRT-7 ask, and to be over when all is well again. Nothing of a house is touched and nobody outside is told. Needs Prometheus and Alertmanager: scripts/install-prometheus.sh.',
  options: [
    {
      flags: '--times <n>',
      about:
        'how many times as quick the windows and waits of the rules are; 1 is as deployed, and takes more than an hour',
      otherwise: '60',
    },
  ],
  examples: ['touchline drill alerts', 'touchline drill alerts --times 1 --json'],
  json: '{"times", "scenarios": [{"scenario", "problems": [text]}]}',
  settings: z.object({ times: z.coerce.number().int().min(1).max(60).default(60) }),
  async run({ times }, context) {
    const scenarios = await drill(times, context);
    await context.output.result({ times, scenarios }, () =>
      textTable(
        ['scenario', 'ended'],
        scenarios.map(({ scenario, problems }) => [
          scenario,
          problems.length === 0 ? 'success' : problems.join('; '),
        ]),
      ),
    );
    return scenarios.every(({ problems }) => problems.length === 0) ? 0 : 1;
  },
});
