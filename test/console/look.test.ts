import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepPicture, openPage, started } from '../support/browser.js';
import { openTestConsole, type TestConsole } from '../support/console.js';
let c: TestConsole;
beforeAll(async () => { c = await openTestConsole(); });
afterAll(() => c.close());
it('looks', async () => {
  const urls = ['/console', `/console/matches/${c.house.ahead[0]}`, `/console/matches/${c.house.played[0]}`, '/console/data', '/console/jobs', '/console/reviews', '/console/model', '/console/health', '/console/login'];
  const all: string[] = [];
  for (const [width, scheme] of [[1280, 'light'], [390, 'dark']] as const)
    for (const [i, url] of urls.entries()) {
      const w = await openPage(c.browser, c.origin, { width, scheme });
      const r = await w.page.goto(url);
      await started(w.page);
      await w.page.waitForTimeout(300);
      await keepPicture(w.page, `look-${i}-${width}`);
      console.log(url, r?.status(), w.wrong, await w.page.title());
      all.push(...w.wrong);
      await w.close();
    }
  expect(all).toEqual([]);
});
