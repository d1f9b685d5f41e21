import { z } from 'zod';
import { archive, forecast } from '../../adapters/providers/open_meteo/open-meteo.js';
import type { Answer } from '../../adapters/providers/wire/endpoint.js';
import { ToldWeather } from '../../schemas/records/live.js';
import { CalendarDate, instantFromIso } from '../../schemas/values.js';
import { lostEntries, type FuzzedParser } from './fuzz-parser.js';
import { openMeteoPayload } from './open-meteo-payload.js';

const now = instantFromIso('2024-08-20T12:00:00Z');

const day = CalendarDate.parse('2024-08-20');
const weather = { latitude: 51.555, longitude: -0.1085, from: day, to: day };
const Columns = z.object({ hourly: z.record(z.string(), z.unknown()) });
/** As many hours as the longest of the columns that were asked for. */
const hoursIn = (body: unknown): readonly unknown[] =>
  Object.entries(Columns.parse(body).hourly)
    .filter(([name]) => Object.hasOwn(openMeteoPayload(0).hourly, name))
    .map(([, column]) => z.array(z.unknown()).parse(column))
    .reduce((longest, column) => (column.length > longest.length ? column : longest), []);

const lost = (body: unknown, answer: Answer<unknown>) => lostEntries(hoursIn(body), answer);
const withColumn = (temperatures: unknown) => {
  const payload = openMeteoPayload(24);
  return { ...payload, hourly: { ...payload.hourly, temperature_2m: temperatures } };
};

/** The parsers of Open-Meteo. Most mutations of a whole answer break its units or columns, so a column has cases of its own. */
export const fuzzedOpenMeteo: readonly FuzzedParser[] = [
  ...[forecast, archive].map((endpoint) => ({
    name: `open_meteo ${endpoint.request(weather).path}`,
    samples: [openMeteoPayload(24), openMeteoPayload(3)],
    read: (body: unknown) => endpoint.read(body, endpoint.request(weather), now),
    record: ToldWeather,
    lost,
  })),
  {
    name: 'open_meteo a column of these',
    samples: [openMeteoPayload(24).hourly.temperature_2m],
    read: (column) => forecast.read(withColumn(column), forecast.request(weather), now),
    record: ToldWeather,
    lost: (column, answer) => lost(withColumn(column), answer),
  },
];
