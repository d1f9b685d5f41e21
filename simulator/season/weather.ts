import type { Instant } from '../../schemas/values.js';
import { instant } from '../../schemas/values.js';
import { randomStream } from '../random.js';

/** A point on earth, in degrees. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** The weather of one hour at one place. */
export interface Weather {
  readonly temperatureC: number;
  readonly humidityPercent: number;
  readonly precipitationMm: number;
  readonly windSpeedKmh: number;
  readonly windGustKmh: number;
  /** The WMO's code of present weather: clear 0, cloudy 1 to 3, rain 61 to 65, snow 71. */
  readonly weatherCode: number;
}

const hour = 3_600_000;
const day = 24 * hour;
const forecastRun = 6 * hour;

const round1 = (value: number): number => Math.round(value * 10) / 10 + 0;
const within = (least: number, value: number, most: number): number => Math.min(Math.max(value, least), most);

/** What is drawn for a place and a day: shifts of temperature, wind and cloud, of unit size. */
interface Shifts {
  readonly warmth: number;
  readonly wind: number;
  readonly cloud: number;
}

/** What was drawn, remembered: one run asks for the same days many times. */
export class WeatherOfSeed {
  readonly #seed: number;
  readonly #drawn = new Map<string, Shifts>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** The weather as it is in the hour that begins at an instant. */
  measured(place: Place, at: Instant): Weather {
    return weatherOf(place, at, this.#shiftsAt(place, at));
  }

  /**
   * The weather of an hour as it is forecast at an instant: by the last of the runs of every six hours, and the worse the farther ahead. What
   * has passed is told as it was.
   */
  forecast(place: Place, at: Instant, issuedAt: Instant): Weather {
    const run = Math.floor(issuedAt / forecastRun) * forecastRun;
    if (at + hour <= issuedAt) return this.measured(place, at);
    const error = 0.12 * Math.sqrt(Math.max(0, at - run) / forecastRun);
    const truth = this.#shiftsAt(place, at);
    const astray = this.#draw(place, Math.floor(at / day), run);
    return weatherOf(place, at, {
      warmth: truth.warmth + error * astray.warmth,
      wind: truth.wind + error * astray.wind,
      cloud: truth.cloud + error * astray.cloud,
    });
  }

  /** Between the draws of the day and of the next, so that no midnight jumps. */
  #shiftsAt(place: Place, at: Instant): Shifts {
    const today = Math.floor(at / day);
    const part = at / day - today;
    const from = this.#draw(place, today, 0);
    const to = this.#draw(place, today + 1, 0);
    const between = (what: keyof Shifts): number => from[what] * (1 - part) + to[what] * part;
    return { warmth: between('warmth'), wind: between('wind'), cloud: between('cloud') };
  }

  #draw({ latitude, longitude }: Place, ofDay: number, run: number): Shifts {
    const key = `${latitude.toFixed(2)} ${longitude.toFixed(2)} ${ofDay} ${run}`;
    const known = this.#drawn.get(key);
    if (known !== undefined) return known;
    if (this.#drawn.size > mostRemembered) this.#drawn.clear();
    const random = randomStream(this.#seed, 'weather', key);
    const drawn = { warmth: random.normal(), wind: random.normal(), cloud: random.normal() };
    this.#drawn.set(key, drawn);
    return drawn;
  }
}

const mostRemembered = 50_000;

function weatherOf({ latitude, longitude }: Place, at: Instant, { warmth, wind, cloud }: Shifts): Weather {
  const date = new Date(at);
  const dayOfYear = (at - Date.UTC(date.getUTCFullYear(), 0, 1)) / day;
  const hourOfDay = date.getUTCHours() + longitude / 15;
  const season = 7.5 * Math.cos((2 * Math.PI * (dayOfYear - 200)) / 365);
  const time = 3 * Math.cos((2 * Math.PI * (hourOfDay - 15)) / 24);
  const temperatureC = round1(10.5 - 0.4 * (latitude - 52) + season + time + 3 * warmth);
  const precipitationMm = round1(Math.max(0, 2.2 * (cloud - 0.9)));
  const windSpeedKmh = round1(14 * Math.exp(0.45 * wind));
  return {
    temperatureC,
    humidityPercent: Math.round(within(25, 74 + 9 * cloud - time * 2, 100)),
    precipitationMm,
    windSpeedKmh,
    windGustKmh: round1(windSpeedKmh * 1.7),
    weatherCode: codeOf(precipitationMm, temperatureC, cloud),
  };
}

function codeOf(precipitationMm: number, temperatureC: number, cloud: number): number {
  if (precipitationMm > 0 && temperatureC < 0.5) return 71;
  if (precipitationMm > 0) return precipitationMm < 1 ? 61 : precipitationMm < 3 ? 63 : 65;
  return Math.round(within(0, cloud + 2, 3));
}

/** The beginning of the hour that an instant lies in. */
export const hourOf = (at: Instant): Instant => instant(Math.floor(at / hour) * hour);
