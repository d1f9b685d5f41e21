import { z } from 'zod';
import { entries, readBody } from '../../adapters/providers/wire/contract.js';
import type { Endpoint, WireProvider } from '../../adapters/providers/wire/endpoint.js';
import { unknownFields } from '../../adapters/providers/wire/unknown-fields.js';

const numberOf = (text: string | null): number | null => (text === null ? null : Number(text));

/** A provider that is none: its key goes with the query as `apiKey`, its quota is told in two headers. */
export const queryKeyed: WireProvider = {
  dataSource: 'example',
  defaultUrl: 'http://127.0.0.1:1',
  urlVariable: 'EXAMPLE_URL',
  keyVariable: 'EXAMPLE_KEY',
  carryKey: (key) => ({ headers: {}, parameters: { apiKey: key } }),
  quotaOf: (headers) => ({
    remainingToday: numberOf(headers.get('x-day')),
    remainingThisMinute: numberOf(headers.get('x-minute')),
    used: null,
    lastCost: null,
  }),
};

/** The same with its key in a header. */
export const headerKeyed: WireProvider = {
  ...queryKeyed,
  carryKey: (key) => ({ headers: { 'x-example-key': key }, parameters: {} }),
};

const Body = z.object({ page: z.number(), of: z.number(), items: z.array(z.unknown()) });
const Item = z.object({ id: z.number() });

/** Items by page, `/items?page=1`. */
export const items: Endpoint<{ readonly league: string }, number> = {
  kind: 'fixtures',
  request: ({ league }) => ({ path: '/items', parameters: { league, page: '1' }, cost: 1 }),
  read: (body, request) => {
    const { page, of, items: list } = readBody(body, Body, 'example');
    return {
      ...entries(list, { place: 'items', shape: Item, toRecord: ({ id }) => ({ record: id }) }),
      unknownFields: unknownFields(Body.extend({ items: z.array(Item) }), body),
      next: page < of ? { ...request, parameters: { ...request.parameters, page: String(page + 1) } } : null,
    };
  },
};
