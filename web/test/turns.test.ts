/** Work in turns: a later one never runs beside an earlier one, and one that fails stops nobody. */
import { describe, expect, it } from "vitest";

import { Turns } from "../src/device/turns";

describe("turns", () => {
  it("are taken one after another, in the order in which they were asked for", async () => {
    const [turns, seen] = [new Turns(), [] as string[]];
    let goOn = (): void => undefined;
    const first = turns.take(async () => {
      seen.push("first begins");
      await new Promise<void>((done) => (goOn = done));
      seen.push("first ends");
    });
    const second = turns.take(async () => void seen.push("second"));
    await new Promise((done) => setTimeout(done, 5));
    expect(seen).toEqual(["first begins"]);
    goOn();
    await Promise.all([first, second]);
    expect(seen).toEqual(["first begins", "first ends", "second"]);
  });

  it("go on after one that failed, and the failure is its own", async () => {
    const turns = new Turns();
    const flawed = turns.take(() => Promise.reject(new Error("no")));
    const next = turns.take(() => Promise.resolve(7));
    await expect(flawed).rejects.toThrow("no");
    expect(await next).toBe(7);
  });
});
