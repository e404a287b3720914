/** A code is also felt, heard and read aloud: differently for each colour, and only as the phone's owner allows it. */
import { afterEach, describe, expect, it, vi } from "vitest";

import { alertFor } from "../src/code/alerts";
import { FIRST_SETTINGS } from "../src/code/kept";
import { speak } from "../src/device/speaking";

const COLOURS = ["green", "yellow", "red", "grey"];
const ON = { ...FIRST_SETTINGS, sound: true, vibration: true };

afterEach(() => void vi.unstubAllGlobals());

function touched(hasBeenActive: boolean): { buzzed: unknown[]; tones: number[] } {
  const felt = { buzzed: [] as unknown[], tones: [] as number[] };
  const gain = { setValueAtTime: () => undefined, exponentialRampToValueAtTime: () => undefined };
  const oscillator = () => ({
    frequency: { set value(tone: number) { felt.tones.push(tone); } },
    connect: () => ({ connect: () => undefined }),
    start: () => undefined,
    stop: () => undefined,
  });
  vi.stubGlobal("navigator", { userActivation: { hasBeenActive }, vibrate: (pattern: unknown) => felt.buzzed.push(pattern) });
  vi.stubGlobal("AudioContext", function Audio() {
    return { currentTime: 0, resume: async () => undefined, createOscillator: oscillator, createGain: () => ({ gain, connect: () => undefined }) };
  });
  return felt;
}

describe("a code that opens", () => {
  it("buzzes and sounds differently for each colour", async () => {
    const told = new Set<string>();
    for (const colour of COLOURS) {
      vi.resetModules();
      const { alertFor: fresh } = await import("../src/code/alerts");
      const felt = touched(true);
      fresh(colour, ON);
      await vi.waitFor(() => expect(felt.tones.length).toBeGreaterThan(0));
      told.add(JSON.stringify(felt));
    }
    expect(told.size).toBe(COLOURS.length);
  });

  it("is silent and still where that was chosen, and before anybody touched the page", () => {
    const chosen = touched(true);
    alertFor("red", { ...ON, sound: false, vibration: false });
    expect(chosen).toEqual({ buzzed: [], tones: [] });
    const untouched = touched(false);
    alertFor("red", ON);
    expect(untouched).toEqual({ buzzed: [], tones: [] });
  });
});

describe("reading aloud", () => {
  it("takes the voice of the language, and ends what was being read", () => {
    const said: string[] = [];
    vi.stubGlobal("SpeechSynthesisUtterance", class {
      lang = "";
      rate = 1;
      constructor(readonly text: string) {}
    });
    vi.stubGlobal("speechSynthesis", {
      cancel: () => said.push("silence"),
      speak: (one: { lang: string; text: string }) => said.push(`${one.lang} ${one.text}`),
    });
    expect([speak("绿码", "zh"), speak("Green", "en")]).toEqual([true, true]);
    expect(said).toEqual(["silence", "zh-CN 绿码", "silence", "en-GB Green"]);
  });

  it("says so where the phone has no voice", () => {
    vi.stubGlobal("speechSynthesis", undefined);
    expect(speak("绿码", "zh")).toBe(false);
  });
});
