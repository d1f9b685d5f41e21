import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  DashboardBuilder,
  RowBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type Panel as BuiltPanel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import {
  LegendPlacement,
  ReduceDataOptionsBuilder,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge';
import { PanelBuilder as Gauge } from '@grafana/grafana-foundation-sdk/gauge';
import { PanelBuilder as Heatmap } from '@grafana/grafana-foundation-sdk/heatmap';
import { PanelBuilder as Pie, PieChartLegendOptionsBuilder } from '@grafana/grafana-foundation-sdk/piechart';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as States } from '@grafana/grafana-foundation-sdk/statushistory';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as Trend } from '@grafana/grafana-foundation-sdk/timeseries';

/** The data source that is provisioned beside the dashboards. */
export const dataSource = { type: 'prometheus', uid: 'touchline-prometheus' } as const;

/** How a panel shows its answer. All but trend, heatmap and states show one moment. */
type Kind = 'stat' | 'pie' | 'gauge' | 'bars' | 'table' | 'trend' | 'heatmap' | 'states';

export interface Panel {
  readonly title: string;
  readonly kind: Kind;
  /** What is asked of Prometheus, by the name that its series get: `{{table_name}}`. */
  readonly queries: Readonly<Record<string, string>>;
  /** As Grafana names units: `s`, `percent`, `percentunit`, `bytes`, `short`. */
  readonly unit?: string;
  /** Where the colour changes from red to yellow and from yellow to green, for what is better the higher it is. */
  readonly goodAbove?: { readonly yellow: number; readonly green: number };
  /** Columns of 24. */
  readonly width?: number;
}

/** A heading and the panels under it. */
export interface Group {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  /** Of the written file. */
  readonly file: string;
  readonly description: string;
  /** One group has no heading. */
  readonly groups: readonly Group[];
}

const legend = () => new VizLegendOptionsBuilder().showLegend(true).placement(LegendPlacement.Bottom);
/** What a series comes to where one number is shown of it. */
const latest = () => new ReduceDataOptionsBuilder().calcs(['lastNotNull']);

const builders = {
  stat: () => new Stat().reduceOptions(latest()),
  pie: () => new Pie().reduceOptions(latest()).legend(new PieChartLegendOptionsBuilder().showLegend(true)),
  gauge: () => new Gauge().reduceOptions(latest()),
  bars: () => new BarGauge().reduceOptions(latest()),
  table: () => new Table(),
  trend: () => new Trend().legend(legend()),
  heatmap: () => new Heatmap().calculate(false),
  states: () => new States(),
} as const satisfies Readonly<Record<Kind, () => Builder<BuiltPanel>>>;

const overTime: readonly Kind[] = ['trend', 'heatmap', 'states'];
const panelHeight = 8;

function panelOf({ title, kind, queries, unit, goodAbove, width = 12 }: Panel): Builder<BuiltPanel> {
  const panel = builders[kind]()
    .title(title)
    .datasource(dataSource)
    .unit(unit ?? 'short')
    .height(panelHeight)
    .span(width)
    .targets(
      Object.entries(queries).map(([legend, expr], place) => {
        const query = new DataqueryBuilder()
          .refId(String.fromCharCode('A'.charCodeAt(0) + place))
          .expr(expr)
          .legendFormat(legend);
        if (overTime.includes(kind)) return query.range();
        return kind === 'table' ? query.instant().format(PromQueryFormat.Table) : query.instant();
      }),
    );
  if (goodAbove === undefined) return panel;
  return panel.thresholds(
    new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
      { value: null, color: 'red' },
      { value: goodAbove.yellow, color: 'yellow' },
      { value: goodAbove.green, color: 'green' },
    ]),
  );
}

/** The dashboard as Grafana reads it. */
export function built({ uid, title, description, groups }: Dashboard): object {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- its successor makes what only Grafana 12 and later read from files
  const dashboard = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['touchline'])
    .timezone('utc')
    .time({ from: 'now-24h', to: 'now' })
    .refresh('1m')
    .readonly();
  for (const group of groups) {
    if (groups.length > 1) dashboard.withRow(new RowBuilder(group.title));
    for (const panel of group.panels) dashboard.withPanel(panelOf(panel));
  }
  return dashboard.build();
}
