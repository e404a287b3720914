/** A session over an engine that writes down what is asked of it; codes and readings come as the test says. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { vi } from "vitest";

import { decide, readBody } from "../src/checkpoints";
import { type Engine, type Link, type Scanned, Trouble, type View } from "../src/scan/engine/types";
import type { Settings } from "../src/scan/settings";

const FILE = join(import.meta.dirname, "../../vectors/checkpoints/matrix.json");
const { body } = JSON.parse(readFileSync(FILE, "utf8")) as { body: object };
const { matrix } = readBody(new TextEncoder().encode(JSON.stringify(body)));
export const SETTINGS: Settings = { language: "zh", large: false, sound: false, vibration: false };
export const GREEN: Scanned = {
  verdict: "green", carrier: "code", reason: null, told: null, colour: "green", name: "王*明", tail: "0417", permit: "none", city: null, number: null,
  word: null, epoch: 1, slot: 2, cti: "AAAA", at: 1_582_164_000, recallAge: 30,
};
const FULL = new Trouble({ code: "store-full", sentence: { zh: "满", en: "full" }, remedy: { zh: "清", en: "clear" } });
const LOST = new Trouble({ code: "no-turnstile", sentence: { zh: "断", en: "gone" }, remedy: { zh: "看", en: "look" } });

export interface Played {
  engine: Engine;
  readonly asked: string[];
  scanned: Scanned;
  /** Nothing can be stored. */
  broken: boolean;
  /** What is plugged in. */
  thermometer: Link;
  turnstile: Link;
  /** The PIN of the unattended gate, as it was given. */
  pin: string | null;
  heard(tenths: number): void;
  linked(link: Link): void;
  turned(n: number, passed: boolean): void;
}

export function played(): Played {
  const asked: string[] = [];
  const nothing = (): void => undefined;
  const world: Played = { engine: {} as Engine, asked, scanned: GREEN, broken: false, thermometer: "none", turnstile: "none", pin: null, heard: nothing, linked: nothing, turned: nothing };
  const record = (what: string) => (input: object): Promise<{ n: number; number: string }> => {
    if (world.broken) return Promise.reject(FULL);
    asked.push(`${what} ${JSON.stringify(input)}`);
    return Promise.resolve({ n: asked.length, number: "7K3MXQ" });
  };
  const policy = { feverTenths: 373 };
  const gate = (): View["gate"] => (world.pin === null ? null : { turnstile: world.turnstile !== "none" });
  const engine: Partial<Engine> = {
    view: () => ({ state: "ready", guard: "小王", checkpoint: { zone: "ordinary" }, policy, gate: gate() }) as unknown as View,
    judge: () => Promise.resolve(world.scanned),
    decide: (situation) => decide(situation, matrix),
    finish: ({ decision, situation: { document } }) => record("finish")({ action: decision.action, ...(document === "unattended" && { document }) }),
    annul: async (n) => void (await record("annul")({ n })),
    refuse: record("refuse"),
    slip: record("slip"),
    dismiss: nothing,
    beginGate: (pin) => Promise.resolve(void (world.pin = pin)),
    opensGate: (pin) => Promise.resolve(pin === world.pin),
    endGate: () => Promise.resolve(void (world.pin = null)),
    thermometer: {
      available: { bluetooth: false, serial: false }, bluetooth: vi.fn(), serial: vi.fn(), reconnect: vi.fn(), forget: vi.fn(),
      link: () => world.thermometer, onLink: (linked) => ((world.linked = linked), vi.fn()), onReading: (heard) => ((world.heard = heard), vi.fn()),
    },
    turnstile: {
      available: true, connect: vi.fn(), forget: vi.fn(), link: () => world.turnstile, onLink: () => vi.fn(),
      open: (n) => (world.turnstile === "on" ? Promise.resolve(void asked.push(`open ${n}`)) : Promise.reject(LOST)),
      close: (n) => Promise.resolve(void asked.push(`close ${n}`)),
      onAnswer: (turned) => ((world.turned = turned), vi.fn()),
    },
  };
  world.engine = engine as Engine;
  return world;
}
