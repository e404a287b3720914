/** The keeper with a store in memory and a server that counts: when it asks, when it does not, and when it comes back. */
import { describe, expect, it, vi } from "vitest";

import { Keeper } from "../src/code/keeper";
import { type Named, NoAnswer, SaidNo, type Server } from "../src/code/server";
import type { Person } from "../src/code/kept";
import { current, judged, memory, never, nobody, NOW, passesOf, person, server, settled, world } from "./kept";
import { Office } from "./signing";

const waiting = (): Person => person({ heard: NOW - 60_000 });
const later = (): Person => person({ next: NOW + 3_600_000 });

/** Nothing of the server answers, and everything again. */
function cut(one: Server): () => void {
  const answers = { ...one };
  Object.assign(one, { time: nobody, follow: nobody, file: nobody, strip: nobody, told: nobody, people: nobody });
  return () => void Object.assign(one, answers);
}

describe("the keeper", () => {
  it("asks for whoever has no slot, and comes back after growing gaps, whatever the server hints", async () => {
    const [kept, one, outside] = [memory([waiting()]), server(judged), world()];
    const keeper = new Keeper(kept.store, one, outside, "zh", []);
    await keeper.start();
    expect(one.asked).toEqual(["time", "follow", "strip 2020-02-20"]);
    for (const gap of [20, 40, 80, 160, 320, 640, 900, 900]) {
      expect(outside.appointments.at(-1)).toBe(gap);
      outside.go(gap - 1);
      await keeper.renew(false);
      expect(one.asked).toHaveLength(3);
      outside.go(1);
      await keeper.renew(false);
      expect(one.asked.splice(3)).toEqual(["time", "follow", "strip 2020-02-20"]);
    }
    outside.go(30);
    await keeper.seen();
    expect(one.asked.splice(3)).toEqual(["time", "follow", "strip 2020-02-20"]);
    expect(outside.appointments.at(-1)).toBe(20);
  });

  it("leaves a failing server alone for longer and longer, and as long as it says", async () => {
    const waits = [0, 0, 120];
    const one = server(async () => {
      throw new NoAnswer(waits.shift());
    });
    const [kept, outside] = [memory([waiting()]), world()];
    const keeper = new Keeper(kept.store, one, outside, "zh", []);
    await keeper.start();
    expect(outside.appointments.at(-1)).toBe(3.75);
    await keeper.look();
    expect(one.asked).toHaveLength(3);
    outside.go(3.75);
    await keeper.renew(false);
    expect(outside.appointments.at(-1)).toBe(7.5);
    outside.go(7.5);
    await keeper.renew(false);
    expect(outside.appointments.at(-1)).toBe(135);
    expect([keeper.state.failed, one.asked.length]).toEqual([true, 9]);
  });

  it("deletes what it holds of somebody whose code moved, and asks no more for them", async () => {
    const one = server(async () => {
      throw new SaidNo(410, "binding-moved", {});
    });
    const [kept, outside] = [memory([person({ standing: "bound", heard: 0 })]), world()];
    const keeper = new Keeper(kept.store, one, outside, "zh", []);
    await keeper.start();
    expect(kept.silenced).toEqual(["p true"]);
    expect(keeper.faceOf(keeper.state.people[0]!, NOW).kind).toBe("moved");
    const before = one.asked.length + one.read.length;
    await keeper.seen();
    expect(one.asked.length + one.read.length).toBe(before);
  });

  it("keeps one appointment of a kind at a time, an older one does nothing; nor does one that comes while the page is hidden", async () => {
    const [kept, one] = [memory([current()], NOW, await passesOf(await Office.made(), 5)), server(judged)];
    const thens: (() => void)[] = [];
    let seen = true;
    const keeper = new Keeper(kept.store, one, world({ later: (_seconds, then) => void thens.push(then), isSeen: () => seen }), "zh", []);
    await keeper.start();
    await keeper.look();
    expect([thens.length, one.read.length]).toEqual([2, 2]);
    thens[0]?.();
    await settled();
    expect(one.read).toHaveLength(2);
    seen = false;
    thens[1]?.();
    await settled();
    expect([thens.length, one.read.length]).toEqual([2, 2]);
    seen = true;
    await keeper.seen();
    expect([thens.length, one.read.length]).toEqual([3, 3]);
  });

  it("says that a clock which was set back is unsure, until a person has it ask", async () => {
    const [kept, one] = [memory([current()], NOW + 3_600_000), server(judged)];
    const keeper = new Keeper(kept.store, one, world(), "zh", []);
    await keeper.start();
    expect(keeper.state.unsure).toBe(true);
    await keeper.renew(true);
    expect(keeper.state.unsure).toBe(false);
  });
});

describe("whether there is a network", () => {
  it("is shown by the answer alone: off when nobody answers, whatever a browser says, and on again with the next answer", async () => {
    vi.stubGlobal("navigator", { onLine: true });
    const [kept, one, outside] = [memory([waiting()]), server(judged), world()];
    const mend = cut(one);
    const keeper = new Keeper(kept.store, one, outside, "zh", []);
    expect(keeper.state.online).toBe(true);
    await keeper.start();
    expect([keeper.state.online, outside.appointments]).toEqual([false, [3.75, 3.75]]);
    vi.stubGlobal("navigator", { onLine: false });
    mend();
    outside.go(3.75);
    outside.run();
    await vi.waitFor(() => expect(keeper.state.online).toBe(true));
    expect(one.asked).toContain("strip 2020-02-20");
    vi.unstubAllGlobals();
  });

  it("is on where a server says that it is too busy", async () => {
    const one = server(async () => Promise.reject(new NoAnswer(120, true)));
    const keeper = new Keeper(memory([waiting()]).store, one, world(), "zh", []);
    await keeper.start();
    expect([keeper.state.online, keeper.state.failed]).toEqual([true, true]);
  });

  it("is tried at once when the browser says that one came, however long the wait would be", async () => {
    const [one, outside] = [server(judged), world()];
    const mend = cut(one);
    const keeper = new Keeper(memory([waiting()]).store, one, outside, "zh", []);
    await keeper.start();
    for (let turn = 0; turn < 6; turn += 1) await keeper.renew(true);
    await keeper.networkCame();
    expect(outside.appointments.at(-1)).toBe(3.75);
    mend();
    await keeper.networkCame();
    expect([keeper.state.online, one.asked]).toEqual([true, ["time", "follow", "strip 2020-02-20"]]);
  });

  it("may be tried by a person at any time, who is told that nobody answered, and it stays due", async () => {
    const [one, outside] = [server(judged), world()];
    const mend = cut(one);
    const keeper = new Keeper(memory([later()]).store, one, outside, "zh", []);
    await keeper.start();
    await keeper.renew(true);
    expect(keeper.state).toMatchObject({ online: false, tried: true, busy: false });
    mend();
    outside.go(4);
    outside.run();
    await vi.waitFor(() => expect(keeper.state).toMatchObject({ online: true, tried: false }));
    expect(one.asked).toEqual(["time", "follow", "strip 2020-02-20"]);
  });

  it("may be dead without a word: what is stored is shown meanwhile", async () => {
    const [kept, one] = [memory([waiting()]), server(judged)];
    Object.assign(one, { file: never });
    const keeper = new Keeper(kept.store, one, world(), "zh", []);
    void keeper.start();
    await settled();
    expect(keeper.state).toMatchObject({ ready: true, busy: false });
    expect(keeper.state.people).toHaveLength(1);
    keeper.choose(0);
    keeper.change({ large: true });
    expect(keeper.state.settings.large).toBe(true);
  });

  it.each(["remove", "forget"] as const)("is not waited for: what is deleted here is deleted before anybody is told (%s)", async (how) => {
    const [kept, one] = [memory([later()]), server(judged)];
    one.unbind = never;
    const keeper = new Keeper(kept.store, one, world(), "zh", []);
    await keeper.start();
    void keeper[how]("p");
    await settled();
    expect([kept.current(), keeper.state.people, keeper.state.ready]).toEqual([[], [], true]);
  });

  it("is asked for again where nobody is on the phone, when it is back and not before", async () => {
    const [kept, one, outside] = [memory([later()]), server(judged), world()];
    one.unbind = nobody;
    one.people = nobody;
    const keeper = new Keeper(kept.store, one, outside, "zh", []);
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
    const keeper = new Keeper(memory([later()]).store, one, world(), "zh", []);
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
