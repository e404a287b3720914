import { describe, expect, it } from "vitest";

import { curve } from "../src/charts/curve";

const theme = { ramp: [], font: "f", ink: "i", muted: "m", surface: "s", line: "l", red: "#c00", yellow: "#fa0", green: "#080", unknown: "#888", accent: "#00f" };

describe("the curve", () => {
  it("leaves a gap for a day that was not judged and never a zero", () => {
    const option = curve({ days: ["2/15", "2/16"], unit: "", series: [{ id: "red", name: "Red", kind: "line", colour: "red", values: [3, null] }] }, theme);
    expect(option.series[0]?.data).toEqual([3, null]);
  });

  it("tells red from yellow on grey paper: another dash and another mark", () => {
    const option = curve({
      days: ["2/15"], unit: "",
      series: [
        { id: "red", name: "Red", kind: "line", colour: "red", values: [1] },
        { id: "yellow", name: "Yellow", kind: "line", colour: "yellow", values: [1] },
      ],
    }, theme);
    const [red, yellow] = option.series as unknown as { symbol: string; lineStyle: { type: unknown } }[];
    expect(red?.symbol).not.toBe(yellow?.symbol);
    expect(red?.lineStyle.type).not.toEqual(yellow?.lineStyle.type);
  });

  it("draws its tooltip on the canvas, because inline styles are forbidden", () => {
    expect(curve({ days: [], unit: "", series: [] }, theme).tooltip.renderMode).toBe("richText");
  });
});
