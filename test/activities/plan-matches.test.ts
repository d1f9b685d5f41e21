import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createPlanMatchesActivities } from '../../activities/plan-matches.js';
import type { Row } from '../../adapters/postgres/row.js';
import { redactorOf } from '../../adapters/redaction/redactor.js';
import { openWorkflows } from '../../adapters/temporal/open-workflows.js';
import { connectToTemporal } from '../../adapters/temporal/connect.js';
import { budgetsWith } from '../../schemas/budgets.js';
import {
  FollowMatchInput,
  followerOf,
  matchSteps,
  replannedSignalName,
  StepReport,
  stepsQueryName,
} from '../../schemas/jobs/follow-match.js';
import { instant, type Instant } from '../../schemas/values.js';
import { startLocalTemporal, type LocalTemporal } from '../../scripts/histories/local-temporal.js';
import { standInActivities, toldWeather } from '../../scripts/histories/stand-ins.js';
import { aRow, fileText, writeEdition, type Cells } from '../support/football-data-files.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { asActivity, openHouse, type TestHouse } from '../support/house.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

let postgres: TestPostgres;
let temporal: LocalTemporal;
let folder: TestFolder;
let house: TestHouse;
beforeAll(async () => {
  [postgres, temporal, folder] = await Promise.all([
    startTestPostgres(),
    startLocalTemporal(),
    makeTestFolder(),
  ]);
  house = openHouse(postgres.url);
});
afterAll(async () => {
  await house.close();
  await temporal.stop();
  await postgres.stop();
  await folder.remove();
});

const morning = instant(Date.parse('2021-08-14T08:00:00Z'));
const hour = 3_600_000;
const planning = () =>
  createPlanMatchesActivities({
    ...{ pool: house.pools.writer.pool, redactor: redactorOf([]), budgets: budgetsWith({}) },
    connect: () => connectToTemporal(temporal.place),
  });
const asked = { hoursAhead: 48, steps: matchSteps };
const plan = (now: Instant) =>
  asActivity(() => planning().planMatches({ ...asked, clock: { startsAt: now, realStart: 0, speed: 0 } }));
const planByTheTimeThatItIs = () => asActivity(() => planning().planMatches(asked));
const end = (input: { readonly matchId: number; readonly version: number }) =>
  asActivity(() =>
    createPlanMatchesActivities({
      ...{ pool: house.pools.writer.pool, redactor: redactorOf([]), budgets: [] },
      connect: () => connectToTemporal(temporal.place),
    }).endFollowing(input),
  );

let editions = 0;
/** A state of the season's file, told and refined. */
async function tell(...rows: readonly Cells[]): Promise<void> {
  editions += 1;
  const modified = new Date(Date.parse('2021-08-01T00:00:00Z') + editions * hour).toISOString();
  await writeEdition(folder.path, '2122/E0.csv', fileText(rows), modified);
  await house.collect(folder.path, `edition/${editions}`);
  await house.refine();
}
const ahead = (cells: Cells = {}): Cells => aRow({ FTHG: '', FTAG: '', FTR: '', ...cells });
const arsenal = ahead();
const leeds = ahead({ HomeTeam: 'Leeds', AwayTeam: 'Everton', Time: '17:30' });

async function idOf(home: string): Promise<number> {
  const { rows } = await house.pool.query<Row<{ id: 'matches.id' }>>(
    'select m.id from matches m join teams t on t.id = m.home_team_id where t.name = $1',
    [home],
  );
  return rows[0]?.id ?? 0;
}
/** What the follower of a match was told, in order. */
async function toldTo(matchId: number): Promise<readonly unknown[]> {
  const handle = temporal.client.workflow.getHandle(followerOf(matchId));
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap((event) => {
    const [payload] = event.workflowExecutionSignaledEventAttributes?.input?.payloads ?? [];
    return payload?.data == null ? [] : [JSON.parse(Buffer.from(payload.data).toString('utf8')) as unknown];
  });
}
/** Temporal lists what has begun or ended a moment later. */
async function listed(matchId: number, isThere: 'there' | 'gone'): Promise<void> {
  const here = async () => (await openWorkflows(temporal.client, 'followMatch')).has(followerOf(matchId));
  while ((await here()) !== (isThere === 'there')) await sleep(20);
}
const isFollowed = async (matchId: number): Promise<boolean> =>
  (await temporal.client.workflow.getHandle(followerOf(matchId)).describe()).status.name === 'RUNNING';

afterEach(async () => {
  for await (const { workflowId } of temporal.client.workflow.list({ query: `ExecutionStatus='Running'` })) {
    await temporal.client.workflow.getHandle(workflowId).terminate();
  }
  await house.pool.query('delete from match_plans');
  await rm(path.join(folder.path, '2122'), { recursive: true, force: true });
});

describe('the matches that begin soon', () => {
  it('are followed each by a workflow of its own, told once, and the day is planned', async () => {
    const late = ahead({ HomeTeam: 'Derby', AwayTeam: 'Reading', Date: '18/08/2021' });
    await tell(arsenal, leeds, late);
    const first = await plan(morning);
    expect(first).toMatchObject({ followed: 2, told: 2 });
    expect(first.plannedProviders).toContain('api_football');
    const id = await idOf('Arsenal');
    expect(await toldTo(id)).toMatchObject([
      { version: 1, kickoff: Date.parse('2021-08-14T14:00:00Z'), precision: 'minute', state: 'ahead' },
    ]);
    const [started] = (await temporal.client.workflow.getHandle(followerOf(id)).fetchHistory()).events ?? [];
    const input = started?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data;
    expect(FollowMatchInput.parse(JSON.parse(Buffer.from(input ?? []).toString('utf8'))).matchId).toBe(id);
  });

  it('are told nothing again while nothing changes, by the same clock', async () => {
    await tell(arsenal);
    const clock = { startsAt: morning, realStart: 0, speed: 0 };
    const activities = createPlanMatchesActivities({
      ...{ pool: house.pools.writer.pool, redactor: redactorOf([]), budgets: [] },
      connect: () => connectToTemporal(temporal.place),
    });
    const again = () =>
      asActivity(() => activities.planMatches({ hoursAhead: 48, steps: matchSteps, clock }));
    expect((await again()).told).toBe(1);
    await listed(await idOf('Arsenal'), 'there');
    expect(await again()).toEqual({ followed: 1, told: 0, plannedProviders: [] });
    // A clock that was set on is told: whoever waits by the old one would wake too late.
    const later = { ...clock, startsAt: instant(morning + hour) };
    const told = await asActivity(() =>
      activities.planMatches({ hoursAhead: 48, steps: matchSteps, clock: later }),
    );
    expect(told).toMatchObject({ followed: 1, told: 1 });
  });

  it('are left alone by the time that it is where they go by a simulated clock', async () => {
    await tell(arsenal);
    expect(await plan(morning)).toMatchObject({ followed: 1, told: 1 });
    const id = await idOf('Arsenal');
    await listed(id, 'there');
    expect(await planByTheTimeThatItIs()).toMatchObject({ followed: 0, told: 0 });
    expect(await toldTo(id)).toHaveLength(1);
    expect(await plan(instant(morning + hour))).toMatchObject({ followed: 1, told: 1 });
  });

  it('are told each move, and that they are off, and are followed again once they have a new date', async () => {
    await tell(arsenal);
    await plan(morning);
    const id = await idOf('Arsenal');
    await tell(ahead({ Time: '20:00' }));
    await plan(morning);
    await tell(leeds);
    await plan(morning);
    expect(await toldTo(id)).toMatchObject([
      { version: 1, state: 'ahead' },
      { version: 2, state: 'ahead', kickoff: Date.parse('2021-08-14T19:00:00Z') },
      { version: 3, state: 'off' },
    ]);
    // Its follower ends, as it does when it hears that.
    await temporal.client.workflow.getHandle(followerOf(id)).terminate();
    await end({ matchId: id, version: 3 });
    expect((await plan(morning)).followed).toBe(1);
    await tell(leeds, ahead({ Date: '15/08/2021' }));
    await plan(morning);
    expect(await isFollowed(id)).toBe(true);
    expect(await toldTo(id)).toMatchObject([{ version: 4, state: 'ahead' }]);
  });

  it('are told their result, and no more once that was heard', async () => {
    await tell(arsenal);
    await plan(morning);
    const id = await idOf('Arsenal');
    await tell(aRow());
    await plan(instant(morning + 9 * hour));
    expect((await toldTo(id)).at(-1)).toMatchObject({ version: 2, state: 'over' });
    await end({ matchId: id, version: 2 });
    expect((await plan(instant(morning + 9 * hour))).followed).toBe(0);
  });

  it('get another follower where Temporal has lost theirs, but not where it has ended by itself', async () => {
    await tell(arsenal);
    await plan(morning);
    const id = await idOf('Arsenal');
    await temporal.client.workflow.getHandle(followerOf(id)).terminate('lost');
    await listed(id, 'gone');
    expect((await plan(morning)).told).toBe(1);
    expect(await isFollowed(id)).toBe(true);
    await temporal.client.workflow.getHandle(followerOf(id)).terminate('called off by hand');
    await end({ matchId: id, version: 1 });
    expect(await plan(morning)).toMatchObject({ followed: 0, told: 0 });
  });

  it('get another follower after a fault of the code in growing pauses, which makes nothing again, and each failure is told once', async () => {
    await tell(arsenal);
    await plan(morning);
    const id = await idOf('Arsenal');
    const after = async (minutes: number): Promise<number> =>
      (await plan(instant(morning + minutes * 60_000))).told;
    let asked = 0;
    const activities = standInActivities({
      collectWeather: () => {
        asked += 1;
        return Promise.resolve(toldWeather);
      },
    });
    /** Lets the follower reach its weather, and then fail. */
    const fail = async (): Promise<void> => {
      const handle = temporal.client.workflow.getHandle(followerOf(id));
      await temporal.withActivities(activities, async () => {
        const hasWeather = async () =>
          z.array(StepReport).parse(await handle.query(stepsQueryName)).length > 0;
        while (!(await hasWeather())) await sleep(20);
        // No plan at all: the code that takes it throws.
        await handle.signal(replannedSignalName, null);
        await handle.result().catch(() => undefined);
      });
      expect((await handle.describe()).status.name).toBe('FAILED');
      await listed(id, 'gone');
    };
    const lines = async () =>
      (
        await house.pool.query<Row<{ message: 'error_logs.error_message' }>>(
          `select error_message as message from error_logs where task_name = 'followMatch'
           and task_id like $1 order by created_at`,
          [`${followerOf(id)}/%`],
        )
      ).rows.map(({ message }) => message);

    await fail();
    expect([await after(1), await after(1.9)]).toEqual([0, 0]);
    expect(await lines()).toEqual([expect.stringMatching(new RegExp(`match ${id} .*version`))]);
    expect(await after(2)).toBe(1);
    await fail();
    expect([await after(10), await after(11.9), await after(12)]).toEqual([0, 0, 1]);
    expect(await lines()).toHaveLength(2);
    expect(asked).toBe(1);
  });
});
