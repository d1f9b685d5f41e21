import { expect, it } from 'vitest';
import { checkpointPage } from '../../cli/quality/page.js';
import { checkpointText } from '../../cli/quality/text.js';
import { brokenCheckpoint, earlierLine } from '../support/checkpoints.js';

const page = checkpointPage(brokenCheckpoint, [{ ...earlierLine, ...brokenCheckpoint }, earlierLine]);

it('a report says first whether the contracts are kept, and what is not met with its rows and payloads', () => {
  expect(page).toContain('What is published breaks the contract of silver.matches.');
  expect(page.indexOf('What is not met')).toBeLessThan(page.indexOf('Scores'));
  expect(page).toContain('<h3>silver.matches: a score is &lt; 99</h3>');
  expect(page).toContain('1 of 1,380 not so; its contract promises it.');
  expect(page).toContain('<tr><th>id</th><th>season</th><th>payloads</th></tr>');
  expect(page).toContain('<tr><td>3</td><td>&lt;b&gt;</td><td>8, 9</td></tr>');
  expect(page).not.toContain('<b>');
  expect(page).not.toContain('<bet>');
});

it('it says what each score is made of, and of every rule the share of rows that meet it', () => {
  expect(page).toContain('100 × (3 × 0.99 + 0.00) / (3 × 1 + 0)');
  expect(page).toContain('one that a contract promises counting 3 times one that is only reported');
  expect(page).toContain('1,379 of 1,380 (99.92 %)');
  expect(page).toContain(
    '<td>so it is</td><td>away_score</td><td>no row to judge</td><td>only reported</td>',
  );
});

it('it says who lacks what, what waits for the lake, what is odd, and how the checks before came out', () => {
  expect(page).toContain('Brighton &amp; Hove – Leeds');
  expect(page).toContain('silver.odds: 2 months wait for the lake, 2026-10 for 25.5 h.');
  expect(page).toContain('Gold has been made of another silver than the newest for 3.0 h.');
  expect(page).toContain('Suspicious odds: 1 of 400 (0.25 %). Unusual scores: 0 of 0.');
  expect(page).toContain('<td>home 1.01, away 1001</td>');
  expect(page).toContain('<td>silver.matches 98.20</td>');
  expect(page).toMatch(/<polyline points="6\.0,\d+\.\d 634\.0,\d+\.\d"/);
});

it('a page of one check has no line through its scores, and one of a publication says that it was not made', () => {
  const alone = checkpointPage(
    { ...brokenCheckpoint, kind: 'publish', snapshot: null, freshness: null, anomalies: null },
    [earlierLine],
  );
  expect(alone).not.toContain('<svg');
  expect(alone).toContain('It was not published: silver.matches would break its contract.');
  expect(alone).toContain('of what was about to be published');
});

it('the same for a terminal, where a score below 100 does not read as 100', () => {
  const text = checkpointText(brokenCheckpoint);
  expect(text).toMatch(/^silver\.matches +99\.99 +2 +1$/m);
  expect(text).toContain('silver.matches: a score is < 99; 1 of 1,380 not so (its contract promises it)');
  expect(text).toContain('Fixtures were last told 1.3 h ago, odds never.');
  expect(text).toContain('a score three hours after kick-off: 9 of 10 matches have it');
});
