import { afterAll, beforeAll, expect, it } from 'vitest';
import { bronze, lake, silver } from '../../adapters/lineage/datasets.js';
import { postgresSink } from '../../adapters/lineage/postgres-sink.js';
import { datasetKey } from '../../schemas/lineage.js';
import { isTooWide, keepPicture, seriousIssues, started, type Scheme } from '../support/browser.js';
import { onPage, openTestConsole, type TestConsole } from '../support/console.js';
import { madeOf } from '../support/lineage-event.js';

let house: TestConsole;
beforeAll(async () => {
  house = await openTestConsole();
  await postgresSink(house.house.lake.house.pools.writer.pool).write([
    madeOf('refineBatch', bronze('raw_match_data'), silver('matches'), 1),
    madeOf('publishSilver', silver('matches'), lake('silver', 'matches'), 2),
    madeOf('buildGold', lake('silver', 'matches'), lake('gold', 'elo'), 3),
    madeOf('publishOdds', silver('odds'), lake('silver', 'odds'), 4),
  ]);
});
afterAll(() => house.close());

it.each<Scheme>(['light', 'dark'])(
  'a dataset that is chosen in the picture of lineage has its impact told and drawn, %s',
  async (scheme) => {
    await onPage(
      house,
      '/console/data',
      async (watched) => {
        const { page } = watched;
        expect(await page.locator('#lineage').innerText()).toMatch(
          /whatever lies downstream of it stands out/,
        );
        const [matches] = silver('matches');
        if (matches === undefined) throw new Error('There is no such table');
        await page.locator(`svg.lineage a[aria-label^="${datasetKey(matches)}:"]`).click();
        await page.waitForURL(/of=/);
        await started(page);
        const text = await page.locator('#lineage').innerText();
        expect(text).toMatch(/2 datasets lie downstream/);
        for (const one of [...lake('silver', 'matches'), ...lake('gold', 'elo')])
          expect(text).toContain(datasetKey(one));
        expect(await page.locator('svg.lineage .touched').count()).toBe(2);
        expect(await page.locator('svg.lineage .edge.on').count()).toBe(2);
        expect(await seriousIssues(watched)).toEqual([]);
        await keepPicture(page, `lineage-1280-${scheme}`);
      },
      { scheme },
    );
  },
);

it('on a phone the picture scrolls by itself, and the page does not', async () => {
  await onPage(
    house,
    '/console/data',
    async ({ page }) => {
      expect(await isTooWide(page)).toBe(false);
    },
    { width: 390 },
  );
});
