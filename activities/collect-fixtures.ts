import { apiFootball } from '../adapters/providers/api_football/api-football.js';
import { oddsApi } from '../adapters/providers/odds_api/odds-api.js';
import { seasonOfDate } from '../adapters/providers/read-values.js';
import { scoresApi } from '../adapters/providers/scores_api/scores-api.js';
import type { WireProvider } from '../adapters/providers/wire/endpoint.js';
import { nowBy, type SimulatedClock } from '../domain/clock/simulated-clock.js';
import { BadInput } from '../schemas/errors.js';
import {
  instant,
  seasonOfStartYear,
  seasonStartYear,
  toIso,
  type Instant,
  type Season,
} from '../schemas/values.js';
import { reach, type ProviderAccess } from './live-sources.js';

/** Where the sources of fixtures are, as the deployment is configured. */
export interface CollectFixturesDeps {
  readonly footballDataUrl: string;
  readonly openfootballUrl: string;
  readonly apiFootball: ProviderAccess;
  readonly oddsApi: ProviderAccess;
  readonly scoresApi: ProviderAccess;
}

/** A source to collect from, or one that something is missing for. */
export type FixtureSource =
  | {
      readonly kind: 'ready';
      readonly dataSource: string;
      readonly location: string;
      readonly seasons: readonly Season[];
    }
  | { readonly kind: 'missing'; readonly dataSource: string; readonly reason: string };

export interface FixtureSourcesInput {
  readonly dataSources?: readonly string[];
  /** Absent: those that are running or about to. */
  readonly seasons?: readonly Season[];
  readonly clock?: SimulatedClock;
}

const listedAheadMs = 45 * 24 * 3_600_000;

/** An activity that knows which sources of fixtures this deployment has. */
export function createCollectFixturesActivities(deps: CollectFixturesDeps) {
  const places: Readonly<Record<string, (seasons: readonly Season[]) => FixtureSource>> = {
    football_data: (seasons) => ready('football_data', deps.footballDataUrl, seasons),
    openfootball: (seasons) => ready('openfootball', deps.openfootballUrl, seasons),
    api_football: (seasons) => live(apiFootball, deps.apiFootball, seasons),
    odds_api: (seasons) => live(oddsApi, deps.oddsApi, seasons),
    scores_api: (seasons) => live(scoresApi, deps.scoresApi, seasons),
  };
  return {
    /**
     * The sources asked for, or all, in the order in which they are asked. One whose key is not set says so.
     * @throws BadInput on a source that has no fixtures.
     */
    fixtureSources(input: FixtureSourcesInput): Promise<{ sources: FixtureSource[] }> {
      const seasons = input.seasons ?? seasonsAt(nowBy(input.clock, Date.now()));
      const names = input.dataSources ?? Object.keys(places);
      return Promise.resolve({
        sources: names.map((name) => {
          const place = places[name];
          if (place !== undefined) return place(seasons);
          throw new BadInput(`${name} is no source of fixtures`, {
            setting: 'dataSources',
            advice: `Use one of: ${Object.keys(places).join(', ')}.`,
          });
        }),
      });
    },
  };
}

/** A provider that is asked over the wire: at its own address, where no other is set. */
function live(provider: WireProvider, access: ProviderAccess, seasons: readonly Season[]): FixtureSource {
  const { dataSource, defaultUrl, urlVariable } = provider;
  // A feed of scores has one address for both of its transports.
  const location = access.url?.replace(/^ws/i, 'http') ?? defaultUrl;
  if (location === null) {
    return { kind: 'missing', dataSource, reason: `${dataSource} has no address: ${urlVariable} is not set` };
  }
  const reachable = reach(provider, access);
  return reachable.kind === 'missing'
    ? { kind: 'missing', dataSource, reason: reachable.reason }
    : ready(dataSource, location, seasons);
}

const ready = (dataSource: string, location: string, seasons: readonly Season[]): FixtureSource => ({
  kind: 'ready',
  dataSource,
  location,
  seasons,
});

/** The running season; from some weeks before it begins the next one too. */
function seasonsAt(now: Instant): Season[] {
  const dayOf = (time: number): string => toIso(instant(time)).slice(0, 10);
  const running = seasonOfDate(dayOf(now));
  const soon = seasonOfDate(dayOf(now + listedAheadMs));
  return soon === running ? [running] : [running, seasonOfStartYear(seasonStartYear(running) + 1)];
}
