import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bronze, lake, silver } from '../../adapters/lineage/datasets.js';
import { postgresSink } from '../../adapters/lineage/postgres-sink.js';
import { datasetKey } from '../../schemas/lineage.js';
import {
  isTooWide,
  keepPicture,
  openPage,
  seriousIssues,
  started,
  type Scheme,
  type WatchedPage,
} from '../support/browser.js';
import { onPage, openTestConsole, type TestConsole } from '../support/console.js';
import { madeOf } from '../support/lineage-event.js';
import { aFinding } from '../support/told-finding.js';

let house: TestConsole;
let finding: number;
beforeAll(async () => {
  house = await openTestConsole();
  finding = await aFinding(house.house.lake.house.pool);
  await postgresSink(house.house.lake.house.pools.writer.pool).write([
    madeOf('refineBatch', bronze('raw_match_data'), silver('matches'), 1),
    madeOf('publishSilver', silver('matches'), lake('silver', 'matches'), 2),
    madeOf('buildGold', lake('silver', 'matches'), lake('gold', 'elo'), 3),
    madeOf('publishOdds', silver('odds'), lake('silver', 'odds'), 4),
  ]);
});
afterAll(() => house.close());

const match = (): string => `/console/matches/${house.house.ahead[0] ?? 0}`;
const pages: readonly (readonly [name: string, url: () => string])[] = [
  ['today', () => '/console'],
  ['match', match],
  ['played', () => `/console/matches/${house.house.played[0] ?? 0}`],
  ['data', () => '/console/data'],
  ['jobs', () => '/console/jobs'],
  ['reviews', () => '/console/reviews'],
  ['finding', () => `/console/reviews/${finding}`],
  ['model', () => '/console/model'],
  ['health', () => '/console/health'],
  ['login', () => '/console/login'],
];

const on = (
  url: string,
  work: (watched: WatchedPage) => Promise<void>,
  options: { readonly width?: number; readonly scheme?: Scheme } = {},
): Promise<void> => onPage(house, url, work, options);

describe.each(pages)('%s', (name, url) => {
  let watched: WatchedPage;
  beforeAll(async () => {
    watched = await openPage(house.browser, house.origin);
    await watched.page.goto(url());
    await started(watched.page);
  });
  afterAll(() => watched.close());

  it.each<readonly [width: number, scheme: Scheme]>([
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'dark'],
  ])('has no serious issue for those who cannot see it, and fits, %i px, %s', async (width, scheme) => {
    const { page } = watched;
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    await keepPicture(page, `${name}-${width}-${scheme}`);
    expect(await isTooWide(page)).toBe(false);
    expect(await seriousIssues(watched)).toEqual([]);
  });

  it('loads nothing from elsewhere, and no script of it fails', () => {
    expect(watched.wrong).toEqual([]);
  });
});

it('today lists fixtures with prices and what is done next, and says that the league is simulated', async () => {
  await on('/console', async ({ page }) => {
    expect(await page.locator('.simulated').innerText()).toMatch(/SIM is a league that was never played/);
    const rows = page.locator('section').first().locator('tbody tr');
    expect(await rows.count()).toBe(house.house.ahead.length);
    expect(await rows.first().innerText()).toMatch(
      /–.*SIM.*2026-11-28 12:30.*\d\.\d\d.*[+−]\d+\.\d %.*weather/s,
    );
  });
});

it('what is to come is counted down while the page is open', async () => {
  await on('/console', async ({ page }) => {
    await page.clock.install({ time: new Date(house.house.now) });
    await page.reload();
    await started(page);
    const next = page
      .locator('section')
      .first()
      .locator('tbody tr')
      .first()
      .locator('time[data-from-now]')
      .last();
    await expect.poll(() => next.innerText()).toMatch(/^in \d+ d \d+ h$/);
    const due = Date.parse((await next.getAttribute('datetime')) ?? '');
    await page.clock.setFixedTime(new Date(due - 3_723_000));
    await expect.poll(() => next.innerText()).toBe('in 1 h 2 min');
    await page.clock.setFixedTime(new Date(due - 62_000));
    await expect.poll(() => next.innerText()).toBe('in 1 min 2 s');
  });
});

it('a match shows its prices as a chart with kick-off marked, the prediction with its reasons, form, and payloads by their hashes', async () => {
  await on(match(), async ({ page }) => {
    await page.locator('.plot canvas').waitFor();
    const text = await page.locator('main').innerText();
    expect(text).toMatch(/What each bookmaker closed at/);
    expect(text).toMatch(/fair price \d+\.\d\d/);
    expect(text).toMatch(/ln\(home \/ away\) = [+−]\d/);
    expect(text).toMatch(/What each opinion adds[\s\S]*market[\s\S]*ratings/);
    expect(text).toMatch(/Last results of/);
    expect(text).toMatch(/[0-9a-f]{64}/);
  });
});

it('the slider of a match reads everything anew as it was known then', async () => {
  await on(match(), async ({ page }) => {
    const slider = page.locator('#as-of-slider');
    await slider.focus();
    await page.keyboard.press('Home');
    await page.waitForURL(/as_of=2026-/);
    await expect.poll(() => page.locator('main').innerText()).toMatch(/Nothing had been said of it then/);
    expect(await page.locator('#as-of-words').innerText()).toMatch(/^2026-11-2\d/);
    expect(await page.evaluate('document.activeElement.id')).toBe('as-of-slider');
    await page.keyboard.press('End');
    await expect.poll(() => page.locator('main').innerText()).toMatch(/Reasons/);
    expect(page.url()).not.toMatch(/as_of/);
  });
});

it('data shows each table with its rows and freshness', async () => {
  await on('/console/data', async ({ page }) => {
    const text = await page.locator('main').innerText();
    expect(text).toMatch(/silver\.odds\s+[\d ]+\s+●?\s*up to date/);
    expect(text).toMatch(/Last snapshot\s+\d+/);
  });
});

it('a dataset that is chosen in the picture of lineage has its impact told and drawn', async () => {
  await on('/console/data', async (watched) => {
    const { page } = watched;
    expect(await page.locator('#lineage').innerText()).toMatch(/whatever lies downstream of it stands out/);
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
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await keepPicture(page, `lineage-1280-${scheme}`);
      expect(await seriousIssues(watched)).toEqual([]);
    }
  });
});

it('health says what answers and what is away, and jobs say why nothing is listed', async () => {
  await on('/console/health', async ({ page }) => {
    const text = await page.locator('main').innerText();
    expect(text).toMatch(/postgres\s+●?\s*answers/);
    expect(text).toMatch(/temporal\s+●?\s*is away/);
  });
  await on('/console/jobs', async ({ page }) => {
    expect(await page.locator('main').innerText()).toMatch(/What this needs is away/);
  });
});

it('a finding is resolved with a reason by keyboard alone, and its decision stands on the page', async () => {
  await on(`/console/reviews/${finding}`, async ({ page }) => {
    const form = page.getByRole('form', { name: 'Resolve: it is dealt with' });
    await form.getByLabel('Reason').focus();
    await page.keyboard.type('the league says so');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#said').innerText()).toMatch(/Resolve.*done/);
    const text = await page.locator('main').innerText();
    expect(text).toMatch(/local\s+resolve\s+resolved\s+the league says so/);
  });
});

it('the way to each page is reached by the keyboard, past a link to the content', async () => {
  await on('/console', async ({ page }) => {
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('To the content');
    for (const name of ['Touchline', 'Today', 'Data', 'Jobs', 'Review']) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe(name);
    }
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/console\/reviews$/);
  });
});

it('the scheme that was chosen is remembered', async () => {
  await on('/console', async ({ page }) => {
    await page.locator('#scheme').click();
    await page.reload();
    await started(page);
    expect(await page.evaluate('document.documentElement.dataset.scheme')).toBe('dark');
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await paper()).toBe('rgb(16, 23, 26)');
    await page.locator('#scheme').click();
    expect(await paper()).toBe('rgb(251, 251, 249)');
    await page.locator('#scheme').click();
    expect(await page.locator('#scheme').innerText()).toBe('Light');
  });
});

it('a name with markup in it is shown as text', async () => {
  const name = '<img src=x onerror=alert(1)>"\'<script>alert(2)</script>';
  const { pool } = house.house.lake.house;
  await pool.query(
    `update teams set name = $1 where id = (select home_team_id from match_registry where id = $2)`,
    [name, house.house.ahead[0]],
  );
  await pool.query(
    `insert into odds overriding user value
     select (jsonb_populate_record(o, jsonb_build_object('bookmaker', $1::text))).* from odds o
     where o.match_id = $2 and o.bookmaker = 'bwin' and o.market_type = '1x2'`,
    [name, house.house.ahead[0]],
  );
  for (const url of ['/console', match()]) {
    await on(url, async ({ page }) => {
      expect(await page.locator('main').innerText()).toContain('<img src=x onerror=alert(1)>');
      expect(await page.locator('main img, main script').count()).toBe(0);
    });
  }
});

it('a page follows what happens without being asked for again', async () => {
  await on('/console/reviews', async ({ page }) => {
    await expect.poll(() => page.locator('#live').innerText()).toBe('live');
    const id = await aFinding(house.house.lake.house.pool);
    await expect.poll(() => page.locator(`main a[href="/console/reviews/${id}"]`).count()).toBe(1);
  });
});
