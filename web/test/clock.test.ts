import { describe, expect, it } from "vitest";

import { cityTime, learn, NOTHING_LEARNED, toldDrift, wasSetBack } from "../src/code/clock";

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
