import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collectTold, type CollectedTold, type CollectToldDeps } from '../../activities/collect-told.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { countFindings, findingIds, listFindings } from '../../adapters/postgres/review/queue.js';
import { odds } from '../../adapters/providers/api_football/odds.js';
import { apiFootball } from '../../adapters/providers/api_football/api-football.js';
import { redactor } from '../../adapters/redaction/redactor.js';
import type { SimulatedClock } from '../../domain/clock/simulated-clock.js';
import { quoteRow } from '../../domain/collect/told-row.js';
import type { ProviderBudget } from '../../schemas/budgets.js';
import { DependencyAway, QuotaExhausted } from '../../schemas/errors.js';
import { instant, instantFromIso } from '../../schemas/values.js';
import { anAnswer } from '../support/api-football-payloads.js';
import { aBudget, noReserve } from '../support/budgets.js';
import { asActivity, openHouse, testKey, type TestHouse } from '../support/house.js';
import { startLocalServer, type LocalServer } from '../support/local-server.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { decide } from '../support/review.js';

let postgres: TestPostgres;
let house: TestHouse;
let provider: LocalServer;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
beforeEach(async () => {
  house = openHouse(await postgres.freshDatabase());
  provider = await startLocalServer();
});
afterEach(async () => {
  await provider.close();
  await house.close();
});
afterAll(async () => {
  await postgres.stop();
});

const noon = instantFromIso('2026-09-12T12:00:00Z');
const clockAt = (minutes: number, speed: number): SimulatedClock => ({
  startsAt: instant(noon + minutes * 60_000),
  realStart: Date.now(),
  speed,
});

const bookmaker = (name: string, home: string, others: readonly object[] = []) => ({
  id: 1,
  name,
  bets: [
    {
      id: 1,
      name: 'Match Winner',
      values: [
        { value: 'Home', odd: home },
        { value: 'Draw', odd: '3.40' },
        { value: 'Away', odd: '4.00' },
      ],
    },
    ...others,
  ],
});
const total = (line: string) => ({
  id: 5,
  name: 'Goals Over/Under',
  values: [
    { value: `Over ${line}`, odd: '1.90' },
    { value: `Under ${line}`, odd: '1.95' },
  ],
});
const priced = (id: number, bookmakers: readonly object[], rest: object = {}) => ({
  league: { id: 39, name: 'Premier League', country: 'England', logo: null, flag: null, season: 2026 },
  fixture: { id, timezone: 'UTC', date: '2026-09-12T14:00:00+00:00', timestamp: 1_789_221_600 },
  update: '2026-09-12T11:55:00+00:00',
  bookmakers,
  ...rest,
});

const says = (response: ServerResponse, body: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};
const told = (...entries: readonly unknown[]) => anAnswer(entries);

interface Question {
  readonly subject?: string;
  readonly minutes?: number;
  readonly budgets?: readonly ProviderBudget[];
  /** Of the clock: a fast one does not wait long for an answer. */
  readonly speed?: number;
}

const collect = ({
  subject = '1',
  minutes = 0,
  budgets = [],
  speed = 1,
}: Question = {}): Promise<CollectedTold> => {
  const { pool, db } = house.pools.writer;
  const deps: CollectToldDeps = { pool, db, redactor, meters: createMeters(), budgets };
  const { url } = provider;
  return asActivity(() =>
    collectTold(deps, {
      kind: 'odds',
      connection: { provider: apiFootball, url, key: testKey, clock: () => noon },
      endpoint: odds,
      query: { fixture: subject },
      ...{ subject, priority: 'regular', clock: clockAt(minutes, speed), rowOf: quoteRow },
    }),
  );
};

async function stored(): Promise<string[]> {
  const { rows } = await house.pool.query<{ told: string }>(
    `select external_match_id || ' ' || record_key as told from raw_odds_data order by id`,
  );
  return rows.map((row) => row.told);
}

async function findings(): Promise<unknown[]> {
  const { rows } = await house.pool.query<Record<string, unknown>>(
    'select error_type as type, field, error_message as message from data_quality_logs order by id',
  );
  return rows;
}

async function polls(): Promise<unknown[]> {
  const { rows } = await house.pool.query<Record<string, unknown>>(
    `select subject, answered_at is not null as answered, told_count as told, rejected_count as rejected, changed_count as changed,
       unchanged_since is not null as still, failures_in_a_row as failures from provider_polls order by subject`,
  );
  return rows;
}

describe('an answer', () => {
  it('is stored, once while it says the same, and the poll tells what it came to', async () => {
    provider.answer((_, response) => {
      says(response, told(priced(1, [bookmaker('Bet365', '2.10')])));
    });
    expect(await collect()).toEqual({
      ...{ told: 1, stored: 1, unchanged: 0, rejected: 0, changedMatches: ['1'] },
    });
    expect(await collect({ minutes: 5 })).toEqual({
      ...{ told: 1, stored: 0, unchanged: 1, rejected: 0, changedMatches: [] },
    });
    expect(await stored()).toEqual(['1 Bet365|1x2|']);
    expect(await polls()).toEqual([
      { subject: '1', answered: true, told: 1, rejected: 0, changed: 0, still: true, failures: 0 },
    ]);
  });

  it('loses no part of which no record can be made: it is a finding with its reason and its raw part, once', async () => {
    const unreadable = bookmaker('Bwin', 'evens');
    provider.answer((_, response) => {
      says(response, told(priced(1, [bookmaker('Bet365', '2.10'), unreadable])));
    });
    const first = await collect();
    expect(first.rejected).toBe(1);
    await collect({ minutes: 5 });
    const { rows } = await house.pool.query<{ table: string; reason: string; raw: string }>(
      `select table_name as table, error_message as reason, error_data ->> 'raw' as raw from data_quality_logs`,
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      table: 'raw_odds_data',
      raw: expect.stringContaining('evens') as string,
    });
  });

  it('asks a person about each record of which none can be made, and a thousand of them are one line of the queue', async () => {
    const { pool } = house;
    await pool.query(
      `insert into data_quality_logs (table_name, error_type, severity, error_message, requires_manual_review, finding_key)
       values ('matches', 'held', 'high', 'Older', true, 'older')`,
    );
    const unreadable = Array.from({ length: 1_000 }, (_, n) => bookmaker(`Book ${n}`, 'evens'));
    provider.answer((_, response) => {
      says(response, told(priced(1, unreadable)));
    });
    await collect();
    const open = { statuses: ['logged'] } as const;
    expect(await countFindings(pool, open)).toBe(1_001);
    expect(await listFindings(pool, open, 50)).toMatchObject([
      { type: 'rejected_record', source: 'api_football', table: 'raw_odds_data', alike: 1_000 },
      { message: 'Older', alike: 1 },
    ]);
    const ids = await findingIds(pool, { ...open, type: 'rejected_record', source: 'api_football' });
    await decide(pool, 'ignore', ids);
    expect(await countFindings(pool, open)).toBe(1);
    await collect({ minutes: 5 });
    expect(await countFindings(pool, open)).toBe(1);
  });

  it('loses nothing else to a record that no table can hold', async () => {
    const long = 'B'.repeat(101);
    provider.answer((_, response) => {
      says(
        response,
        told(
          priced(1, [
            bookmaker(long, '2.10'),
            bookmaker('Bet365', '2.10', [total('2.5'), total('999.999')]),
            bookmaker('Bw\u0000in', '2.10'),
          ]),
        ),
      );
    });
    expect(await collect()).toMatchObject({ told: 3, stored: 3, rejected: 2 });
    expect(await stored()).toEqual(['1 Bet365|1x2|', '1 Bet365|over_under|2.5', '1 Bw\ufffdin|1x2|']);
    expect(await findings()).toEqual([
      { type: 'rejected_record', field: 'bookmaker', message: 'bookmaker is longer than the table of odds' },
      { type: 'rejected_record', field: 'line_value', message: 'line_value is beyond the table of odds' },
    ]);
  });

  it('that tells a record twice tells it once, and the word that contradicts the first is a finding', async () => {
    const twice = [bookmaker('Bet365', '2.10'), bookmaker('Bet365', '2.10'), bookmaker('Bet365', '2.20')];
    provider.answer((_, response) => {
      says(response, told(priced(1, twice)));
    });
    expect(await collect()).toMatchObject({ told: 1, stored: 1, rejected: 1 });
    expect(await findings()).toMatchObject([{ type: 'rejected_record', field: 'Bet365|1x2|' }]);
  });

  it('with fields that the contract does not know is stored, and each of them is a finding once', async () => {
    const entry = priced(1, [bookmaker('Bet365', '2.10')], { margin: 1 });
    provider.answer((_, response) => {
      says(response, told(entry));
    });
    await collect();
    await collect({ subject: '2', minutes: 5 });
    expect(await findings()).toMatchObject([{ type: 'unknown_field', field: 'response[].margin' }]);
  });

  it('of several pages is counted as one, and what its last page tells is not taken for all', async () => {
    provider.answer(({ query }, response) => {
      const page = Number(query.get('page') ?? '1');
      const entry = priced(page, [bookmaker('Bet365', '2.10')]);
      says(response, anAnswer([entry], { paging: { current: page, total: 2 } }));
    });
    expect(await collect()).toMatchObject({ told: 2, stored: 2, changedMatches: ['1', '2'] });
    expect(await polls()).toMatchObject([{ told: 2, changed: 2, still: false }]);
  });

  it('whose second page does not come keeps its first, and asked again stores nothing twice', async () => {
    let isAway = true;
    provider.answer(({ query }, response) => {
      const page = Number(query.get('page') ?? '1');
      if (page === 2 && isAway) says(response, {}, 500);
      else {
        const entry = priced(page, [bookmaker('Bet365', '2.10')]);
        says(response, anAnswer([entry], { paging: { current: page, total: 2 } }));
      }
    });
    await expect(collect()).rejects.toThrow(DependencyAway);
    expect(await stored()).toEqual(['1 Bet365|1x2|']);
    isAway = false;
    expect(await collect({ minutes: 1 })).toMatchObject({ told: 2, stored: 1, unchanged: 1 });
    expect(await stored()).toEqual(['1 Bet365|1x2|', '2 Bet365|1x2|']);
  });
});

describe('a question that is not answered', () => {
  const faults: readonly (readonly [name: string, fault: (response: ServerResponse) => void])[] = [
    [
      'a 429',
      (response) => {
        says(response, { message: 'Too many requests' }, 429);
      },
    ],
    [
      'a 500',
      (response) => {
        says(response, {}, 500);
      },
    ],
    [
      'a body that ends in the middle',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"response": [');
      },
    ],
    ['an answer that never comes', () => undefined],
    [
      'a broken connection',
      (response) => {
        response.destroy();
      },
    ],
  ];
  it.each(faults)('for %s is an error of its subject alone', async (_, fault) => {
    provider.answer(({ query }, response) => {
      if (query.get('fixture') === '1') fault(response);
      else says(response, told(priced(2, [bookmaker('Bet365', '2.10')])));
    });
    await expect(collect({ speed: 1_000 })).rejects.toThrow('api_football');
    expect(await collect({ subject: '2' })).toMatchObject({ stored: 1 });
    expect(await polls()).toMatchObject([
      { subject: '1', answered: false, failures: 1 },
      { subject: '2', answered: true, failures: 0 },
    ]);
    const { rows } = await house.pool.query<{ endpoint: string }>(
      `select context_data ->> 'endpoint' as endpoint from error_logs`,
    );
    expect(rows).toEqual([{ endpoint: `${provider.url}/odds?fixture=1` }]);
  });

  it('for want of budget is not asked at all, which says nothing about its source', async () => {
    provider.answer((_, response) => {
      says(response, told(priced(1, [bookmaker('Bet365', '2.10')])));
    });
    const budgets = [aBudget({ perDay: 1, perMinute: 1, reserve: noReserve })];
    await collect({ budgets });
    await expect(collect({ subject: '2', budgets })).rejects.toThrow(QuotaExhausted);
    expect(provider.requests).toHaveLength(1);
    // Nor is it noted as asked: it is due again as soon as there is budget.
    expect(await polls()).toMatchObject([{ subject: '1', failures: 0 }]);
  });
});
