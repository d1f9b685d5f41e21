import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelsRootOf } from '../../adapters/lake/lake-of-home.js';
import { keepEvaluation } from '../../adapters/models/registry/evaluations.js';
import { modelReportPage } from '../../cli/model-report/page.js';
import { EvaluationReport } from '../../schemas/jobs/evaluate-model.js';
import { touchlineHere } from '../support/command-line.js';
import { earlierReport, wholeReport } from '../support/evaluation-reports.js';
import { makeTestFolder } from '../support/folder.js';

describe('the page of a model report', () => {
  const page = modelReportPage(wholeReport);

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
    const earlier = modelReportPage(EvaluationReport.parse(earlierReport));
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
      await keepEvaluation(modelsRootOf({ home: folder.path, lakeUrl: undefined }), wholeReport);
      const { code, stdout, stderr } = await touchlineHere(
        ['model', 'report', '--html', file, '--json'],
        home,
      );
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(EvaluationReport.parse(JSON.parse(stdout))).toEqual(wholeReport);
      expect(await readFile(file, 'utf8')).toBe(modelReportPage(wholeReport));
    } finally {
      await folder.remove();
    }
  });
});
