import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { instant } from '../../schemas/values.js';
import type { FaultKind, FaultSwitch } from '../../simulator/faults/faults.js';
import { FaultKind as FaultKinds } from '../../simulator/faults/faults.js';
import { faultPlan } from '../../simulator/faults/fault-plan.js';
import type { Simulator } from '../../simulator/server.js';
import { apiFootballKey, runningSeason, saturday, serveStandingStill } from '../support/simulation.js';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await serveStandingStill();
});
afterAll(() => simulator.close());

/** How a request ended on its socket. */
type Ended =
  | {
      readonly status: number;
      readonly headers: http.IncomingHttpHeaders;
      readonly body: string;
      readonly isWhole: boolean;
    }
  | { readonly error: string };

/** A request on a socket of its own. One that is never answered ends, as `silence`, when `patienceMs` are over. */
function request(path: string, patienceMs = 20_000): Promise<Ended> {
  return new Promise((resolve) => {
    const sent = http.get(
      simulator.url + path,
      { headers: apiFootballKey, agent: false, signal: AbortSignal.timeout(patienceMs) },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => (body += text));
        response.on('error', () => undefined);
        response.on('close', () => {
          const { statusCode: status = 0, headers, complete: isWhole } = response;
          resolve({ status, headers, body, isWhole });
        });
      },
    );
    sent.on('error', (error: NodeJS.ErrnoException) => {
      resolve({ error: error.name === 'AbortError' ? 'silence' : (error.code ?? error.message) });
    });
  });
}

const fixtures = '/api-football/fixtures?league=9001&season=2026';
const always = (kind: FaultKind, rest: Partial<FaultSwitch> = {}): FaultSwitch => ({
  kind,
  rate: 1,
  ...rest,
});
const withFault = async (kind: FaultKind, path = fixtures, patienceMs?: number): Promise<Ended> => {
  simulator.simulation.switchFaults([always(kind)]);
  const ended = await request(path, patienceMs);
  simulator.simulation.switchFaults([]);
  return ended;
};
const Told = z.object({
  errors: z.unknown(),
  response: z.array(
    z.object({
      fixture: z.object({ id: z.number() }),
      teams: z.object({ home: z.object({ name: z.string() }) }),
    }),
  ),
});
const told = (ended: Ended) => Told.parse(JSON.parse('body' in ended ? ended.body : '')).response;
const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('a fault, on the socket', () => {
  it('is a 429 with and without retry-after, or a 500', async () => {
    expect(await withFault('rate-limit')).toMatchObject({ status: 429, headers: { 'retry-after': '30' } });
    const silent = await withFault('rate-limit-without-retry-after');
    expect(silent).toMatchObject({ status: 429 });
    expect('headers' in silent && silent.headers['retry-after']).toBeUndefined();
    expect(await withFault('server-error')).toMatchObject({ status: 500 });
  });

  it('is a connection that is reset, or one that is never answered', async () => {
    expect(await withFault('reset')).toEqual({ error: 'ECONNRESET' });
    expect(await withFault('hang', fixtures, 300)).toEqual({ error: 'silence' });
  });

  it('is a body that ends in the middle: in JSON a whole answer, in CSV one that is cut off', async () => {
    const whole = await request(fixtures);
    const cut = await withFault('truncated');
    if (!('body' in whole) || !('body' in cut)) throw new Error('The request was not answered.');
    expect(cut.isWhole).toBe(true);
    expect(cut.body.length).toBeLessThan(whole.body.length);
    expect(isJson(cut.body)).toBe(false);
    const csv = await withFault('truncated', '/football-data/mmz4281/2526/SIM.csv');
    expect(csv).toMatchObject({ status: 200, isWhole: false });
  });

  it('is a body that is no JSON, or words of error with HTTP 200', async () => {
    const malformed = await withFault('malformed');
    expect(malformed).toMatchObject({ status: 200, isWhole: true });
    expect('body' in malformed && isJson(malformed.body)).toBe(false);
    const error = await withFault('error-in-200');
    expect('body' in error && JSON.parse(error.body)).toMatchObject({
      errors: { bug: expect.any(String) as string },
      response: [],
    });
  });

  it('is a record told twice, or records in another order', async () => {
    const ids = (ended: Ended): number[] => told(ended).map(({ fixture }) => fixture.id);
    const plain = ids(await request(fixtures));
    const doubled = ids(await withFault('duplicates'));
    expect(doubled).toHaveLength(plain.length + 1);
    expect([...new Set(doubled)]).toEqual(plain);
    const shuffled = ids(await withFault('out-of-order'));
    expect(shuffled).not.toEqual(plain);
    expect([...shuffled].sort((a, b) => a - b)).toEqual([...plain].sort((a, b) => a - b));
  });

  it('is a club under another name', async () => {
    const names = (ended: Ended) => new Set(told(ended).map(({ teams }) => teams.home.name));
    const plain = names(await request(fixtures));
    const varied = names(await withFault('varied-names'));
    expect(varied.size).toBe(20);
    expect([...varied].filter((name) => plain.has(name))).toEqual([]);
  });
});

describe('a provider', () => {
  it('that is late tells a match as it stood, and has caught up when the fault is over', () => {
    const plan = faultPlan(1);
    const lives = simulator.simulation.competition.lives(runningSeason);
    const telling = (minutes: number) =>
      plan([always('late')], {
        provider: 'scores_api',
        number: minutes,
        now: instant(saturday + minutes * 60_000),
      }).telling;
    for (const life of lives.slice(0, 50)) {
      const told = Array.from({ length: 60 }, (_, index) => telling(3 * index).nowOf(life));
      expect(told).toEqual([...told].sort((a, b) => a - b));
      expect(told.some((at, index) => at < saturday + 3 * index * 60_000)).toBe(true);
    }
  });

  it('that is quiet answers 200 with what it said at first, though matches go on', async () => {
    const live = '/api-football/fixtures?live=all';
    const before = await request(live);
    const { simulation } = simulator;
    const from = simulation.now;
    simulation.switchFaults([always('quiet', { from, until: instant(from + 3_600_000) })]);
    simulation.advanceTo(instant(from + 1_800_000));
    const quiet = await request(live);
    expect(quiet).toMatchObject({ status: 200 });
    expect('body' in quiet && quiet.body).toBe('body' in before && before.body);
    simulation.advanceTo(instant(from + 3_600_000));
    const after = await request(live);
    expect('body' in after && after.body).not.toBe('body' in before && before.body);
    simulation.switchFaults([]);
  });
});

describe('faults', () => {
  const plan = faultPlan(5);
  const often = FaultKinds.options.map((kind) => ({ kind, rate: 0.2 }));
  const transports = (number: number, switches: readonly FaultSwitch[] = often) =>
    plan(switches, { provider: 'odds_api', number, now: saturday }).transport;
  const first = Array.from({ length: 2_000 }, (_, index) => transports(index + 1));

  it('come at their rate, the same for the same seed', () => {
    const again = faultPlan(5);
    expect(first).toEqual(
      first.map(
        (_, index) => again(often, { provider: 'odds_api', number: index + 1, now: saturday }).transport,
      ),
    );
    const share = first.filter((kind) => kind === 'rate-limit').length / first.length;
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.25);
    expect(new Set(first).size).toBe(9);
  });

  it('keep to their provider and their time', () => {
    const elsewhere = always('reset', { providers: ['scores_api'] });
    const over = always('reset', { until: saturday });
    const now = always('reset', { from: saturday });
    expect([transports(1, [elsewhere]), transports(1, [over]), transports(1, [now])]).toEqual([
      null,
      null,
      'reset',
    ]);
  });

  it('are counted: those of the wire as the outcome of a request, those of what is told beside it', () => {
    const { requests } = simulator.simulation;
    const outcomes = new Set(requests.counts(0, Infinity).map(({ outcome }) => outcome));
    for (const kind of [
      'rate-limit',
      'server-error',
      'hang',
      'reset',
      'truncated',
      'malformed',
      'error-in-200',
    ])
      expect(outcomes).toContain(kind);
    expect(requests.faultsShown()).toMatchObject({
      'api_football duplicates': 1,
      'api_football out-of-order': 1,
      'api_football quiet': 1,
      'api_football varied-names': 1,
    });
  });
});
