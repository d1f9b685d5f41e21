import { beforeAll, describe, expect, it } from 'vitest';
import { allFaults, usualRates, type FaultSwitch } from '../../simulator/faults/faults.js';
import { playSeason, type SeasonReport } from '../support/season/play-season.js';

/** Some hundred requests are too few for what befalls one of two hundred: so often, that none of them is spared. */
const oftener = ({ kind, ...fault }: FaultSwitch): FaultSwitch => ({
  ...{ kind, ...fault },
  rate:
    kind === 'late' || kind === 'varied-names'
      ? usualRates[kind]
      : Math.min(0.3, Math.max(0.05, 4 * usualRates[kind])),
});

/** The season of `bench/season.ts` in short: its first five matchdays have every turn that a match can take. */
describe('five matchdays of a simulated season, with every fault on, workers and Temporal killed', () => {
  let report: SeasonReport;
  beforeAll(async () => {
    report = await playSeason({
      ...{ matchdays: 5, speed: 5_000, workers: 3, seed: 1 },
      ...{ killWorkerEveryMs: 45_000, temporalKills: 1, faults: allFaults.map(oftener) },
      // What a failed comparison is about may lie in any of them.
      say: (line) => process.stdout.write(`${line}\n`),
    });
  }, 900_000);

  it('are in bronze and silver as they happened: nothing lost, nothing twice, no budget overspent', () => {
    expect(report.comparisons.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
    expect(report.comparisons.map(({ claim }) => claim)).toContain('every match is in silver as it happened');
  });

  it('bring line-ups and weather of matches, scores and prices', () => {
    // How many depends on the machine: the clock waits for nobody.
    const [lineUps, weather] = report.coverage;
    expect(lineUps?.known).toBeGreaterThan(0);
    expect(weather?.known).toBeGreaterThan(0);
    const asked = report.requests.join('\n');
    expect(asked).toMatch(/scores_api \/v1\/scores: \d+ answered/);
    expect(asked).toMatch(/odds_api \/v4\/sports\/\{sport\}\/odds: \d+ answered/);
  });

  it('were told under varied names, about which people were asked', () => {
    expect(report.answered).toBeGreaterThan(0);
  });

  it('saw every fault', () => {
    expect(report.faultsNotShown).toEqual([]);
  });

  it('had a worker and Temporal killed', () => {
    expect(new Set(report.kills.map(({ victim }) => victim))).toEqual(new Set(['worker', 'Temporal']));
  });
});
