import { afterAll, beforeAll, expect, it } from 'vitest';
import { openFileRegistry } from '../../adapters/models/registry/file-registry.js';
import { createKey } from '../../adapters/postgres/api-keys.js';
import { isTooWide, keepPicture, openPage, seriousIssues, started } from '../support/browser.js';
import { openTestConsole, type TestConsole } from '../support/console.js';
import { heldOutOf, versionOfRun } from '../support/registered-model.js';

let house: TestConsole;
const keys = { reader: '', admin: '' };
beforeAll(async () => {
  house = await openTestConsole();
  const registry = openFileRegistry(house.house.modelsRoot);
  for (const [run, loss] of [1, 0.99, 1.2].entries()) {
    const heldOut = heldOutOf(400, { model: loss, bookmakers: 1, baseRate: 1.07 });
    await registry.register(versionOfRun(`console/${run}`, heldOut));
  }
  for (const role of ['reader', 'admin'] as const) {
    const made = await createKey(house.house.lake.house.pool, {
      name: `${role}-of-desk`,
      role,
      by: 'ada',
      expiresAt: null,
    });
    keys[role] = made.key;
  }
});
afterAll(() => house.close());

async function loggedIn(key: string) {
  const watched = await openPage(house.browser, house.origin);
  const { page } = watched;
  await page.goto('/console/model');
  await page.waitForURL(/\/console\/login\?next=/);
  await started(page);
  await page.getByLabel('Key').fill(key);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/console\/model$/);
  await started(page);
  return watched;
}

it('once there are keys a person logs in, sees whose key it is, and logs out', async () => {
  const watched = await loggedIn(keys.reader);
  const { page } = watched;
  expect(await page.locator('.who').innerText()).toMatch(/key reader-of-desk, reader/);
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ name: 'touchline_key', httpOnly: true, sameSite: 'Strict' });
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.waitForURL(/\/console\/login/);
  await page.goto('/console');
  await page.waitForURL(/\/console\/login/);
  await watched.close();
});

it('what a reader may not do is not offered, and refused', async () => {
  const watched = await loggedIn(keys.reader);
  const { page } = watched;
  expect(await page.getByRole('button', { name: /Promote|Roll back|Split/ }).count()).toBe(0);
  const answer = await page.evaluate(
    `fetch('/api/v1/models/3/promote', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }).then((reply) => reply.status)`,
  );
  expect(answer).toBe(403);
  await watched.close();
});

it('a key that is not known is told so, and opens nothing', async () => {
  const watched = await openPage(house.browser, house.origin);
  const { page } = watched;
  await page.goto('/console/login');
  await started(page);
  await page.getByLabel('Key').fill('tlk_none');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator('.answer').first().innerText()).toMatch(/not known/);
  await watched.close();
});

it('an admin promotes versions, is told what the gate objects to, overrides it with a reason, rolls back, and shares matches', async () => {
  const watched = await loggedIn(keys.admin);
  const { page } = watched;
  const main = () => page.locator('main').innerText();
  const promote = async (
    version: number,
    fill: (form: ReturnType<typeof page.getByRole>) => Promise<void>,
  ) => {
    const details = page.locator(`#promote-${version}`);
    if ((await details.getAttribute('open')) === null) await details.locator('summary').click();
    const form = page.getByRole('form', { name: `Promote version ${version}` });
    await fill(form);
    await form.getByRole('button').click();
  };
  await promote(3, () => Promise.resolve());
  await expect.poll(main).toMatch(/Serves\s+version 3/);
  await promote(4, (form) => form.getByLabel(/^Reason/).fill('better'));
  await expect.poll(main).toMatch(/Serves\s+version 4/);
  await promote(5, () => Promise.resolve());
  await expect.poll(main).toMatch(/Version 5 is not promoted: .*worse/);
  await promote(5, async (form) => {
    await form.getByLabel(/^Reason/).fill('to see it fail');
    await form.getByLabel(/Whatever the gate says/).check();
  });
  await expect.poll(main).toMatch(/Serves\s+version 5/);
  expect(await main()).toMatch(/promote\s+4\s+5\s+admin-of-desk\s+to see it fail\s+●?\s*against it/);

  const back = page.getByRole('form', { name: 'Roll back to the version before' });
  await back.getByLabel('Reason').fill('it failed');
  await back.getByRole('button').click();
  await expect.poll(main).toMatch(/Serves\s+version 4/);

  const split = page.getByRole('form', { name: 'Have a second version answer a share' });
  await split.getByLabel('Second version').fill('3');
  await split.getByLabel(/^Share/).fill('0.25');
  await split.getByLabel('Reason').fill('side by side');
  await split.getByRole('button').click();
  await expect.poll(main).toMatch(/25\.0 %/);

  expect(await seriousIssues(watched)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 900 });
  await keepPicture(page, 'model-with-versions-390-light');
  expect(await isTooWide(page)).toBe(false);
  expect(await seriousIssues(watched)).toEqual([]);
  await watched.close();
});
