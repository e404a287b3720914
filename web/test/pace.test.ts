/** When a device asks its server: in a moment for what was just recorded, also when that happened in the middle of a round. */
import { describe, expect, it } from "vitest";

import { Pace } from "../src/device/pace";
import type { World } from "../src/device/world";

const MOMENT = 1_000;

function paced(rounds: { end: () => void }[]): { pace: Pace; waits: number[] } {
  const waits: number[] = [];
  const world = { chance: () => 0.5, later: (ms: number) => void waits.push(ms) } as unknown as World;
  return { waits, pace: new Pace(world, () => new Promise((done) => rounds.push({ end: () => done(true) }))) };
}

describe("the pace of a device", () => {
  it("sends what was recorded while a round was under way in a moment, not a minute later", async () => {
    const rounds: { end: () => void }[] = [];
    const { pace, waits } = paced(rounds);
    const first = pace.now();
    await Promise.resolve();
    pace.soon();
    rounds[0]?.end();
    await first;
    expect(waits.at(-1)).toBe(MOMENT);
  });

  it("waits a minute where nothing was", async () => {
    const rounds: { end: () => void }[] = [];
    const { pace, waits } = paced(rounds);
    const first = pace.now();
    await Promise.resolve();
    rounds[0]?.end();
    await first;
    expect(waits).toEqual([60_000]);
  });
});
