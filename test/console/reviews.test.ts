import { afterAll, beforeAll, expect, it } from 'vitest';
import { suggestTeams } from '../../adapters/postgres/identity/suggestions.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import { seriousIssues, started, type WatchedPage } from '../support/browser.js';
import { onPage, openTestConsole, type TestConsole } from '../support/console.js';
import { openSuggestions } from '../support/suggestions.js';
import { aFinding } from '../support/told-finding.js';

let house: TestConsole;
beforeAll(async () => {
  house = await openTestConsole();
});
afterAll(() => house.close());

const pool = () => house.house.lake.house.pool;

const on = (url: string, work: (watched: WatchedPage) => Promise<void>): Promise<void> =>
  onPage(house, url, work);

it('a name that may be a known team is given to one of the candidates, with a reason', async () => {
  const { rows } = await pool().query<{ id: number; name: string; country: string }>(
    'select id, name, country from teams order by id limit 1',
  );
  const [team] = rows;
  if (team === undefined) throw new Error('The house has no team');
  await inTransaction(pool(), ({ client }) =>
    suggestTeams(client, [
      {
        ...{ dataSource: 'openfootball', country: team.country, name: 'A Name Nobody Knows' },
        ...{ divisions: ['SIM'], seasons: ['2025-26'] },
        candidates: [{ teamId: team.id, name: team.name, similarity: 0.82, coinciding: 3 }],
      },
    ]),
  );
  const [asked] = await openSuggestions({ pool: pool() });
  await on(`/console/reviews/${asked?.id ?? 0}`, async (watched) => {
    const { page } = watched;
    expect(await page.locator('main').innerText()).toMatch(/82 % alike, 3 matches of both coincide/);
    expect(await seriousIssues(watched)).toEqual([]);
    const form = page.getByRole('form', { name: `It is ${team.name}` });
    await form.getByLabel('Reason').fill('the shirts are the same');
    await form.getByRole('button').click();
    await expect.poll(() => page.locator('#said').innerText()).toMatch(/It is .*: done/);
    await expect.poll(() => page.locator('main').innerText()).toMatch(/resolve\s+resolved\s+the shirts/);
  });
  expect(
    (await pool().query(`select team_id, reason from team_aliases where alias = 'A Name Nobody Knows'`)).rows,
  ).toEqual([{ team_id: team.id, reason: 'the shirts are the same' }]);
  expect(await openSuggestions({ pool: pool() })).toEqual([]);
});

it('a row that a rule doubts is released, and its payload is read again', async () => {
  const { rows } = await pool().query<{ id: number; finding: number }>(
    `with held as (
       update raw_match_data set process_status = 'held', process_error = 'a score that nobody believes'
       where id = (select min(id) from raw_match_data) returning id
     )
     insert into data_quality_logs (table_name, record_id, error_type, severity, error_data, error_message, requires_manual_review, finding_key)
     select 'raw_match_data', id, 'doubted_row', 'medium', '{"field": "score"}', 'A score that nobody believes', true,
       sha256(convert_to('a doubted row', 'UTF8')) from held
     returning record_id as id, id as finding`,
  );
  const [doubted] = rows;
  await on(`/console/reviews/${doubted?.finding ?? 0}`, async (watched) => {
    const { page } = watched;
    expect(await page.locator('main').innerText()).toMatch(/Payload \d+, held: a score that nobody believes/);
    expect(await seriousIssues(watched)).toEqual([]);
    const form = page.getByRole('form', { name: 'Release: accept what a rule doubts' });
    await form.getByLabel('Reason').fill('the film shows it');
    await form.getByRole('button').click();
    await expect.poll(() => page.locator('#said').innerText()).toMatch(/Release.*done/);
    await expect.poll(() => page.locator('main').innerText()).toMatch(/, released/);
  });
  expect(
    (await pool().query('select process_status from raw_match_data where id = $1', [doubted?.id])).rows,
  ).toEqual([{ process_status: 'pending' }]);
});

it('a finding that is seen and not wanted is taken and ignored, leaves the list, and can be opened again', async () => {
  const finding = await aFinding(pool());
  const decide = async ({ page }: WatchedPage, label: string, why: string) => {
    const form = page.getByRole('form', { name: label });
    await form.getByLabel('Reason').fill(why);
    await form.getByRole('button').click();
    await expect.poll(() => page.locator('main').innerText()).toMatch(new RegExp(`${why}$`, 'm'));
  };
  await on(`/console/reviews/${finding}`, async (watched) => {
    const { page } = watched;
    await decide(watched, 'Take: nobody else decides about it', 'mine');
    expect(await page.locator('main').innerText()).toMatch(/with local/);
    await decide(watched, 'Ignore: it is seen and not wanted', 'a friendly');
    expect(await page.locator('main').innerText()).toMatch(/ignored/);
    await page.goto('/console/reviews');
    await started(page);
    const listed = () => page.locator(`main a[href="/console/reviews/${finding}"]`).count();
    expect(await listed()).toBe(0);
    await page.getByLabel('State').selectOption('ignored');
    await page.getByRole('button', { name: 'Show' }).click();
    await expect.poll(listed).toBe(1);
    await page.goto(`/console/reviews/${finding}`);
    await started(page);
    await decide(watched, 'Open again', 'it was none');
    expect(await page.getByRole('form', { name: 'Resolve: it is dealt with' }).count()).toBe(1);
  });
});

it('what happens is on an open page without a reload; while a person writes it waits for them, and a hidden page rests', async () => {
  await on('/console/reviews', async ({ page }) => {
    const live = () => page.locator('#live').innerText();
    await expect.poll(live).toBe('live');
    const first = await aFinding(pool());
    await expect.poll(() => page.locator('main').innerText()).toMatch(new RegExp(`\\b${first}\\b`));

    await page.goto(`/console/reviews/${first}`);
    await started(page);
    await expect.poll(live).toBe('live');
    await page
      .getByRole('form', { name: 'Resolve: it is dealt with' })
      .getByLabel('Reason')
      .fill('half a rea');
    await aFinding(pool());
    await expect.poll(live).toMatch(/Something is new/);
    expect(await page.getByLabel('Reason').nth(1).inputValue()).toBe('half a rea');

    // As where another tab is in front.
    await page.evaluate(`Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
      document.dispatchEvent(new Event('visibilitychange'))`);
    await expect.poll(live).toBe('paused');
    await page.evaluate(`delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))`);
    await expect.poll(live).toMatch(/live|Something is new/);
  });
});
