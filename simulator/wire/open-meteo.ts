import { CalendarDate, instant, type Instant } from '../../schemas/values.js';
import type { Competition } from '../season/competition.js';
import type { Place, Weather } from '../season/weather.js';
import type { Telling } from './telling.js';
import type { WireAnswer, WireProvider, WireRequest } from './wire.js';
import { jsonAnswer } from './wire.js';

interface Variable {
  readonly unit: string;
  readonly of: (weather: Weather) => number;
}

const variables: Readonly<Record<string, Variable>> = {
  temperature_2m: { unit: '°C', of: ({ temperatureC }) => temperatureC },
  relative_humidity_2m: { unit: '%', of: ({ humidityPercent }) => humidityPercent },
  precipitation: { unit: 'mm', of: ({ precipitationMm }) => precipitationMm },
  wind_speed_10m: { unit: 'km/h', of: ({ windSpeedKmh }) => windSpeedKmh },
  wind_gusts_10m: { unit: 'km/h', of: ({ windGustKmh }) => windGustKmh },
  weather_code: { unit: 'wmo code', of: ({ weatherCode }) => weatherCode },
};

const hour = 3_600_000;
const day = 24 * hour;
const forecastDays = { otherwise: 7, most: 16 };
/** What was measured is published so much later. */
const archiveDelay = 2 * day;

/** Open-Meteo: the hours of some days at some places, forecast or measured. No key; an error is HTTP 400 with its reason. */
export function openMeteo({ weather }: Competition): WireProvider {
  const endpoints = new Map([
    ['/v1/forecast', (place: Place, at: Instant, now: Instant) => weather.forecast(place, at, now)],
    [
      '/v1/archive',
      (place: Place, at: Instant, now: Instant) =>
        at <= now - archiveDelay ? weather.measured(place, at) : null,
    ],
  ]);
  return {
    name: 'open_meteo',
    errorBody: JSON.stringify({
      error: true,
      reason: 'Minutely API request limit exceeded. Please try again in one minute.',
    }),
    endpointOf: (path) => (endpoints.has(path) ? path : 'unknown'),
    answer(request, telling) {
      const weatherAt = endpoints.get(request.path);
      if (weatherAt === undefined) return refused('not found', 404, 'Not Found');
      const question = readQuestion(request, telling);
      if (typeof question === 'string') return refused('question refused', 400, question);
      const answers = question.places.map((place) => ({
        ...head(place),
        hourly_units: {
          time: 'iso8601',
          ...Object.fromEntries(question.named.map(([name, { unit }]) => [name, unit])),
        },
        hourly: hourly(question, (at) => weatherAt(place, at, telling.now)),
      }));
      return jsonAnswer('answered', 200, JSON.stringify(answers.length === 1 ? answers[0] : answers));
    },
  };
}

const refused = (outcome: 'not found' | 'question refused', status: number, reason: string): WireAnswer =>
  jsonAnswer(outcome, status, JSON.stringify({ error: true, reason }));

const head = ({ latitude, longitude }: Place) => ({
  latitude,
  longitude,
  generationtime_ms: 0.25,
  utc_offset_seconds: 0,
  timezone: 'GMT',
  timezone_abbreviation: 'GMT',
  elevation: 38,
});

interface Question {
  readonly places: readonly Place[];
  readonly named: readonly (readonly [string, Variable])[];
  readonly hours: readonly Instant[];
}

function hourly(
  { named, hours }: Question,
  weatherAt: (at: Instant) => Weather | null,
): Record<string, readonly (string | number | null)[]> {
  const weathers = hours.map(weatherAt);
  return {
    time: hours.map((at) => new Date(at).toISOString().slice(0, 16)),
    ...Object.fromEntries(
      named.map(([name, { of }]) => [
        name,
        weathers.map((weather) => (weather === null ? null : of(weather))),
      ]),
    ),
  };
}

/** In which zone, format and units everything is told. */
const told: Readonly<Record<string, readonly string[]>> = {
  timezone: ['UTC', 'GMT'],
  timeformat: ['iso8601'],
  temperature_unit: ['celsius'],
  wind_speed_unit: ['kmh'],
  precipitation_unit: ['mm'],
};

/** What is asked, or the reason why it cannot be answered. */
function readQuestion({ path, query }: WireRequest, { now }: Telling): Question | string {
  const degrees = (name: string, most: number): readonly number[] =>
    (query.get(name) ?? '')
      .split(',')
      .map((text) => (text === '' ? Number.NaN : Number(text)))
      .filter((value) => Math.abs(value) <= most);
  const latitudes = degrees('latitude', 90);
  const longitudes = degrees('longitude', 180);
  if (latitudes.length === 0 || latitudes.length !== longitudes.length) {
    return "Parameter 'latitude' and 'longitude' must have the same number of elements";
  }
  const names = (query.get('hourly') ?? '').split(',').filter((name) => name !== '');
  const named = names.flatMap((name): (readonly [string, Variable])[] => {
    const variable = variables[name];
    return variable === undefined ? [] : [[name, variable]];
  });
  const unknown = names.find((name) => variables[name] === undefined);
  if (unknown !== undefined)
    return `Data corrupted at path ''. Cannot initialize from invalid String value ${unknown}.`;
  const other = Object.entries(told).find(([name, texts]) => {
    const asked = query.get(name);
    return asked !== null && !texts.includes(asked);
  });
  if (other !== undefined) return `The simulator tells ${other[0]} as ${other[1].join(' or ')} alone`;
  const days = daysOf(path, query, now);
  if (typeof days === 'string') return days;
  const hours = Array.from({ length: (days.to - days.from) / hour + 24 }, (_, index) =>
    instant(days.from + index * hour),
  );
  return {
    places: latitudes.map((latitude, index) => ({ latitude, longitude: longitudes[index] ?? 0 })),
    named,
    hours,
  };
}

interface Days {
  /** The first instants of the first and the last day. */
  readonly from: number;
  readonly to: number;
}

const longestSpan = 370 * day;

function daysOf(path: string, query: URLSearchParams, now: Instant): Days | string {
  const written = [query.get('start_date'), query.get('end_date')].map((text) =>
    CalendarDate.safeParse(text),
  );
  const today = Math.floor(now / day) * day;
  if (query.has('start_date') || query.has('end_date')) {
    const [from, to] = written;
    if (from?.success !== true || to?.success !== true)
      return "Parameter 'start_date' and 'end_date' must be dates";
    const days = { from: Date.parse(from.data), to: Date.parse(to.data) };
    if (days.to < days.from) return 'End-date must be larger or equals than start-date';
    if (days.to - days.from > longestSpan) return 'The simulator tells 370 days at a time';
    return path === '/v1/forecast' && days.to > today + (forecastDays.most - 1) * day
      ? "Parameter 'end_date' is out of allowed range"
      : days;
  }
  if (path === '/v1/archive') return "Parameter 'start_date' and 'end_date' must be set";
  const ahead = Number(query.get('forecast_days') ?? forecastDays.otherwise);
  const past = Number(query.get('past_days') ?? 0);
  if (!Number.isInteger(ahead) || ahead < 1 || ahead > forecastDays.most) {
    return `Forecast days is invalid. Allowed range 1 to ${forecastDays.most}`;
  }
  if (!Number.isInteger(past) || past < 0 || past > 92) return 'Past days is invalid. Allowed range 0 to 92';
  return { from: today - past * day, to: today + (ahead - 1) * day };
}
