/** The city's clock on the pages: by the offset that the page was given, whatever the device's own zone. */

import { afterEach, describe, expect, it, vi } from "vitest";

const EVENING = Date.UTC(2020, 1, 20, 17, 30) / 1000;
const DAY = 18_312; // 2020-02-20, counted from 1970-01-01

/** The modules as a page of this offset loads them; none: a page kept from before pages said it. */
async function loaded(ahead?: string) {
  vi.resetModules();
  vi.stubGlobal("document", { documentElement: { dataset: { ahead } } });
  return { city: await import("../src/device/calendar"), scan: await import("../src/scan/texts"), code: await import("../src/code/texts") };
}

afterEach(() => vi.unstubAllGlobals());

describe("the city's clock", () => {
  it.each([
    ["360", "23:30", DAY, "2020-02-20"],
    ["480", "01:30", DAY + 1, "2020-02-21"],
    [undefined, "01:30", DAY + 1, "2020-02-21"],
    ["-540", "08:30", DAY, "2020-02-20"],
  ])("of a city %s minutes ahead of UTC", async (ahead, time, day, date) => {
    const { city, scan, code } = await loaded(ahead);
    expect(city.dayOf(EVENING)).toBe(day);
    expect(city.localTime(EVENING).slice(0, 16)).toBe(`${date}T${time}`);
    expect(city.dayOf(city.lastSecond(day))).toBe(day);
    expect(city.dayOf(city.lastSecond(day) + 1)).toBe(day + 1);
    expect(scan.dayTime(EVENING)).toBe(`${date} ${time}`);
    expect(code.moment("en", EVENING * 1000)).toBe(`${Number(date.slice(8))} Feb, ${time}`);
    expect(code.moment("en", (city.lastSecond(day) + 1) * 1000)).toBe(`${Number(date.slice(8))} Feb, 24:00`);
  });
});
