import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelReportPage } from '../../cli/model-report/page.js';
import { checkpointPage } from '../../cli/quality/page.js';
import {
  isTooWide,
  keepPicture,
  openBrowser,
  openPage,
  seriousIssues,
  type Scheme,
} from '../support/browser.js';
import { brokenCheckpoint, earlierLine } from '../support/checkpoints.js';
import { wholeReport } from '../support/evaluation-reports.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';

/** Pages that commands write (`model report --html`, `quality report --html`): they are opened as files. */
const pages = [
  ['model-report', modelReportPage(wholeReport)],
  ['quality-report', checkpointPage(brokenCheckpoint, [brokenCheckpoint, earlierLine])],
] as const;

let browser: Browser;
let folder: TestFolder;
beforeAll(async () => {
  [browser, folder] = await Promise.all([openBrowser(), makeTestFolder()]);
  await Promise.all(pages.map(([name, page]) => writeFile(path.join(folder.path, `${name}.html`), page)));
});
afterAll(async () => {
  await browser.close();
  await folder.remove();
});

describe.each(pages)('%s', (name) => {
  it.each<readonly [width: number, scheme: Scheme]>([
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
  ])(
    'has no serious issue for those who cannot see it, fits the screen and asks for nothing, %i px, %s',
    async (width, scheme) => {
      const here = pathToFileURL(folder.path).href;
      const watched = await openPage(browser, here, { width, scheme });
      await watched.page.goto(`${here}/${name}.html`);
      await keepPicture(watched.page, `${name}-${width}-${scheme}`);
      expect(await seriousIssues(watched)).toEqual([]);
      expect(await isTooWide(watched.page)).toBe(false);
      expect(watched.wrong).toEqual([]);
      await watched.close();
    },
  );
});
