import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelsRootOf } from '../../adapters/lake/lake-of-home.js';
import { keepEvaluation } from '../../adapters/models/registry/evaluations.js';
import { modelReportPage } from '../../cli/model-report/page.js';
import { EvaluationReport } from '../../schemas/jobs/evaluate-model.js';
import { touchlineHere } from '../support/command-line.js';
import { makeTestFolder } from '../support/folder.js';

const scores = { n: 380, rps: 0.19, brier: 0.57, accuracy: 0.5, ece: 0.01, season: '2021-22' };
const row = (model: string, logLoss: number, division: string) => ({
  ...{ ...scores, model, logLoss, division, delta: logLoss - 0.98, deltaSe: 0.0031 },
});
const models = [
  ['model-with-prices', 0.9793],
  ['model-without-prices', 0.9921],
  ['market-prematch-average-shin', 0.98],
  ['market-closing-average-shin', 0.9754],
] as const;

/** As a version before this one kept it: scores and nothing else. */
const old = {
  ...{
    runId: 'evaluate/<script>alert(1)</script>',
    evaluatedAt: '2026-06-01T00:00:00.000Z',
    lakeSnapshot: 8,
  },
  ...{ testSeasons: ['2021-22'], divisions: ['E0', '<b>&"'], trainFrom: '2005-06', seed: 1 },
  rows: ['E0', 'all'].flatMap((division) => models.map(([model, loss]) => row(model, loss, division))),
};
const weight = (value: number, low: number) => ({ weight: value, low, high: value + 0.3 });
const whole = EvaluationReport.parse({
  ...old,
  pools: [
    {
      ...{ season: '2021-22', model: 'model-with-prices', matches: 1_520 },
      ...{ booster: weight(0.1, 0), partner: weight(0.9, 0.6) },
    },
  ],
  reliability: [
    {
      ...{ model: 'model-with-prices', outcome: 'home', from: 0.4, to: 0.5, n: 123 },
      ...{ said: 0.451, came: 0.472, low: 0.386, high: 0.559 },
    },
  ],
  againstClosing: [
    {
      ...{
        model: 'model-with-prices',
        season: '2021-22',
        division: 'all',
        n: 380,
        delta: 0.0039,
        deltaSe: 0.002,
      },
      ...{ bets: 41, value: -0.0123, valueSe: 0.004, blind: -0.052 },
    },
  ],
  importance: [
    {
      ...{ model: 'model-with-prices', group: 'a <group>', features: 3, n: 380, loss: 0.0123, lossSe: 0.002 },
    },
  ],
  drift: [
    { season: '2021-22', feature: 'home_<elo>', verdict: 'drift', score: 0.4, distance: 0.31, p: 1e-9 },
  ],
  madeOf: {
    ...{ featureSet: 'match-1x2/1', features: 84, matches: 30_123, xgboost: '1.7.6' },
    recipe: { ridge: 100, note: '</pre><script>' },
  },
});

describe('the page of a model report', () => {
  const page = modelReportPage(whole);

  it('tells what the report holds', () => {
    for (const told of [
      ...['0.9793', '+0.0039 ± 0.0020', '−0.0007 ± 0.0031', '0.386 to 0.559', '−1.23 %', '−5.20 %'],
      ...['+0.0123 ± 0.0020', '1 of 1 inputs have moved', 'it adds nothing to the market', 'match-1x2/1'],
      ...['30,123', 'By ablation', 'lake snapshot'],
    ])
      expect(page, told).toContain(told);
    expect(page).not.toContain('has no such part');
  });

  it('stands alone: nothing is loaded, nothing runs', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\bsrc=|\bhref=|\bon\w+=/i);
    expect(page).not.toMatch(/https?:/);
  });

  it('has what it was told as text, whatever it holds', () => {
    expect(page).toContain('evaluate/&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).toContain('&lt;b&gt;&amp;&quot;');
    expect(page).toContain('home_&lt;elo&gt;');
    expect(page).toContain('a &lt;group&gt;');
    expect(page).toContain('&lt;/pre&gt;&lt;script&gt;');
    expect(page).not.toMatch(/<elo>|<group>|<b>/);
  });

  it('says what each drawing shows, has its figures in a table, and follows the light of the reader', () => {
    const drawings = page.match(/<svg[^>]*>/g) ?? [];
    expect(drawings.length).toBeGreaterThanOrEqual(6);
    for (const drawing of drawings) expect(drawing).toMatch(/role="img".*aria-label="[^"]{20,}"/);
    expect(page.match(/<title>[^<]+<\/title><desc>[^<]+<\/desc>/g)).toHaveLength(drawings.length);
    expect(page.match(/<caption>/g)?.length).toBeGreaterThanOrEqual(6);
    expect(page).toContain('prefers-color-scheme: dark');
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('closes what it opens', () => {
    const open: string[] = [];
    for (const [, slash, name = '', , empty] of page.matchAll(
      /<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|[^>"])*?)(\/?)>/g,
    )) {
      if (empty === '/' || ['meta', 'br'].includes(name)) continue;
      if (slash === '/') expect(open.pop()).toBe(name);
      else open.push(name);
    }
    expect(open).toEqual([]);
  });

  it('of a report that an earlier version kept says what is not there, and invents nothing', () => {
    const earlier = modelReportPage(EvaluationReport.parse(old));
    expect(earlier.match(/has no such part/g)).toHaveLength(5);
    expect(earlier).toContain('does not say by which features');
    expect(earlier).toContain('0.9793');
    expect(earlier).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('model report --html', () => {
  it('writes the page of the newest evaluation where it is told to, and says so', async () => {
    const folder = await makeTestFolder();
    try {
      const home = { TOUCHLINE_HOME: folder.path };
      const file = path.join(folder.path, 'model.html');
      const nothing = await touchlineHere(['model', 'report', '--html', file], home);
      expect(nothing).toMatchObject({ code: 1, stdout: '' });
      await keepEvaluation(modelsRootOf({ home: folder.path, lakeUrl: undefined }), whole);
      const { code, stdout, stderr } = await touchlineHere(
        ['model', 'report', '--html', file, '--json'],
        home,
      );
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(EvaluationReport.parse(JSON.parse(stdout))).toEqual(whole);
      expect(await readFile(file, 'utf8')).toBe(modelReportPage(whole));
    } finally {
      await folder.remove();
    }
  });
});
