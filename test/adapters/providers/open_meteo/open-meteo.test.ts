import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archive, forecast, openMeteo } from '../../../../adapters/providers/open_meteo/open-meteo.js';
import { ask } from '../../../../adapters/providers/wire/ask.js';
import { BadInput, ContractBroken, DependencyAway, QuotaExhausted } from '../../../../schemas/errors.js';
import { ToldWeather } from '../../../../schemas/records/live.js';
import { CalendarDate, instantFromIso } from '../../../../schemas/values.js';
import { startLocalServer, type LocalServer } from '../../../support/local-server.js';
import { openMeteoPayload } from '../../../support/open-meteo-payload.js';

const now = instantFromIso('2024-08-20T22:40:30Z');
const place = { latitude: 51.555, longitude: -0.1085 };
const query = {
  ...place,
  from: CalendarDate.parse('2024-08-20'),
  to: CalendarDate.parse('2024-08-20'),
};
const read = (body: unknown) => forecast.read(body, forecast.request(query), now);
const failureOf = (body: unknown): unknown => {
  try {
    return read(body);
  } catch (error) {
    return error;
  }
};
const payload = openMeteoPayload(3);
const withColumn = (name: string, values: unknown) => ({
  ...payload,
  hourly: { ...payload.hourly, [name]: values },
});

describe('the weather that is asked for', () => {
  it('is that of a place and of days, by the hour, in our units and in UTC', () => {
    expect(forecast.request(query)).toEqual({
      path: '/v1/forecast',
      parameters: {
        latitude: '51.555',
        longitude: '-0.1085',
        hourly:
          'temperature_2m,relative_humidity_2m,precipitation,weather_code,wind_speed_10m,wind_gusts_10m',
        start_date: '2024-08-20',
        end_date: '2024-08-20',
        timezone: 'UTC',
        timeformat: 'iso8601',
        temperature_unit: 'celsius',
        wind_speed_unit: 'kmh',
        precipitation_unit: 'mm',
      },
      cost: 1,
    });
    expect(forecast.request({ ...place, forecastDays: 3 }).parameters).toMatchObject({ forecast_days: '3' });
    expect(archive.request(query).path).toBe('/v1/archive');
  });

  it('costs a call for each two weeks', () => {
    const costUntil = (to: string) => archive.request({ ...query, to: CalendarDate.parse(to) }).cost;
    expect(['2024-09-02', '2024-09-03', '2024-09-17'].map(costUntil)).toEqual([1, 2, 3]);
  });
});

describe('an answer', () => {
  it('is a record an hour, of the place that was asked for, with what stood there as it came', () => {
    const { told, rejected, unknownFields, next } = read(payload);
    expect(told).toHaveLength(3);
    expect([rejected, unknownFields, next]).toEqual([[], [], null]);
    expect(told[1]).toEqual({
      record: {
        ...place,
        at: instantFromIso('2024-08-20T01:00:00Z'),
        basis: 'forecast',
        temperatureC: 14.75,
        windSpeedKmh: 11.8,
        windGustKmh: 25.1,
        precipitationMm: 0,
        humidityPercent: 61,
        weatherCode: 3,
      },
      raw: {
        time: '2024-08-20T01:00',
        temperature_2m: 14.75,
        relative_humidity_2m: 61,
        precipitation: 0,
        weather_code: 3,
        wind_speed_10m: 11.8,
        wind_gusts_10m: 25.1,
        latitude: 51.56,
        longitude: -0.1,
      },
    });
    for (const { record } of told) expect(ToldWeather.safeParse(record).success).toBe(true);
  });

  it('of the archive was measured', () => {
    const [first] = archive.read(payload, archive.request(query), now).told;
    expect(first?.record.basis).toBe('measured');
  });

  it('may have no value at an hour', () => {
    const { told, rejected } = read(withColumn('wind_gusts_10m', [24, null, 26]));
    expect(told.map(({ record }) => record.windGustKmh)).toEqual([24, null, 26]);
    expect(rejected).toEqual([]);
  });

  it('loses no hour to a column that is too short or too long: they are rejected where it ends', () => {
    expect(read(withColumn('precipitation', [0.4, 0])).rejected).toMatchObject([
      { field: 'hourly.precipitation[2]', text: '' },
    ]);
    const { told, rejected } = read(withColumn('precipitation', [0.4, 0, 0, 0.1]));
    expect(told).toHaveLength(3);
    expect(rejected).toMatchObject([{ field: 'hourly.time[3]', raw: { precipitation: 0.1 } }]);
  });

  it.each([
    ['time', '2024-02-30T01:00', 'is not a time'],
    ['time', '2024-08-20T01:30', 'is not a full hour, as in 2024-08-20T19:00'],
    ['precipitation', -0.1, undefined],
    ['relative_humidity_2m', 101, undefined],
    ['weather_code', 2.5, undefined],
    ['wind_speed_10m', '12', undefined],
    ['temperature_2m', Number.POSITIVE_INFINITY, undefined],
  ])('rejects the hour in which %s is %s, and tells the others', (name, value, reason) => {
    const columns: Readonly<Record<string, readonly unknown[]>> = payload.hourly;
    const { told, rejected } = read(withColumn(name, (columns[name] ?? []).with(1, value)));
    expect(told).toHaveLength(2);
    expect(rejected).toMatchObject([
      { field: `hourly.${name}[1]`, ...(reason === undefined ? {} : { reason }) },
    ]);
  });

  it('keeps columns that nobody asked for with their hour, and tells their names', () => {
    const { told, unknownFields } = read({ ...withColumn('snow_depth', [0, 1, 2]), model: 'x' });
    expect(told[2]?.raw).toMatchObject({ snow_depth: 2 });
    expect(unknownFields).toEqual(['hourly.snow_depth', 'model']);
  });

  it('breaks the contract in other units, in another zone, or without a variable that was asked for', () => {
    const fahrenheit = { ...payload, hourly_units: { ...payload.hourly_units, temperature_2m: '°F' } };
    expect(failureOf(fahrenheit)).toBeInstanceOf(ContractBroken);
    expect(failureOf(fahrenheit)).toMatchObject({ subject: { field: 'hourly_units.temperature_2m' } });
    expect(failureOf({ ...payload, utc_offset_seconds: 3_600 })).toBeInstanceOf(ContractBroken);
    expect(failureOf(withColumn('weather_code', undefined))).toBeInstanceOf(ContractBroken);
    expect(failureOf([payload])).toBeInstanceOf(ContractBroken);
  });
});

describe('a refusal', () => {
  let server: LocalServer;
  beforeAll(async () => {
    server = await startLocalServer();
  });
  afterAll(() => server.close());
  const refusedWith = async (status: number, body: object): Promise<unknown> => {
    server.answer((_request, response) => response.writeHead(status).end(JSON.stringify(body)));
    const connection = { provider: openMeteo, url: server.url, key: undefined, clock: () => now };
    return ask(connection, forecast, query)
      .next()
      .catch((error: unknown) => error);
  };

  it('is of the question where it says what is wrong with it, whatever the status', async () => {
    for (const status of [400, 200]) {
      const error = await refusedWith(status, { error: true, reason: 'Latitude must be in range' });
      expect(error).toBeInstanceOf(BadInput);
      expect(String(error)).toContain('Latitude must be in range');
    }
  });

  it.each([
    ['Minutely API request limit exceeded. Please try again in one minute.', '2024-08-20T22:41:30Z'],
    ['Hourly API request limit exceeded. Please try again in the next hour.', '2024-08-20T23:00:00Z'],
    ['Daily API request limit exceeded. Please try again tomorrow.', '2024-08-21T00:00:00Z'],
    ['Too many concurrent requests', '2024-08-20T22:41:30Z'],
  ])('is of the quota until the period ends: %s', async (reason, until) => {
    const error = await refusedWith(429, { error: true, reason });
    expect(error).toBeInstanceOf(QuotaExhausted);
    expect(error).toMatchObject({ retryAt: instantFromIso(until), subject: { httpStatus: 429 } });
  });

  it('of a server in trouble is for later, whatever it says', async () => {
    expect(await refusedWith(500, { error: true, reason: 'Internal' })).toBeInstanceOf(DependencyAway);
  });
});
