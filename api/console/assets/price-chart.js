import uPlot from './uplot.js';

const drawn = new WeakMap();
const probe = document.head.appendChild(document.createElement('span'));
/** The colour that a name stands for in the scheme of now: a canvas knows neither names nor schemes. */
const css = (name) => {
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
};

/** Lines of all bookmakers over the same instants; where one said nothing its line goes on. */
function aligned(series) {
  const instants = [...new Set(series.flatMap(({ points }) => points.map(([second]) => second)))].sort(
    (a, b) => a - b,
  );
  const place = new Map(instants.map((second, index) => [second, index]));
  const columns = series.map(({ points }) => {
    const column = Array(instants.length).fill(null);
    for (const [second, price] of points) column[place.get(second)] = price;
    return column;
  });
  return [instants, ...columns];
}

/** A dashed mark at kick-off, behind the lines. */
function kickOffMark(kickOff) {
  return (plot) => {
    const x = plot.valToPos(kickOff, 'x', true);
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = css('--ink');
    ctx.setLineDash([6, 4]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillStyle = css('--ink');
    ctx.font = `${12 * devicePixelRatio}px system-ui`;
    ctx.textAlign = 'right';
    ctx.fillText('kick-off', x - 6, bbox.top + 14 * devicePixelRatio);
    ctx.restore();
  };
}

/** The day, or the hour where instants lie closer; both of UTC. */
function instantWords(second, step) {
  const iso = new Date(second * 1000).toISOString();
  return step < 86_400 && !iso.endsWith('T00:00:00.000Z') ? iso.slice(11, 16) : iso.slice(5, 10);
}

function draw(place, data, leg) {
  drawn.get(place)?.destroy();
  const { series } = data.legs.find((one) => one.leg === leg);
  const columns = aligned(series);
  const [instants] = columns;
  const ends = [instants[0] ?? data.kickOff, data.kickOff, instants.at(-1) ?? data.kickOff];
  const [from, to] = [Math.min(...ends), Math.max(...ends)];
  const room = Math.max((to - from) * 0.04, 1800);
  const closing = new Set(data.closing);
  const axis = {
    stroke: css('--quiet'),
    grid: { stroke: css('--rule'), width: 1 },
    ticks: { stroke: css('--rule') },
  };
  const plot = new uPlot(
    {
      width: place.clientWidth,
      height: 260,
      tzDate: (second) => uPlot.tzDate(new Date(second * 1000), 'UTC'),
      scales: { x: { time: true, range: [from - room, to + room] } },
      axes: [
        { ...axis, values: (_, splits, __, ___, step) => splits.map((second) => instantWords(second, step)) },
        { ...axis, size: 60, values: (_, splits) => splits.map((value) => value.toFixed(2)) },
      ],
      legend: { live: false },
      cursor: { points: { size: 6 } },
      hooks: { draw: [kickOffMark(data.kickOff)] },
      series: [
        {},
        ...series.map(({ bookmaker }, index) => ({
          label: bookmaker,
          stroke: css(`--line-${(index % 6) + 1}`),
          width: 1.5,
          spanGaps: true,
          paths: uPlot.paths.stepped({ align: 1 }),
          points: {
            show: true,
            size: 6,
            filter: (self, at) => {
              const few = self.data[0].length < 4;
              return self.data[at].flatMap((value, place) =>
                value !== null && (few || closing.has(self.data[0][place])) ? [place] : [],
              );
            },
          },
        })),
      ],
    },
    columns,
    place,
  );
  drawn.set(place, plot);
}

/** Draws the price movement of the result that is chosen, in the colours of the page. */
export function drawPrices() {
  for (const place of document.querySelectorAll('[data-prices]')) {
    const data = JSON.parse(place.dataset.prices);
    const buttons = [...place.parentElement.querySelectorAll('[data-leg]')];
    const chosen = () => buttons.find((button) => button.getAttribute('aria-pressed') === 'true').dataset.leg;
    draw(place, data, chosen());
    if ('started' in place.dataset) continue;
    place.dataset.started = '';
    new ResizeObserver(() => drawn.get(place)?.setSize({ width: place.clientWidth, height: 260 })).observe(
      place,
    );
    for (const button of buttons) {
      button.addEventListener('click', () => {
        for (const other of buttons) other.setAttribute('aria-pressed', String(other === button));
        draw(place, data, chosen());
      });
    }
  }
}
