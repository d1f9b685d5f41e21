import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { z } from 'zod';
import { projectRoot } from '../../config.js';

const executablePath = '/usr/bin/chromium';
const screenshots = path.join(projectRoot, '.screenshots');
const axe = path.join(projectRoot, 'node_modules/axe-core/axe.min.js');

/** Starts Chromium, installed from Debian where it is absent. Throws where it cannot be: no test of the console is left out. */
export async function openBrowser(): Promise<Browser> {
  await promisify(execFile)(path.join(projectRoot, 'scripts/install-chromium.sh'));
  return await chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

export type Scheme = 'dark' | 'light';

/** A page of a browser, and what went wrong on it: errors of scripts and of the console, requests that left the origin. */
export interface WatchedPage {
  readonly page: Page;
  readonly wrong: readonly string[];
  close(): Promise<void>;
}

/** Opens a page whose addresses are relative to an origin. */
export async function openPage(
  browser: Browser,
  origin: string,
  { width = 1280, scheme = 'light' }: { readonly width?: number; readonly scheme?: Scheme } = {},
): Promise<WatchedPage> {
  const context: BrowserContext = await browser.newContext({
    ...{ baseURL: origin, colorScheme: scheme, viewport: { width, height: 900 }, bypassCSP: false },
  });
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(`script: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('data:'))
      wrong.push(`left: ${request.url()}`);
  });
  return { page, wrong, close: () => context.close() };
}

/** Waits until the scripts of a page have begun. */
export const started = (page: Page): Promise<void> => page.locator('#scheme').waitFor({ state: 'visible' });

/** Keeps a picture of a whole page; its name is that of the file. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  await mkdir(screenshots, { recursive: true });
  await page.screenshot({ path: path.join(screenshots, `${name}.png`), fullPage: true });
}

const Violations = z.array(
  z.object({ id: z.string(), impact: z.string().nullable(), nodes: z.array(z.object({ html: z.string() })) }),
);

/** What axe-core finds serious or critical on a page. */
export async function seriousIssues({ page }: Pick<WatchedPage, 'page'>): Promise<string[]> {
  // By the debugger, as no page may load it.
  await page.evaluate(await readFile(axe, 'utf8'));
  const found: unknown = await page.evaluate('window.axe.run(document).then(({ violations }) => violations)');
  return Violations.parse(found)
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map((node) => node.html.slice(0, 160))
          .slice(0, 3)
          .join(' | ')}`,
    );
}

/** Whether a page is wider than what shows it. */
export const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
