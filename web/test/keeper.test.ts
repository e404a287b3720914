/** The keeper with a store in memory and a server that counts: when it asks, when it does not, and when it comes back. */
import { describe, expect, it } from "vitest";

import { Keeper, type World } from "../src/code/keeper";
import { NO_HINT } from "../src/code/renewal";
import { NoAnswer, SaidNo, type Server } from "../src/code/server";
import { FIRST_SETTINGS, type Person, type Store, type StoredPass } from "../src/code/store";
import { at } from "./phone";

const NOW = at(8) * 1000;

/** What the real store promises, in memory; the browser tests run the real one. */
function memory(people: Person[], learnedAt = NOW) {
  const passes: StoredPass[] = [];
  const silenced: string[] = [];
  const learned = { shift: 0, drift: 0, at: learnedAt };
  const store = {
    people: async () => people,
    passes: async () => passes,
    settings: async () => FIRST_SETTINGS,
    learned: async () => learned,
    keepLearned: async () => undefined,
    tidy: async () => undefined,
    replace: async () => undefined,
    silence: async (id: string, keys: boolean) => void silenced.push(`${id} ${keys}`),
    update: async (id: string, change: Partial<Person>) => {
      people = people.map((one) => (one.id === id ? { ...one, ...change } : one));
    },
  };
  return { store: store as unknown as Store, silenced, current: () => people };
}

function world(change: Partial<World> = {}): World & { appointments: number[]; run: () => void } {
  const appointments: number[] = [];
  let last = (): void => undefined;
  return {
    time: () => NOW,
    chance: () => 0.5,
    online: () => true,
    expecting: () => false,
    later: (seconds, then) => {
      appointments.push(seconds);
      last = then;
    },
    ...change,
    appointments,
    run: () => last(),
  };
}

const person = (change: Partial<Person> = {}): Person => ({
  id: "p",
  handle: "self 王*明 0417",
  label: "王*明",
  self: true,
  token: "t",
  deviceKey: {} as CryptoKey,
  standing: "not-judged",
  heard: NOW,
  next: NOW - 1,
  hint: NO_HINT,
  days: 4,
  etags: {},
  order: 0,
  ...change,
});

function server(strip: Server["strip"]): Server & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    time: async () => {
      asked.push("time");
      return { now: NOW, shift: 0 };
    },
    people: async () => {
      asked.push("people");
      return null;
    },
    follow: async () => void asked.push("follow"),
    bind: async () => {
      throw new NoAnswer();
    },
    unbind: async () => void asked.push("unbind"),
    strip: async (...given) => {
      asked.push(`strip ${given[1]}`);
      return strip(...given);
    },
  };
}

const judged = async () => ({ state: "not-judged", etag: "", issue: 0, passes: [], hint: { after: 100, within: 100 } }) as const;

describe("the keeper", () => {
  it("asks when a person's time has come, and makes the next appointment by chance within the hint", async () => {
    const [kept, one, outside] = [memory([person()]), server(judged), world()];
    await new Keeper(kept.store, one, outside, "zh").start();
    expect(one.asked).toEqual(["time", "strip 2020-02-20"]);
    expect(kept.current()[0]).toMatchObject({ next: NOW + 150_000, hint: { after: 100, within: 100 } });
    expect(outside.appointments.at(-1)).toBe(150);
  });

  it("asks whenever it is opened while something was declared here minutes ago, and less and less often while it stays open", async () => {
    let declared = true;
    const [kept, one, outside] = [memory([person({ next: NOW + 3_600_000 })]), server(judged), world({ expecting: () => declared })];
    const keeper = new Keeper(kept.store, one, outside, "zh");
    await keeper.start();
    await keeper.renew(false);
    await keeper.renew(false);
    expect(one.asked.slice(0, 3)).toEqual(["time", "follow", "strip 2020-02-20"]);
    expect(outside.appointments).toEqual([20, 40, 80]);
    declared = false;
    await keeper.renew(false);
    expect(one.asked.filter((asked) => asked === "follow")).toHaveLength(3);
    expect(outside.appointments.at(-1)).toBeGreaterThan(100);
  });

  it("tries nothing without a network, and begins when it is back", async () => {
    let online = false;
    const [kept, one, outside] = [memory([person()]), server(judged), world({ online: () => online })];
    const keeper = new Keeper(kept.store, one, outside, "zh");
    await keeper.start();
    expect(one.asked).toEqual([]);
    online = true;
    keeper.wentOnline(true);
    await keeper.renew(false);
    expect(one.asked).toContain("strip 2020-02-20");
  });

  it("leaves a failing server alone for longer and longer, and as long as it says", async () => {
    const waits = [0, 0, 120];
    const one = server(async () => {
      throw new NoAnswer(waits.shift());
    });
    const [kept, outside] = [memory([person()]), world()];
    const keeper = new Keeper(kept.store, one, outside, "zh");
    await keeper.start();
    await keeper.renew(false);
    await keeper.renew(false);
    expect(outside.appointments).toEqual([3.75, 7.5, 135]);
    expect(keeper.state.failed).toBe(true);
  });

  it("deletes what it holds of somebody whose code moved, and asks no more for them", async () => {
    const one = server(async () => {
      throw new SaidNo(410, "binding-moved", {});
    });
    const [kept, outside] = [memory([person({ standing: "bound" })]), world()];
    const keeper = new Keeper(kept.store, one, outside, "zh");
    await keeper.start();
    expect(kept.silenced).toEqual(["p true"]);
    expect(keeper.faceOf(keeper.state.people[0]!, NOW).kind).toBe("moved");
    const before = one.asked.length;
    await keeper.renew(false);
    expect(one.asked).toHaveLength(before);
  });

  it("keeps one appointment at a time: an older one does nothing", async () => {
    const [kept, one] = [memory([person()]), server(judged)];
    const thens: (() => void)[] = [];
    const keeper = new Keeper(kept.store, one, world({ later: (_seconds, then) => void thens.push(then) }), "zh");
    await keeper.start();
    await keeper.renew(false);
    const before = one.asked.length;
    thens[0]?.();
    expect([thens.length, one.asked.length]).toEqual([2, before]);
    thens[1]?.();
    expect(one.asked.length).toBeGreaterThan(before);
  });

  it("says that a clock which was set back is unsure, until it has asked", async () => {
    const [kept, one] = [memory([person({ standing: "bound", next: NOW + 1e9 })], NOW + 3_600_000), server(judged)];
    let online = false;
    const keeper = new Keeper(kept.store, one, world({ online: () => online }), "zh");
    await keeper.start();
    expect(keeper.state.unsure).toBe(true);
    online = true;
    await keeper.renew(false);
    expect(keeper.state.unsure).toBe(false);
  });
});
