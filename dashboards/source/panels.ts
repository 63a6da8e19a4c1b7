/** The kinds of panel, and how each looks: a row says only what it shows. */
import * as common from '@grafana/grafana-foundation-sdk/common';
import {
  FieldColorBuilder,
  FieldColorModeId,
  type Panel,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as LinesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

export interface PanelText {
  readonly title: string;
  /** What it says, and what is bad. */
  readonly about: string;
  /** In 24ths of the width. */
  readonly width: number;
}

/** A query and the name of its lines, `{{label}}` in it. */
export type Query = readonly [expr: string, legend: string];

export interface LinesPanel extends PanelText {
  readonly unit: string;
  readonly queries: readonly Query[];
  /** On top of each other: for parts of a whole. */
  readonly stacked?: boolean;
  /** Names of lines that are a target or an earlier run. */
  readonly dashed?: RegExp;
  /** From where the ground is coloured: what is bad. */
  readonly limits?: readonly Threshold[];
  /** The unit's natural end, such as 1 of a share. */
  readonly max?: number;
}

export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };
export const LINES_HEIGHT = 8;
/** Native histograms are work for Prometheus, and half a screen shows no more. */
const MOST_POINTS = 300;
const STAT_HEIGHT = 4;
/** Grafana's names of colours: they are readable on light and dark ground. */
export const GREEN = 'green';
export const ORANGE = 'orange';
export const RED = 'red';
export const CALM = 'text';
const UNJUDGED: readonly Threshold[] = [{ value: null, color: CALM }];

/** Green up to the first limit; a limit's colour from its value on. */
export const steps = (...limits: readonly (readonly [number, string])[]): Threshold[] => [
  { value: null, color: GREEN },
  ...limits.map(([value, color]) => ({ value, color })),
];

const queriesOf = (queries: readonly Query[]) =>
  queries.map(([expr, legend], i) =>
    new DataqueryBuilder()
      .refId(String.fromCharCode('A'.charCodeAt(0) + i))
      .expr(expr)
      .legendFormat(legend)
      .range(),
  );

const thresholds = (limits: readonly Threshold[]) =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([...limits]);

export function lines(panel: LinesPanel): Panel {
  const builder = new LinesBuilder()
    .title(panel.title)
    .description(panel.about)
    .datasource(DATASOURCE)
    .targets(queriesOf(panel.queries))
    .span(panel.width)
    .height(LINES_HEIGHT)
    .interval('1s')
    .maxDataPoints(MOST_POINTS)
    .unit(panel.unit)
    .min(0)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .lineWidth(panel.stacked ? 1 : 2)
    .fillOpacity(panel.stacked ? 40 : 0)
    .showPoints(common.VisibilityMode.Never)
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder()
        .mode(common.TooltipDisplayMode.Multi)
        .sort(common.SortOrder.Descending),
    );
  if (panel.max !== undefined) builder.axisSoftMax(panel.max);
  if (panel.stacked) {
    builder.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal));
  }
  if (panel.limits) {
    const style = new common.GraphThresholdsStyleConfigBuilder();
    builder.thresholds(thresholds(panel.limits));
    builder.thresholdsStyle(style.mode(common.GraphThresholdsStyleMode.Dashed));
  }
  if (panel.dashed) {
    const style = { fill: 'dash', dash: [6, 6] };
    builder.overrideByRegexp(`/${panel.dashed.source}/`, [
      { id: 'custom.lineStyle', value: style },
    ]);
  }
  return builder.build();
}

export interface StatPanel extends PanelText {
  readonly unit: string;
  readonly query: Query;
  /** Without any, the number is not judged. */
  readonly limits?: readonly Threshold[];
  readonly mappings?: readonly ValueMapping[];
  readonly decimals?: number;
  /** The name of the line instead of its value. */
  readonly showName?: boolean;
}

export function stat(panel: StatPanel): Panel {
  const builder = new StatBuilder()
    .title(panel.title)
    .description(panel.about)
    .datasource(DATASOURCE)
    .targets(queriesOf([panel.query]))
    .span(panel.width)
    .height(STAT_HEIGHT)
    .interval('1s')
    .unit(panel.unit)
    .graphMode(common.BigValueGraphMode.None)
    .colorMode(common.BigValueColorMode.Value)
    .textMode(panel.showName ? common.BigValueTextMode.Name : common.BigValueTextMode.Value)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .thresholds(thresholds(panel.limits ?? UNJUDGED))
    .mappings([...(panel.mappings ?? [])]);
  if (panel.decimals !== undefined) builder.decimals(panel.decimals);
  return builder.build();
}

export interface TimelinePanel extends PanelText {
  readonly height: number;
  readonly queries: readonly Query[];
  readonly mappings: readonly ValueMapping[];
}

/** What holds when, as coloured bars. */
export function timeline(panel: TimelinePanel): Panel {
  return new TimelineBuilder()
    .title(panel.title)
    .description(panel.about)
    .datasource(DATASOURCE)
    .targets(queriesOf(panel.queries))
    .span(panel.width)
    .height(panel.height)
    .interval('1s')
    .unit('none')
    .mappings([...panel.mappings])
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .thresholds(thresholds(UNJUDGED))
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
        .showLegend(false),
    )
    .build();
}

/** Where times lie, second by second; `query` has either native histograms or buckets. */
export function heatMap({ title, about, width, query }: PanelText & { query: string }): Panel {
  const [target] = queriesOf([[query, '{{le}}']]);
  return new heatmap.PanelBuilder()
    .title(title)
    .description(about)
    .datasource(DATASOURCE)
    .targets([target.format(PromQueryFormat.Heatmap)])
    .span(width)
    .height(LINES_HEIGHT)
    .interval('1s')
    .maxDataPoints(MOST_POINTS)
    .unit('s')
    .calculate(false)
    .showValue(common.VisibilityMode.Never)
    .cellGap(0)
    .yAxis(new heatmap.YAxisConfigBuilder().unit('s').axisPlacement(common.AxisPlacement.Left))
    .color(
      new heatmap.HeatmapColorOptionsBuilder()
        .mode(heatmap.HeatmapColorMode.Scheme)
        // Grafana turns the schemes of one hue around for a dark ground.
        .scheme('Blues')
        .scale(heatmap.HeatmapColorScale.Exponential)
        .exponent(0.5)
        .steps(64),
    )
    .tooltip(
      new heatmap.HeatmapTooltipBuilder().mode(common.TooltipDisplayMode.Single).yHistogram(true),
    )
    .build();
}
