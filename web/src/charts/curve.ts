/** Curves over days: lines for colours, bars for new cases. Every line has its own dash and mark, for grey paper. */
import type { Theme } from "./theme";

export interface CurveSeries {
  id: string;
  name: string;
  kind: "line" | "bar";
  /** A name of the theme's colours. */
  colour: "red" | "yellow" | "green" | "unknown" | "accent" | "muted";
  /** One value a day; null where that day was not judged. */
  values: (number | null)[];
  /** Bars of one stack stand on each other. */
  stack?: string;
  /** True: counted on the right-hand axis. */
  second?: boolean;
}

export interface CurveData {
  days: string[];
  series: CurveSeries[];
  unit: string;
}

const DASHES = { red: "solid", yellow: [7, 4], green: "solid", unknown: [2, 3], accent: "solid", muted: [2, 3] } as const;
const MARKS = { red: "rect", yellow: "triangle", green: "circle", unknown: "diamond", accent: "circle", muted: "diamond" } as const;

export function curve(data: CurveData, theme: Theme) {
  const label = { color: theme.muted, fontFamily: theme.font, fontSize: 12 };
  const axis = (right: boolean) => ({
    type: "value" as const,
    minInterval: 1,
    position: right ? ("right" as const) : ("left" as const),
    axisLabel: { ...label, hideOverlap: true },
    splitLine: { show: !right, lineStyle: { color: theme.line } },
  });
  const twoAxes = data.series.some((series) => series.second);
  return {
    animation: false,
    aria: { enabled: true, decal: { show: data.series.filter((series) => series.kind === "bar").length > 1 } },
    textStyle: { fontFamily: theme.font },
    grid: { left: 8, right: twoAxes ? 8 : 20, top: 40, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 26, textStyle: { color: theme.ink, fontSize: 13 } },
    // Rich text is drawn on the canvas; an HTML tooltip would need inline styles, which our pages forbid.
    tooltip: { trigger: "axis" as const, renderMode: "richText" as const, confine: true, valueFormatter: (value: unknown) => said(value, data.unit) },
    xAxis: { type: "category" as const, data: data.days, axisLabel: { ...label, hideOverlap: true }, axisTick: { alignWithLabel: true }, axisLine: { lineStyle: { color: theme.line } } },
    yAxis: twoAxes ? [axis(false), axis(true)] : axis(false),
    series: data.series.map((series) => oneSeries(series, data.days.length, theme)),
  };
}

function oneSeries(series: CurveSeries, days: number, theme: Theme) {
  const colour = theme[series.colour];
  const common = { name: series.name, data: series.values, color: colour, yAxisIndex: series.second ? 1 : 0 };
  if (series.kind === "bar") {
    return { ...common, type: "bar" as const, barMaxWidth: 28, itemStyle: { borderColor: theme.surface, borderWidth: 0.5 }, ...(series.stack ? { stack: series.stack } : {}) };
  }
  return {
    ...common,
    type: "line" as const,
    symbol: MARKS[series.colour],
    symbolSize: days > 40 ? 4 : 7,
    lineStyle: { color: colour, width: 2, type: DASHES[series.colour] as "solid" },
    connectNulls: true,
  };
}

function said(value: unknown, unit: string): string {
  return typeof value === "number" ? `${value.toLocaleString("en")}${unit}` : "–";
}
