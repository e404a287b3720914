import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

import { apart, citiesOf, mapOf, middle, officialCodes, readDivisions, simplify, written } from "../maps.mjs";
import { mapChart, spread, steps, type MapData } from "../src/charts/map";
import type { Theme } from "../src/charts/theme";

const theme = { ramp: ["a", "b", "c", "d", "e"], font: "f", ink: "i", muted: "m", surface: "s", line: "l", red: "r", yellow: "y", green: "g", unknown: "u", accent: "x" } satisfies Theme;

describe("the steps of the map", () => {
  it("cover every value exactly once when people are counted", () => {
    for (const top of [1, 4, 7, 11, 99, 100, 101, 1234, 98765]) {
      const made = steps([0, 1, top]);
      for (const value of [0, 1, Math.floor(top / 2), top]) {
        expect(made.filter((step) => step.min <= value && value <= step.max), `${value} of ${top}`).toHaveLength(1);
      }
      expect(made.length).toBeLessThanOrEqual(6);
    }
  });

  it("are one step when nobody is counted", () => {
    expect(steps([0, 0])).toEqual([{ min: 0, max: 0, label: "0" }]);
    expect(steps([])).toHaveLength(1);
  });

  it("print shares with the decimals that they need", () => {
    expect(steps([0.4, 1.1]).map((step) => step.label)[0]).toBe("0.00–0.50");
  });

  it("use the whole ramp", () => {
    expect(spread(theme.ramp, 3)).toEqual(["a", "c", "e"]);
    expect(spread(theme.ramp, 1)).toEqual(["a"]);
  });

  it("shade each district by the chosen measure", () => {
    const data: MapData = {
      city: "330200", shape: "", measures: [{ id: "red", name: "Red", unit: "" }, { id: "all", name: "All", unit: "" }],
      districts: [{ code: "330203", name: "海曙区", link: "", values: { red: 3, all: 10 } }],
    };
    expect(mapChart(data, "red", theme).series[0]?.data).toEqual([{ name: "330203", value: 3 }]);
    expect(mapChart(data, "all", theme).series[0]?.data).toEqual([{ name: "330203", value: 10 }]);
  });
});

describe("the outlines", () => {
  const web = join(dirname(fileURLToPath(import.meta.url)), "..");
  const all = readDivisions(join(web, "../src/yimatong/edges/feeds/divisions/data/divisions.csv"));
  const ningbo = citiesOf(all, "33").find((city) => city.code === "330200");

  it("are what is made of the package's, on a sample of it", () => {
    const folder = mkdtempSync(join(tmpdir(), "outlines-"));
    try {
      mkdirSync(join(folder, "geojson"));
      writeFileSync(join(folder, "registry.json"), JSON.stringify({ PINYIN_MAP: { 宁波: "ningbo" }, GEOJSON_FILE_MAP: { ningbo: "zhe_jiang_ning_bo" } }));
      const square = [[121, 29], [121.5, 29.00001], [122, 29], [122, 30], [121, 30], [121, 29]];
      const feature = (name: string, id: string) => ({ type: "Feature", id, properties: { name }, geometry: { type: "Polygon", coordinates: [square] } });
      writeFileSync(join(folder, "geojson/zhe_jiang_ning_bo.geojson"), JSON.stringify({ features: [feature("奉化区", "330283"), feature("江东区", "330204")] }));
      const features = mapOf(folder, { code: "330200", name: "宁波市" }, all);
      expect(features?.map(({ properties }) => properties.code)).toEqual(["330213", "330204"]);
      expect(features?.[0]?.geometry.coordinates).toEqual([[[[121, 29], [122, 29], [122, 30], [121, 30], [121, 29]]]]);
      expect(JSON.parse(written(features ?? [])).features).toEqual(features);
      expect(mapOf(folder, { code: "330300", name: "温州市" }, all)).toBeNull();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("have one shape for each of Ningbo's ten districts of 2020, by its code of then", () => {
    if (!ningbo) throw new Error("the official list has no Ningbo");
    const { features } = JSON.parse(readFileSync(join(web, "maps/330200.json"), "utf8"));
    const codes: string[] = features.map((feature: { properties: { code: string } }) => feature.properties.code);
    expect(codes.toSorted()).toEqual([...officialCodes(all, ningbo).values()].toSorted());
    expect(codes).toContain("330213");
    expect(codes).not.toContain("330204");
  });

  it("have a name in the middle of their largest part, clear of every other name", () => {
    expect(middle([[[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]], [[[4, 4], [8, 4], [8, 8], [4, 8], [4, 4]]]])).toEqual([6, 6]);
    const places: [number, number][] = [[121.5, 29.95], [121.6, 29.97], [121.0, 29.95]];
    apart(places);
    expect((places[1]?.[1] ?? 0) - (places[0]?.[1] ?? 0)).toBeGreaterThanOrEqual(0.07);
    expect(places[2]).toEqual([121.0, 29.95]);
  });

  it("keep closed rings closed and drop points that nobody can see", () => {
    const ring: [number, number][] = [[0, 0], [1, 0.00001], [2, 0], [2, 2], [0, 2], [0, 0]];
    const kept = simplify(ring);
    expect(kept[0]).toEqual(kept.at(-1));
    expect(kept).not.toContainEqual([1, 0]);
    expect(kept).toContainEqual([2, 2]);
  });
});
