import type { Series } from '../clean-week.js';

/** What processes exported, looked at again and again; times in minutes from the first look. */
export class RecordedSeries {
  readonly #looks = new Map<string, { readonly minute: number; readonly value: number }[]>();
  readonly #wanted: ReadonlySet<string>;

  /** @param wanted the names of the series that are kept */
  constructor(wanted: ReadonlySet<string>) {
    this.#wanted = wanted;
  }

  /**
   * Notes what a process exports in Prometheus' text format.
   * @param converted makes of a value what it is by the time of the looks
   */
  note(
    minute: number,
    instance: string,
    text: string,
    converted: (name: string, value: number) => number = (_, value) => value,
  ): void {
    for (const [, name = '', labels = '', number = ''] of text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)) {
      const value = Number(number);
      if (!this.#wanted.has(name) || !Number.isFinite(value)) continue;
      const series = `${name}{${labels === '' ? '' : `${labels},`}instance="${instance}",job="touchline"}`;
      const looks = this.#looks.get(series) ?? [];
      looks.push({ minute, value: converted(name, value) });
      this.#looks.set(series, looks);
    }
  }

  get names(): ReadonlySet<string> {
    return new Set([...this.#looks.keys()].map((series) => series.slice(0, series.indexOf('{'))));
  }

  /** The series as promtool reads them, one value for each so many minutes: that of the last look, as between two looks nothing happened. */
  over(minutes: number, everyMinutes: number): readonly Series[] {
    const count = Math.floor(minutes / everyMinutes) + 1;
    return [...this.#looks].map(([series, looks]) => {
      const parts: string[] = [];
      let at = 0;
      for (const [index, { minute, value }] of looks.entries()) {
        const from = Math.ceil(minute / everyMinutes);
        const to = Math.min(count, Math.ceil((looks[index + 1]?.minute ?? Infinity) / everyMinutes));
        if (from > at && index === 0) parts.push(`_x${from}`);
        if (to > from) parts.push(to - from === 1 ? String(value) : `${value}+0x${to - from - 1}`);
        at = to;
      }
      return { series, values: parts.join(' ') };
    });
  }
}
