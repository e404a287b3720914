import { describe, expect, it } from "vitest";

import { learnFromList } from "../src/code/clock";
import { cityTime, learn, NOTHING_LEARNED, toldDrift, wasSetBack } from "../src/device/cityTime";
import { heardOf } from "../src/code/server";

const DAY = 86_400_000;
const CITY = 1_582_164_000_000;
const SHIFT = 2000 * DAY;

describe("the city's time", () => {
  it.each([0, 5 * 60_000, -5 * 60_000, 3 * DAY])("is learned by a phone that is off by %i ms, and holds offline", (off) => {
    const own = (city: number): number => city + SHIFT + off;
    const learned = learn({ now: CITY + 200, shift: SHIFT }, own(CITY), own(CITY + 400));
    expect(learned).not.toBeNull();
    expect(cityTime(own(CITY + 7 * 3_600_000), learned!)).toBe(CITY + 7 * 3_600_000);
    expect(learned!.drift + off).toBe(0);
  });

  it("is not learned from an answer that took too long, or when the clock was set in between", () => {
    expect(learn({ now: CITY, shift: 0 }, CITY, CITY + 8_001)).toBeNull();
    expect(learn({ now: CITY, shift: 0 }, CITY, CITY - 1)).toBeNull();
  });

  it("is the phone's own while nothing was learned", () => {
    expect(cityTime(CITY, NOTHING_LEARNED)).toBe(CITY);
  });
});

describe("a phone's clock", () => {
  const drifting = (drift: number) => toldDrift({ shift: 0, drift, at: 1 });

  it("is told to be off by more than a minute, with its direction, and never before", () => {
    expect([0, 60_000, -60_000].map(drifting)).toEqual([null, null, null]);
    expect([60_001, -60_001, 5 * 60_000, -89_000].map(drifting)).toEqual([1, -1, 5, -1]);
  });

  it("that was set back makes what was learned unsure; a second or two do not", () => {
    expect(wasSetBack(CITY - 3_600_000, CITY)).toBe(true);
    expect(wasSetBack(CITY - 2_000, CITY)).toBe(false);
    expect(wasSetBack(CITY + DAY, CITY)).toBe(false);
  });
});

describe("a list that comes with an answer's time", () => {
  const [ISSUED, DAYS] = [Date.UTC(2020, 1, 20, 0, 0), 2475 * 86_400_000];
  const list = { issued: ISSUED, isNews: true };
  /** An answer of so many seconds after the list was issued, in a city that lives 2,475 days back. */
  const heard = (seconds: number): { from: number; to: number } => ({ from: ISSUED + DAYS + seconds * 1000, to: ISSUED + DAYS + (seconds + 1) * 1000 });
  const right = { shift: DAYS, drift: 0, at: 1 };
  const own = ISSUED + DAYS + 40_000;

  it("sets a clock right that is ten minutes off, and leaves one that agrees", () => {
    for (const off of [600_000, -600_000]) {
      const learned = learnFromList(list, heard(40), own + off, right);
      expect(learned).toEqual({ shift: DAYS, drift: 500 - off, at: own + off });
    }
    for (const off of [-2_000, 0, 3_000]) expect(learnFromList(list, heard(40), own + off, right)).toEqual({ ...right, at: own + off });
  });

  it("says how many days the city lives back, to a phone that knew nothing or something else", () => {
    for (const before of [NOTHING_LEARNED, { ...right, shift: 86_400_000 }]) expect(learnFromList(list, heard(40), own, before)?.shift).toBe(DAYS);
  });

  it("that nobody renews, because the worker is dead, says nothing of the time: the answer does", () => {
    for (const hours of [1, 13, 23.9]) {
      const learned = learnFromList(list, heard(hours * 3600), own + hours * 3_600_000 + 600_000, right);
      expect(learned).toMatchObject({ shift: DAYS, drift: -639_500 });
      expect(learnFromList(list, heard(hours * 3600), own, NOTHING_LEARNED)).toBeNull();
    }
  });

  it("of yesterday, played again to the minute, moves nobody into yesterday", () => {
    expect(learnFromList({ issued: ISSUED - 86_400_000, isNews: false }, heard(40), own, right)).toEqual({ ...right, at: own });
  });

  it("is heard within whole seconds, the seconds of a cache and the way; an answer that took long says nothing", () => {
    const headers = (fields: Record<string, string>): Headers => new Headers({ Date: "Thu, 20 Feb 2020 00:00:40 GMT", ...fields });
    const at = Date.UTC(2020, 1, 20, 0, 0, 40);
    expect(heardOf(headers({}), 300)).toEqual({ from: at, to: at + 1300 });
    expect(heardOf(headers({ Age: "5" }), 300)).toEqual({ from: at, to: at + 6300 });
    expect([heardOf(headers({}), 9_000), heardOf(new Headers(), 10), heardOf(headers({ Age: "x" }), 10)]).toEqual([null, null, null]);
  });
});
