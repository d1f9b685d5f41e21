import type { Browser } from 'playwright-core';
import { expect } from 'vitest';
import { openTestApi, type TestApi } from './api.js';
import { openBrowser, openPage, started, type WatchedPage } from './browser.js';
import { openFilledHouse, type FilledHouse } from './filled-house.js';
import { makeTestFolder } from './folder.js';
import { startTestPostgres } from './postgres.js';

/** The console of a filled house, listening, and a browser. */
export interface TestConsole {
  readonly origin: string;
  readonly house: FilledHouse;
  readonly browser: Browser;
  readonly api: TestApi;
  close(): Promise<void>;
}

/** Opens one. */
export async function openTestConsole(deps: Parameters<typeof openTestApi>[2] = {}): Promise<TestConsole> {
  const [postgres, folder, browser] = await Promise.all([
    startTestPostgres(),
    makeTestFolder(),
    openBrowser(),
  ]);
  const house = await openFilledHouse(postgres.url, folder.path);
  const api = await openTestApi(house.lake, house.modelsRoot, { now: house.now, ...deps });
  const origin = await api.app.listen({ host: '127.0.0.1', port: 0 });
  return {
    ...{ origin, house, browser, api },
    async close() {
      await browser.close();
      await api.close();
      await house.lake.close();
      await postgres.stop();
      await folder.remove();
    },
  };
}

/** Opens a page of the console for the length of some work; nothing went wrong on it. */
export async function onPage(
  { browser, origin }: Pick<TestConsole, 'browser' | 'origin'>,
  url: string,
  work: (watched: WatchedPage) => Promise<void>,
  options: Parameters<typeof openPage>[2] = {},
): Promise<void> {
  const watched = await openPage(browser, origin, options);
  try {
    await watched.page.goto(url);
    await started(watched.page);
    await work(watched);
    expect(watched.wrong).toEqual([]);
  } finally {
    await watched.close();
  }
}
