import { z } from 'zod';
import { BadInput, InvariantBroken, QuotaExhausted, type TouchlineError } from '../../../schemas/errors.js';
import type { ToldWeather } from '../../../schemas/records/live.js';
import { instant, type CalendarDate, type Instant } from '../../../schemas/values.js';
import type { Endpoint, WireProvider, WireRequest } from '../wire/endpoint.js';
import { nextDay } from '../wire/refusals.js';
import { Refusal, units } from './contract.js';
import { readHours, type Place } from './read-hours.js';

/** Days of UTC, both included: every hour of each is told. */
interface Days {
  readonly from: CalendarDate;
  readonly to: CalendarDate;
}

/** A forecast is of named days, or of so many from today on (16 at most). */
export type ForecastQuery = Place & (Days | { readonly forecastDays: number });
export type ArchiveQuery = Place & Days;

const provider = (defaultUrl: string, urlVariable: string): WireProvider => ({
  dataSource: 'open_meteo',
  defaultUrl,
  urlVariable,
  keyVariable: null,
  carryKey: () => ({ headers: {}, parameters: {} }),
  // It tells no quota; 10,000 calls a day, 5,000 an hour, 600 a minute are free (https://open-meteo.com/en/pricing).
  quotaOf: () => ({ remainingToday: null, remainingThisMinute: null, used: null, lastCost: null }),
  readRefusal: (status, body, now) => (status < 500 ? refusalOf(status, body, now) : undefined),
});

export const openMeteo = provider('https://api.open-meteo.com', 'OPEN_METEO_URL');
/** The weather of the past has a server of its own. */
export const openMeteoArchive = provider('https://archive-api.open-meteo.com', 'OPEN_METEO_ARCHIVE_URL');

/** https://open-meteo.com/en/docs */
export const forecast: Endpoint<ForecastQuery, ToldWeather> = {
  kind: 'weather',
  request: (query) =>
    'forecastDays' in query
      ? request('/v1/forecast', query, { forecast_days: String(query.forecastDays) }, query.forecastDays)
      : request('/v1/forecast', query, dayParameters(query), daysIn(query)),
  read: (body, asked, now) => read(body, asked, now, 'forecast'),
};

/** https://open-meteo.com/en/docs/historical-weather-api: a reanalysis, complete some five days after the fact. */
export const archive: Endpoint<ArchiveQuery, ToldWeather> = {
  kind: 'weather',
  request: (query) => request('/v1/archive', query, dayParameters(query), daysIn(query)),
  read: (body, asked, now) => read(body, asked, now, 'measured'),
};

/** What is more than two weeks counts as several calls (https://open-meteo.com/en/pricing). */
function request(
  path: string,
  { latitude, longitude }: Place,
  when: Readonly<Record<string, string>>,
  days: number,
): WireRequest {
  return {
    path,
    parameters: {
      latitude: String(latitude),
      longitude: String(longitude),
      hourly: Object.keys(units).join(','),
      ...when,
      timezone: 'UTC',
      timeformat: 'iso8601',
      temperature_unit: 'celsius',
      wind_speed_unit: 'kmh',
      precipitation_unit: 'mm',
    },
    cost: Math.max(1, Math.ceil(days / 14)),
  };
}

const dayParameters = ({ from, to }: Days) => ({ start_date: from, end_date: to });
const daysIn = ({ from, to }: Days): number => 1 + (Date.parse(to) - Date.parse(from)) / 86_400_000;

function read(body: unknown, asked: WireRequest, now: Instant, basis: ToldWeather['basis']) {
  const refused = refusalOf(200, body, now);
  if (refused !== undefined) throw refused;
  const place = AskedPlace.safeParse(asked.parameters);
  if (!place.success)
    throw new InvariantBroken('The weather was asked for at no place', { object: asked.path });
  return readHours(body, place.data, basis);
}

const AskedPlace = z.object({
  latitude: z.coerce.number().min(-90).max(90),
  longitude: z.coerce.number().min(-180).max(180),
});

const minute = 60_000;

/** A limit that is reached is told in words, by the period whose end lifts it. */
function refusalOf(httpStatus: number, body: unknown, now: Instant): TouchlineError | undefined {
  const refused = Refusal.safeParse(body);
  if (!refused.success) return undefined;
  const { reason } = refused.data;
  const message = `open_meteo refuses the request: ${reason.slice(0, 200)}`;
  if (!/limit exceeded|too many/i.test(reason)) {
    return new BadInput(message, { httpStatus, advice: 'Check the place and the days that are asked for.' });
  }
  const hour = 60 * minute;
  const endOfHour = instant((Math.floor(now / hour) + 1) * hour);
  const until = /daily/i.test(reason)
    ? nextDay(now)
    : /hourly/i.test(reason)
      ? endOfHour
      : instant(now + minute);
  return new QuotaExhausted(
    message,
    { httpStatus, advice: 'Wait; the weather is asked for again by itself.' },
    until,
  );
}
