/** Draws the overview's map and curves from the JSON that the page carries; runs only on pages with charts. */
import { BarChart, LineChart, MapChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

import { curve, type CurveData } from "./charts/curve";
import { mapChart, mapName, type MapData, type MapShape } from "./charts/map";
import { readTheme } from "./charts/theme";

echarts.use([AriaComponent, BarChart, CanvasRenderer, GridComponent, LegendComponent, LineChart, MapChart, TooltipComponent, VisualMapComponent]);

type Draw = (chart: echarts.ECharts) => Promise<void> | void;

for (const box of document.querySelectorAll<HTMLElement>("[data-chart]")) {
  const data: unknown = JSON.parse(document.getElementById(box.dataset["source"] ?? "")?.textContent ?? "null");
  if (data) void start(box, box.dataset["chart"] === "map" ? drawMap(box, data as MapData) : drawCurve(data as CurveData));
}

async function start(box: HTMLElement, draw: Draw): Promise<void> {
  const chart = echarts.init(box, undefined, { renderer: "canvas" });
  await draw(chart);
  box.dataset["drawn"] = "";
  new ResizeObserver(() => chart.resize()).observe(box);
}

function drawCurve(data: CurveData): Draw {
  return (chart) => chart.setOption(curve(data, readTheme()));
}

/** The outlines come from our own server; where the city has none, the box goes and the table stays. */
function drawMap(box: HTMLElement, data: MapData): Draw {
  return async (chart) => {
    const answer = await fetch(data.shape);
    if (!answer.ok) {
      box.hidden = true;
      return;
    }
    const shape = (await answer.json()) as MapShape;
    echarts.registerMap(mapName(data), shape as unknown as Parameters<typeof echarts.registerMap>[1]);
    const show = (measure: string): void => chart.setOption(mapChart(data, measure, readTheme()), { notMerge: true });
    const choices = document.querySelectorAll<HTMLInputElement>("input[data-measure]");
    for (const choice of choices) choice.addEventListener("change", () => choice.checked && show(choice.value));
    show([...choices].find((choice) => choice.checked)?.value ?? data.measures[0]?.id ?? "");
    chart.on("click", (event) => {
      const link = data.districts.find((district) => district.code === event.name)?.link;
      if (link) window.location.assign(link);
    });
  };
}
