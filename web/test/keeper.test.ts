/** The keeper with a store in memory and a server that counts: when it asks, when it does not, and when it comes back. */
import { describe, expect, it, vi } from "vitest";

import { Keeper, type World } from "../src/code/keeper";
import { NO_HINT } from "../src/code/renewal";
import { type Named, NoAnswer, SaidNo, type Server } from "../src/code/server";
import { FIRST_SETTINGS, type Person, type Store, type StoredPass } from "../src/code/store";
import { read } from "../src/credential/passes";
import { Refused } from "../src/credential/refusals";
import { at, DAY } from "./phone";
import { Office } from "./signing";

const NOW = at(8) * 1000;

/** What the real store promises, in memory; the browser tests run the real one. */
function memory(people: Person[], learnedAt = NOW, passes: StoredPass[] = []) {
  const silenced: string[] = [];
  const learned = { shift: 0, drift: 0, at: learnedAt };
  const store = {
    people: async () => people,
    passes: async () => passes,
    settings: async () => FIRST_SETTINGS,
    keepSettings: async () => undefined,
    learned: async () => learned,
    keepLearned: async () => undefined,
    tidy: async () => undefined,
    replace: async () => undefined,
    silence: async (id: string, keys: boolean) => void silenced.push(`${id} ${keys}`),
    update: async (id: string, change: Partial<Person>) => {
      people = people.map((one) => (one.id === id ? { ...one, ...change } : one));
    },
    remove: async (id: string) => void (people = people.filter((one) => one.id !== id)),
    forget: async () => void (people = []),
  };
  return { store: store as unknown as Store, silenced, current: () => people };
}

function world(change: Partial<World> = {}): World & { appointments: number[]; run: () => void } {
  const appointments: number[] = [];
  let last = (): void => undefined;
  return {
    time: () => NOW,
    chance: () => 0.5,
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

const nobody = async (): Promise<never> => Promise.reject(new NoAnswer());
const never = async (): Promise<never> => new Promise<never>(() => undefined);
const settled = async (): Promise<void> => new Promise((done) => setTimeout(done, 0));

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
    const answers = one.time;
    one.time = nobody;
    const keeper = new Keeper(kept.store, one, world(), "zh");
    await keeper.start();
    expect(keeper.state.unsure).toBe(true);
    one.time = answers;
    await keeper.renew(false);
    expect(keeper.state.unsure).toBe(false);
  });
});

describe("whether there is a network", () => {
  const later = (): Person => person({ next: NOW + 3_600_000 });

  it("is shown by the answer alone: off when nobody answers, whatever a browser says, and on again with the next answer", async () => {
    vi.stubGlobal("navigator", { onLine: true });
    const [kept, one, outside] = [memory([person()]), server(judged), world()];
    const answers = one.time;
    one.time = nobody;
    const keeper = new Keeper(kept.store, one, outside, "zh");
    expect(keeper.state.online).toBe(true);
    await keeper.start();
    expect([keeper.state.online, outside.appointments]).toEqual([false, [3.75]]);
    vi.stubGlobal("navigator", { onLine: false });
    one.time = answers;
    outside.run();
    await vi.waitFor(() => expect(keeper.state.online).toBe(true));
    expect(one.asked).toContain("strip 2020-02-20");
    vi.unstubAllGlobals();
  });

  it("is on where a server says that it is too busy", async () => {
    const one = server(async () => Promise.reject(new NoAnswer(120, true)));
    const keeper = new Keeper(memory([person()]).store, one, world(), "zh");
    await keeper.start();
    expect([keeper.state.online, keeper.state.failed]).toEqual([true, true]);
  });

  it("is not asked about: with nothing due nothing is asked, also when the browser says that one came", async () => {
    const one = server(judged);
    const epoch = (DAY + 2) * 24;
    const code = read(await (await Office.made()).code(epoch, NOW / 1000));
    const passes = code instanceof Refused ? [] : [{ person: "p", epoch, expires: 0, pass: code.pass, secret: new Uint8Array() }];
    const keeper = new Keeper(memory([later()], NOW, passes).store, one, world(), "zh");
    await keeper.start();
    expect(keeper.state.people[0]?.held).toHaveLength(1);
    await keeper.networkCame();
    await keeper.look();
    expect(one.asked).toEqual([]);
  });

  it("is tried at once when the browser says that one came, however long the wait would be", async () => {
    const [one, outside] = [server(judged), world()];
    const answers = one.time;
    one.time = nobody;
    const keeper = new Keeper(memory([person()]).store, one, outside, "zh");
    await keeper.start();
    for (let turn = 0; turn < 6; turn += 1) await keeper.renew(false);
    await keeper.networkCame();
    expect(outside.appointments.at(-1)).toBe(3.75);
    one.time = answers;
    await keeper.networkCame();
    expect([keeper.state.online, one.asked]).toEqual([true, ["time", "strip 2020-02-20"]]);
  });

  it("may be tried by a person at any time, who is told that nobody answered, and it stays due", async () => {
    const [one, outside] = [server(judged), world()];
    const answers = one.time;
    one.time = nobody;
    const keeper = new Keeper(memory([later()]).store, one, outside, "zh");
    await keeper.start();
    await keeper.renew(true);
    expect(keeper.state).toMatchObject({ online: false, tried: true, busy: false });
    one.time = answers;
    outside.run();
    await vi.waitFor(() => expect(keeper.state).toMatchObject({ online: true, tried: false }));
    expect(one.asked).toEqual(["time", "follow", "strip 2020-02-20"]);
  });

  it("may be dead without a word: what is stored is shown meanwhile", async () => {
    const [kept, one] = [memory([person()]), server(judged)];
    one.time = never;
    const keeper = new Keeper(kept.store, one, world(), "zh");
    void keeper.start();
    await settled();
    expect(keeper.state).toMatchObject({ ready: true, busy: true });
    expect(keeper.state.people).toHaveLength(1);
    keeper.choose(0);
    keeper.change({ large: true });
    expect(keeper.state.settings.large).toBe(true);
  });

  it.each(["remove", "forget"] as const)("is not waited for: what is deleted here is deleted before anybody is told (%s)", async (how) => {
    const [kept, one] = [memory([later()]), server(judged)];
    one.unbind = never;
    const keeper = new Keeper(kept.store, one, world(), "zh");
    await keeper.start();
    void keeper[how]("p");
    await settled();
    expect([kept.current(), keeper.state.people, keeper.state.ready]).toEqual([[], [], true]);
  });

  it("is asked for again where nobody is on the phone, when it is back and not before", async () => {
    const [kept, one, outside] = [memory([later()]), server(judged), world()];
    one.unbind = nobody;
    one.people = nobody;
    const keeper = new Keeper(kept.store, one, outside, "zh");
    await keeper.start();
    await keeper.forget();
    expect(keeper.state).toMatchObject({ online: false, choosing: false, people: [] });
    await keeper.look();
    expect(keeper.state).toMatchObject({ online: false, choosing: false });
    one.people = async () => [{ who: "self", relation: "self", name: "王*明", tail: "0417", bound: false }];
    await keeper.networkCame();
    expect(keeper.state).toMatchObject({ online: true, choosing: true });
    expect(keeper.state.offers).toHaveLength(1);
  });

  it("is not needed to go back: an answer that comes late brings nobody away from their code", async () => {
    const one = server(judged);
    let answer = (_named: Named[]): void => undefined;
    one.people = async () => new Promise((done) => (answer = done));
    const keeper = new Keeper(memory([later()]).store, one, world(), "zh");
    await keeper.start();
    const asked = keeper.startChoosing();
    keeper.stopChoosing();
    await settled();
    answer([]);
    await asked;
    expect(keeper.state.choosing).toBe(false);
    const again = keeper.startChoosing();
    keeper.stopChoosing();
    void keeper.startChoosing();
    await settled();
    answer([]);
    await again;
    expect(keeper.state).toMatchObject({ choosing: true, offers: [] });
  });
});
