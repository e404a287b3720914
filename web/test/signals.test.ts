/** A verdict is also felt and heard: each differently, only as the guard wants it, and never before the page was touched. */
import { afterEach, describe, expect, it, vi } from "vitest";

import type { Settings } from "../src/scan/settings";

const KINDS = ["green", "yellow", "red", "release", "doubtful"];
const ON: Settings = { language: "zh", large: false, sound: true, vibration: true };

afterEach(() => (vi.unstubAllGlobals(), vi.resetModules()));

/** What a device does on a signal; the sound is made by a stand-in for the loudspeaker. */
async function felt(kind: string, settings: Settings = ON, touched = true): Promise<{ buzzed: unknown[]; tones: number[] }> {
  const [buzzed, tones] = [[] as unknown[], [] as number[]];
  vi.stubGlobal("navigator", { userActivation: { hasBeenActive: touched }, vibrate: (pattern: unknown) => buzzed.push(pattern) });
  const ramp = { setValueAtTime: () => undefined, exponentialRampToValueAtTime: () => undefined };
  const volume = { gain: ramp, connect: () => undefined };
  const source = () => ({
    frequency: { set value(tone: number) { tones.push(tone); } },
    connect: () => volume,
    start: () => undefined,
    stop: () => undefined,
  });
  vi.stubGlobal("AudioContext", function Audio() {
    return { currentTime: 0, destination: {}, resume: () => Promise.resolve(), createOscillator: source, createGain: () => volume };
  });
  const { signal } = await import("../src/scan/signals");
  signal(kind, settings);
  await new Promise((done) => setTimeout(done, 5));
  return { buzzed, tones };
}

describe("a signal", () => {
  it("is another one for each verdict, in tones and in buzzes", async () => {
    const all = [];
    for (const kind of KINDS) (all.push(await felt(kind)), vi.resetModules());
    expect(all.every(({ buzzed, tones }) => buzzed.length === 1 && tones.length > 1)).toBe(true);
    for (const part of ["buzzed", "tones"] as const) expect(new Set(all.map((one) => JSON.stringify(one[part]))).size).toBe(KINDS.length);
  });

  it("is silent and still where the guard has switched it off", async () => {
    expect(await felt("red", { ...ON, sound: false })).toMatchObject({ tones: [] });
    expect(await felt("red", { ...ON, vibration: false })).toMatchObject({ buzzed: [] });
  });

  it("waits for the first touch, as browsers demand", async () => {
    expect(await felt("red", ON, false)).toEqual({ buzzed: [], tones: [] });
  });
});
