import { describe, expect, it } from "vitest";

import { DAY, dayLabel, domain, place, rows, scale, ticks, wordsWidth, type Item, type Timeline } from "../src/timeline/model";

const SHANGHAI = 480;
/** 2020-02-15T00:00+08:00 */
const MIDNIGHT = Date.UTC(2020, 1, 14, 16) / 60_000;

const item = (start: number, end: number | null, kind: "bar" | "point" = "bar"): Item => ({ start, end, kind, colour: "fact", label: "", text: "" });
const line = (items: Item[], asOf: number, nextChange: number | null = null): Timeline => ({
  offset: SHANGHAI, asOf, asOfLabel: "", nextChange, nextChangeLabel: "", lanes: [{ label: "", items }],
});

describe("the time line", () => {
  it("shows whole local days around everything, the next change too", () => {
    const shown = domain(line([item(MIDNIGHT + 600, MIDNIGHT + 700)], MIDNIGHT + DAY + 5, MIDNIGHT + 3 * DAY));
    expect(shown).toEqual([MIDNIGHT, MIDNIGHT + 4 * DAY]);
  });

  it("lets an open item reach as_of", () => {
    expect(domain(line([item(MIDNIGHT, null)], MIDNIGHT + 2 * DAY + 1))).toEqual([MIDNIGHT, MIDNIGHT + 3 * DAY]);
  });

  it("maps the first minute to the left edge, the last to the right, and clips what lies outside", () => {
    const x = scale([100, 200], 10, 110);
    expect([x(100), x(150), x(200), x(0), x(999)]).toEqual([10, 60, 110, 10, 110]);
  });

  it("names days by the local calendar", () => {
    expect(dayLabel(MIDNIGHT, SHANGHAI)).toBe("2/15");
    expect(dayLabel(MIDNIGHT - 1, SHANGHAI)).toBe("2/14");
  });

  it("marks fewer days when there is less room, and never touches", () => {
    const span: [number, number] = [MIDNIGHT, MIDNIGHT + 28 * DAY];
    expect(ticks(span, SHANGHAI, 1400)).toHaveLength(28);
    const narrow = ticks(span, SHANGHAI, 320);
    expect(narrow.map((tick) => tick.label)).toEqual(["2/15", "2/19", "2/23", "2/27", "3/2", "3/6", "3/10"]);
  });

  const identity = (minute: number): number => minute;
  const labelled = (start: number, end: number | null, label: string): Item => ({ ...item(start, end), label });

  it("puts words on a bar that has room, else after it, else before it", () => {
    expect(place(labelled(0, 100, "重点地区"), identity, 500, 600)).toMatchObject({ inside: true, words: 6, from: 0, to: 100 });
    expect(place(labelled(0, 20, "重点地区"), identity, 500, 600)).toMatchObject({ inside: false, words: 26, to: 74 });
    expect(place(labelled(570, 590, "重点地区"), identity, 500, 600)).toMatchObject({ inside: false, words: 516, from: 516 });
  });

  it("counts a Chinese character as wide as it is high", () => {
    expect(wordsWidth("红码")).toBe(24);
    expect(wordsWidth("red")).toBeCloseTo(20.4);
  });

  it("puts what overlaps on rows of its own, and what only follows on the same row", () => {
    const places = [item(0, 100), item(50, 150), item(100, 200), item(160, null)].map((one) => place({ ...one, label: "" }, identity, 300, 600));
    expect(rows(places)).toEqual([0, 1, 0, 1]);
  });

  it("keeps two tests of one day apart", () => {
    const places = [item(50, null, "point"), item(55, null, "point")].map((one) => place(one, identity, 100, 600));
    expect(rows(places)).toEqual([0, 1]);
  });
});
