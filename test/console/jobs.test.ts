import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { isTooWide, keepPicture, openBrowser, openPage, seriousIssues, started } from '../support/browser.js';
import { schedules } from '../../workflows/schedules.js';
import { useOwnStack } from '../support/own-stack.js';

// None of them is due while the test runs; what is made up was due on New Year's Day.
const declared = schedules.map(
  ({ id }) => [id, { cron: id === 'daily-error-cleanup' ? '0 12 1 1 *' : '0 12 29 2 *' }] as const,
);
const { ask } = useOwnStack({ SCHEDULES: JSON.stringify(Object.fromEntries(declared)) });
let browser: Browser;
let origin: string;
beforeAll(async () => {
  browser = await openBrowser();
  origin = z
    .object({ api: z.object({ url: z.url() }) })
    .parse(await ask('status'))
    .api.url.replace(/\/$/, '');
});
afterAll(() => browser.close());

it('a schedule is backfilled, paused and resumed from the page of jobs, and a job is started by the form of its input', async () => {
  const watched = await openPage(browser, origin);
  const { page } = watched;
  const said = () => page.locator('#said').innerText();
  // The first question to Temporal may take a busy machine longer than a page waits: then it says so.
  await expect
    .poll(
      async () => {
        await page.goto('/console/jobs');
        await started(page);
        return page.locator('main').innerText();
      },
      { timeout: 30_000 },
    )
    .toMatch(/daily-error-cleanup/);

  await page.locator('#schedule-daily-error-cleanup > summary').click();
  const backfill = page.getByRole('form', { name: 'Backfill daily-error-cleanup' });
  await backfill.getByLabel('From (UTC)').fill('2025-12-31T00:00');
  await backfill.getByLabel('To (UTC)').fill('2026-01-02T00:00');
  await backfill.getByRole('button').click();
  await expect.poll(said).toMatch(/Backfill daily-error-cleanup: done.*asked for/);
  await expect
    .poll(async () => {
      await page.reload();
      await started(page);
      return page.locator('main section').first().innerText();
    })
    .toMatch(/daily-error-cleanup-2026-01-01T12/);

  await page.locator('#schedule-daily-error-cleanup > summary').click();
  const pause = page.getByRole('form', { name: 'Pause daily-error-cleanup' });
  await pause.getByLabel('Reason').fill('a look at the disk');
  await pause.getByRole('button').click();
  await expect.poll(() => page.locator('main').innerText()).toMatch(/paused\s+a look at the disk/);
  const resume = page.getByRole('form', { name: 'Resume daily-error-cleanup' });
  await resume.getByLabel('Reason').fill('seen');
  await resume.getByRole('button').click();
  await expect.poll(() => page.locator('main').innerText()).not.toMatch(/a look at the disk/);

  await page.locator('#job-refine > summary').click();
  await page.getByRole('form', { name: 'Start refine' }).getByRole('button').click();
  await expect.poll(said).toMatch(/Start refine: done/);
  await keepPicture(page, 'jobs-with-temporal-1280-light');
  expect(await seriousIssues(watched)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 900 });
  await keepPicture(page, 'jobs-with-temporal-390-light');
  expect(await isTooWide(page)).toBe(false);
  expect(await seriousIssues(watched)).toEqual([]);
  expect(watched.wrong).toEqual([]);
  await watched.close();
});
