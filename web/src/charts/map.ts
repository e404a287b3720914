/** A map of the city's districts, shaded by one measure in five steps of one tone, so that it reads in grey too. */
import type { Theme } from "./theme";

export interface MapMeasure {
  id: string;
  name: string;
  unit: string;
}

export interface MapDistrict {
  code: string;
  name: string;
  link: string;
  values: Record<string, number>;
}

export interface MapData {
  city: string;
  /** Address of the GeoJSON on our own server. */
  shape: string;
  measures: MapMeasure[];
  districts: MapDistrict[];
}

export interface MapShape {
  features: { properties: { code: string; name: string } }[];
}

export interface Step {
  min: number;
  max: number;
  label: string;
}

export function mapName(data: MapData): string {
  return `city-${data.city}`;
}

/** At most five steps from 0 to the largest value, with round bounds, closed on both sides; whole numbers stay whole. */
export function steps(values: readonly number[]): Step[] {
  const top = Math.max(0, ...values);
  if (top === 0) return [{ min: 0, max: 0, label: "0" }];
  const whole = values.every(Number.isInteger);
  const width = roundUp(top / 5, whole);
  const unit = whole ? 1 : width / 10;
  const decimals = whole ? 0 : Math.max(0, -Math.floor(Math.log10(unit) + 1e-9));
  const made: Step[] = [];
  for (let low = 0; low < top + (whole ? 1 : 0) && made.length < 6; low += width) {
    const min = low === 0 ? 0 : low;
    const max = whole ? low + width - 1 : low + width;
    made.push({ min, max, label: min === max ? `${min}` : `${min.toFixed(decimals)}–${max.toFixed(decimals)}` });
  }
  return made;
}

/** The next of 1, 2, 5, 10, 20, 50 ... that is not less. */
function roundUp(value: number, whole: boolean): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const found = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= value - 1e-12) ?? 10 * power;
  return whole ? Math.max(1, Math.ceil(found)) : found;
}

export function mapChart(data: MapData, measure: string, theme: Theme) {
  const chosen = data.measures.find((one) => one.id === measure) ?? data.measures[0];
  const values = data.districts.map((district) => district.values[measure] ?? 0);
  const bounds = steps(values);
  const shades = spread(theme.ramp, bounds.length);
  const names = new Map(data.districts.map((district) => [district.code, district.name]));
  return {
    animation: false,
    aria: { enabled: true },
    textStyle: { fontFamily: theme.font },
    tooltip: {
      renderMode: "richText" as const,
      confine: true,
      formatter: (item: { name: string; value: number }) => `${names.get(item.name) ?? item.name}\n${chosen?.name ?? ""}: ${said(item.value)} ${chosen?.unit ?? ""}`,
    },
    visualMap: {
      type: "piecewise" as const,
      left: 0,
      bottom: 0,
      itemWidth: 18,
      itemHeight: 12,
      itemGap: 4,
      textStyle: { color: theme.ink, fontSize: 12 },
      pieces: bounds.map((step, index) => ({ gte: step.min, lte: step.max, label: step.label, color: shades[index] })).reverse(),
    },
    series: [
      {
        type: "map" as const,
        map: mapName(data),
        nameProperty: "code",
        roam: false,
        selectedMode: false as const,
        layoutCenter: ["52%", "50%"],
        layoutSize: "104%",
        label: { show: true, fontSize: 12, color: theme.ink, textBorderColor: theme.surface, textBorderWidth: 3, formatter: (item: { name: string }) => names.get(item.name) ?? "" },
        itemStyle: { borderColor: theme.surface, borderWidth: 1.2, areaColor: theme.ramp[0] },
        emphasis: { label: { color: theme.ink }, itemStyle: { areaColor: theme.accent, opacity: 0.55 } },
        data: data.districts.map((district) => ({ name: district.code, value: district.values[measure] ?? 0 })),
      },
    ],
  };
}

/** `count` shades spread over the ramp, from its first to its last. */
export function spread(ramp: readonly string[], count: number): string[] {
  if (count <= 1) return ramp.slice(0, 1);
  return Array.from({ length: count }, (_, index) => ramp[Math.round((index * (ramp.length - 1)) / (count - 1))] ?? "");
}

function said(value: number): string {
  return Number.isFinite(value) ? value.toLocaleString("en") : "–";
}
