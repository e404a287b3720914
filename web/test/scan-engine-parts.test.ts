/** The scanner's small parts, each by itself: the clock that is set, the thermometer, the USB scanner, the override, the ages. */
import { describe, expect, it } from "vitest";

import { agesOf, isAmber, isStopped, rungOf } from "../src/scan/engine/ages";
import { Clock, NO_CLOCK } from "../src/device/clock";
import { secretOf } from "../src/device/enrolment";
import { answerTo, challengeOf, isAnswer, mayTry, overrideKey } from "../src/scan/engine/override";
import { readLines } from "../src/scan/engine/serial";
import { fromLine, fromMeasurement } from "../src/scan/engine/thermometer";
import { Typed } from "../src/scan/engine/wedge";

const CITY = 1_582_164_000_000;
const MINUTE = 60_000;

/** A device whose clocks the test moves. */
function device(own = CITY) {
  const at = { own, steady: 1_000 };
  const world = { time: () => at.own, steady: () => at.steady };
  const pass = (ms: number): void => void ((at.own += ms), (at.steady += ms));
  return { at, world, pass };
}

describe("the learned clock", () => {
  for (const off of [10 * MINUTE, -10 * MINUTE]) {
    it(`judges by the city's time on a device that is ${off / MINUTE} minutes off, and says so`, () => {
      const { at, world, pass } = device(CITY + off);
      const clock = new Clock(world);
      expect(clock.state().known).toBe(false);
      expect(clock.hear({ now: CITY + 100, shift: 0 }, at.own, at.own + 200)).toBe(true);
      pass(MINUTE);
      expect(clock.now()).toBe(CITY + MINUTE);
      expect(clock.state()).toEqual({ offset: -off, known: true });
    });
  }

  it("lives as many days back as the city does", () => {
    const { at, world } = device();
    const clock = new Clock(world);
    const shift = 86_400_000;
    clock.hear({ now: CITY - shift, shift }, at.own, at.own);
    expect(clock.now()).toBe(CITY - shift);
    expect(clock.state().offset).toBe(0);
  });

  it("is not moved by setting the device's clock while the page runs, and says that it is no longer sure", () => {
    for (const set of [-3 * 3_600_000, 25 * MINUTE]) {
      const { at, world, pass } = device();
      const clock = new Clock(world);
      clock.hear({ now: CITY, shift: 0 }, at.own, at.own);
      at.own += set;
      pass(MINUTE);
      expect(clock.now()).toBe(CITY + MINUTE);
      expect(clock.state().known).toBe(false);
    }
  });

  it("goes on after the device slept, because a steady clock stands still then", () => {
    const { at, world } = device();
    const clock = new Clock(world);
    clock.hear({ now: CITY, shift: 0 }, at.own, at.own);
    clock.wasHidden();
    at.own += 40 * MINUTE;
    expect(clock.now()).toBe(CITY + 40 * MINUTE);
    expect(clock.state().known).toBe(true);
  });

  it("never goes behind what it has been at, also after a restart with the clock set back", () => {
    const { at, world, pass } = device();
    const clock = new Clock(world);
    clock.hear({ now: CITY, shift: 0 }, at.own, at.own);
    pass(60 * MINUTE);
    const kept = clock.kept();
    const restarted = new Clock(device(CITY - 5 * 3_600_000).world, kept);
    expect(restarted.now()).toBe(CITY + 60 * MINUTE);
    expect(restarted.state().known).toBe(false);
  });

  it("takes the server's word over its own, also backwards, but not a word that took too long", () => {
    const { at, world } = device();
    const clock = new Clock(world, { ...NO_CLOCK, latest: CITY + 3_600_000, learned: { shift: 0, drift: 3_600_000, at: 1 } });
    expect(clock.now()).toBe(CITY + 3_600_000);
    expect(clock.hear({ now: CITY, shift: 0 }, at.own - 20_000, at.own)).toBe(false);
    expect(clock.hear({ now: CITY, shift: 0 }, at.own, at.own)).toBe(true);
    expect(clock.now()).toBe(CITY);
  });
});

describe("the thermometer", () => {
  const measured = (...bytes: number[]): number | null => fromMeasurement(new DataView(Uint8Array.from(bytes).buffer));

  it("reads the standard's measurement in Celsius and Fahrenheit", () => {
    expect(measured(0, 0x6e, 1, 0, 0xff)).toBe(366);
    expect(measured(0, 0x1a, 0x0f, 0, 0xfe)).toBe(387);
    expect(measured(1, 0xe4, 3, 0, 0xff)).toBe(376);
  });

  it("hears nothing of what is no temperature of a person", () => {
    expect(measured(0, 0xff, 0xff, 0x7f, 0)).toBeNull();
    expect(measured(0, 0xe8, 3, 0, 0xff)).toBeNull();
    expect(measured(0, 0x6e, 0xff, 0xff, 0xff)).toBeNull();
    expect(measured(0, 1)).toBeNull();
  });

  it("reads lines of a cable, also in pieces", async () => {
    expect(["T=36.6C", "体温 37,3 °C", "98.6F", "36.5 C amb 24.0 obj 36.9"].map(fromLine)).toEqual([366, 373, 370, 369]);
    expect(["", "ready", "12.0", "999.9"].map(fromLine)).toEqual([null, null, null, null]);
    const heard: string[] = [];
    const pieces = ["T=3", "6.6C\r", "\nT=37.9C\nT=3"].map((text) => new TextEncoder().encode(text));
    await readLines(new ReadableStream({ start: (stream) => (pieces.forEach((piece) => stream.enqueue(piece)), stream.close()) }), (line) => heard.push(line));
    expect(heard).toEqual(["T=36.6C", "T=37.9C"]);
  });
});

describe("the USB scanner", () => {
  const type = (typed: Typed, text: string, step: number, elsewhere = false): string | null => {
    let [at, said]: [number, string | null] = [1_000_000 * Math.random(), null];
    for (const key of [...text, "Enter"]) said = typed.press({ key: key === "⇧" ? "Shift" : key, at: (at += step), elsewhere }) ?? said;
    return said;
  };

  it("is read when it types fast and ends with Enter, also with shift keys", () => {
    expect(type(new Typed(), "YMT1:9RG36PPWG", 8)).toBe("YMT1:9RG36PPWG");
    expect(type(new Typed(), "⇧Y⇧M⇧T1:9RG$ %", 8)).toBe("YMT1:9RG$ %");
  });

  it("is told apart from a person who types, and from a field that somebody writes in", () => {
    expect(type(new Typed(), "330299199001010014", 180)).toBeNull();
    expect(type(new Typed(), "YMT1:9RG36PPWG", 8, true)).toBeNull();
    expect(type(new Typed(), "abc", 8)).toBeNull();
  });

  it("forgets what a person had pressed before", () => {
    const typed = new Typed();
    typed.press({ key: "x", at: 10, elsewhere: false });
    expect(type(typed, "YMT1:9RG36PPWG", 8)).toBe("YMT1:9RG36PPWG");
    expect(typed.running).toBe(false);
  });
});

describe("the override", () => {
  it("takes the office's answer of today or yesterday, for its own challenge only, and a few tries", async () => {
    const key = await overrideKey(new Uint8Array(32).fill(7));
    const challenge = await challengeOf(key, 18_312, 1);
    expect(challenge).toMatch(/^\d{6}$/);
    expect(await challengeOf(key, 18_312, 2)).not.toBe(challenge);
    const answer = await answerTo(key, 18_312, challenge);
    expect(answer).toMatch(/^\d{8}$/);
    expect(await isAnswer(key, 18_312, challenge, `${answer.slice(0, 4)} ${answer.slice(4)}`)).toBe(true);
    expect(await isAnswer(key, 18_313, challenge, answer)).toBe(true);
    expect(await isAnswer(key, 18_314, challenge, answer)).toBe(false);
    expect(await isAnswer(await overrideKey(new Uint8Array(32).fill(8)), 18_312, challenge, answer)).toBe(false);
    expect([0, 4, 5].map(mayTry)).toEqual([true, true, false]);
  });
});

describe("ages and the ladder", () => {
  const hours = { trust_amber: 24, trust_stop: 72, recall_amber: 4, recall_stop: 24, policy_amber: 24, policy_stop: 72 };
  const now = CITY / 1000;
  const aged = (trust: number, recall: number | null, policy = 0) =>
    agesOf({ trust: now - trust * 3600, recall: recall === null ? null : now - recall * 3600, policy: now - policy * 3600 }, now, hours);

  it("are fresh, amber and stopped by the policy's hours, both ends told", () => {
    expect([0, 3.99, 4, 23.99, 24].map((age) => aged(0, age).recall.level)).toEqual(["fresh", "fresh", "amber", "amber", "stopped"]);
    expect(aged(0, null).recall).toEqual({ seconds: null, level: "stopped" });
    expect([aged(71, 0), aged(72, 0), aged(0, 0, 72)].map(isStopped)).toEqual([false, true, true]);
    expect([aged(0, 0), aged(25, 0)].map(isAmber)).toEqual([false, true]);
  });

  it("step down by themselves: online lists, lists of before, the register, paper", () => {
    const from = { online: 0, offline: 900, register: 24 * 3600, paper: 72 * 3600 };
    const ladder = Object.entries(from).map(([id, fromAge]) => ({ id, title: { zh: id, en: id }, text: { zh: id, en: id }, fromAge }));
    const rung = (ages: ReturnType<typeof aged>, online: boolean, register: boolean): number => rungOf(ladder, ages, online, register);
    expect(rung(aged(0, 0.2), true, true)).toBe(0);
    expect(rung(aged(0, 0), false, true)).toBe(1);
    expect(rung(aged(0, 0.25), true, true)).toBe(1);
    expect(rung(aged(0, 25), false, true)).toBe(2);
    expect(rung(aged(0, 25), false, false)).toBe(3);
    expect(rung(aged(73, 0), true, true)).toBe(2);
    expect(rung(aged(0, 73), false, true)).toBe(3);
    expect(rung(aged(0, null), true, false)).toBe(3);
    expect(rungOf([], aged(0, 0), true, true)).toBe(0);
  });
});

describe("the enrolment secret", () => {
  it("is read from the address, or from what somebody typed", () => {
    const secret = "0123456789ABCDEFGHJKMNPQRS";
    expect(secretOf(`https://code.example/scan/#enrol=${secret}`)).toBe(secret);
    expect(secretOf(" o1234 56789-abcdefghjkmnpqrs ")).toBe(secret);
    expect(["", "#enrol=ABC", `${secret}0`, "https://elsewhere/"].map(secretOf)).toEqual([null, null, null, null]);
  });
});
