/** The phone follows: what it reads of the list, what it asks for then, and what it shows of passes that are recalled. */
import { beforeAll, describe, expect, it } from "vitest";

import { Keeper } from "../src/code/keeper";
import { NoAnswer, type Server, type Strip } from "../src/code/server";
import type { Person, StoredPass } from "../src/code/kept";
import { ALL, current, EPOCH, memory, nobody, NOW, passesOf, server, world } from "./kept";
import { Office, signer } from "./signing";

const SECOND = NOW / 1000;
const [SLOT, FRESH, OTHER] = [5, 77, 4000];
let office: Office;
let [old, fresh]: [StoredPass[], StoredPass[]] = [[], []];

beforeAll(async () => {
  office = await Office.made();
  [old, fresh] = [await passesOf(office, SLOT), await passesOf(office, FRESH)];
});

/** The server as it is once the verdict was followed: another credential. */
const renewed: Server["strip"] = async (_token, day, etag) => {
  if (etag === `new ${day}`) return null;
  const passes = fresh.filter(({ epoch }) => epoch >= Date.parse(day) / 3_600_000 && epoch < Date.parse(day) / 3_600_000 + 24);
  return { state: "bound", etag: `new ${day}`, issue: 2, passes: passes.map((one) => ({ ...one, secret: new Uint8Array(16) })), hint: { after: 60_000, within: 100 } };
};

interface Lists {
  minutes?: number[];
  hours?: number[];
  whole?: number[];
  issued?: number;
  sequence?: number;
  least?: number;
  within?: number;
}

async function files({ minutes = [], hours = [], whole = [], issued = SECOND, sequence = 100, least = 0, within = 0 }: Lists = {}): Promise<Record<string, Uint8Array>> {
  return {
    "trust.ymt": await office.trust(SECOND),
    "recent.ymt": await office.recent(EPOCH, sequence, issued, minutes, { least, within }),
    [`recall/${EPOCH}/hours.ymt`]: await office.recent(EPOCH, sequence - 5, issued - 300, hours, { after: sequence - 90, since: issued - 6 * 3600 }),
    [`recall/${EPOCH}/snapshot.ymt`]: await office.snapshot(EPOCH, sequence - 40, issued - 3000, whole),
  };
}

async function phone(lists: Lists = {}, change: Partial<Person> = {}, outside = world()) {
  const [kept, one] = [memory([current(change)], NOW, old), server(renewed, await files(lists))];
  const keeper = new Keeper(kept.store, one, outside, "zh", [office.root.point]);
  return { kept, one, keeper, outside, face: () => keeper.faceOf(keeper.state.people[0]!, outside.time()).kind };
}

const publish = async (one: Server & { files: Record<string, Uint8Array> }, lists: Lists): Promise<void> => void Object.assign(one.files, await files(lists));

describe("an unchanged display", () => {
  it("asks the application nothing in a whole day, and the file server one small file a minute", async () => {
    const { one, keeper, outside } = await phone();
    await keeper.start();
    expect(one.read).toEqual(["recent.ymt", "trust.ymt"]);
    for (let minute = 1; minute <= 15 * 60; minute += 1) {
      outside.go(60);
      await publish(one, { issued: SECOND + 60 * minute, sequence: 100 + minute });
      await keeper.look();
    }
    expect(one.asked).toEqual([]);
    expect(one.read.filter((name) => name === "recent.ymt")).toHaveLength(1 + 15 * 60);
    expect(new Set(one.read)).toEqual(new Set(["recent.ymt", "trust.ymt"]));
    expect(one.read).toHaveLength(2 + 15 * 60);
    expect(outside.appointments.every((seconds) => seconds >= 50 && seconds <= 60)).toBe(true);
  }, 60_000);

  it("asks for the day that comes into reach, once, when its time has come", async () => {
    const { one, keeper, outside } = await phone({}, { etags: Object.fromEntries(["20", "21", "22", "23"].map((day) => [`2020-02-${day}`, `new 2020-02-${day}`])) });
    await keeper.start();
    outside.go(17 * 3600);
    await keeper.renew(false);
    expect(one.asked).toEqual(["strip 2020-02-21", "strip 2020-02-24"]);
  });
});

describe("a recalled pass", () => {
  it("is shown no more, and others are fetched by chance within half a minute and shown", async () => {
    const { one, keeper, outside, face, kept } = await phone();
    await keeper.start();
    expect(face()).toBe("valid");
    await publish(one, { minutes: [SLOT, OTHER], issued: SECOND + 60, sequence: 101 });
    outside.go(60);
    await keeper.look();
    expect([face(), one.asked]).toEqual(["renewing", []]);
    expect(outside.appointments.at(-1)).toBe(10);
    outside.go(10);
    await keeper.renew(false);
    expect(one.asked).toEqual(["strip 2020-02-20", "strip 2020-02-21", "strip 2020-02-22", "strip 2020-02-23"]);
    expect(face()).toBe("valid");
    expect(keeper.state.people[0]?.held.every(({ claims }) => claims.slot === FRESH)).toBe(true);
    outside.go(30);
    await keeper.look();
    expect([face(), kept.held().length, one.asked.length]).toEqual(["valid", ALL.length, 4]);
  });

  it("is fetched anew at once when the page is opened, or while something was declared here minutes ago", async () => {
    for (const outside of [world(), world({ expecting: () => true })]) {
      const { one, keeper, face } = await phone({ minutes: [SLOT] }, { heard: NOW - 3_600_000, asOf: SECOND - 200 }, outside);
      await keeper.start();
      expect([one.asked.length, face()]).toEqual([4, "valid"]);
    }
  });

  it("stays grey without a network, also when the page is opened again, and comes back with one connection", async () => {
    const { one, keeper, outside, face, kept } = await phone();
    await keeper.start();
    await publish(one, { minutes: [SLOT], issued: SECOND + 60, sequence: 101 });
    outside.go(60);
    await keeper.look();
    const answers = one.strip;
    Object.assign(one, { strip: nobody, file: nobody });
    outside.go(20);
    await keeper.renew(false);
    const again = new Keeper(kept.store, one, outside, "zh", [office.root.point]);
    await again.start();
    expect([face(), again.faceOf(again.state.people[0]!, outside.time()).kind, again.state.online]).toEqual(["renewing", "renewing", false]);
    one.strip = answers;
    await again.networkCame();
    expect(again.faceOf(again.state.people[0]!, outside.time()).kind).toBe("valid");
  });

  it("is asked for again with growing gaps where the server still gives the same, and never shown", async () => {
    const { one, keeper, outside, face } = await phone({ minutes: [SLOT] }, { asOf: SECOND - 200, heard: NOW - 60_000 });
    const same = old.filter(({ epoch }) => epoch < EPOCH + 18);
    one.strip = async (_token, day): Promise<Strip> => {
      one.asked.push(day);
      return { state: "bound", etag: "x", issue: 1, passes: same.map((pass) => ({ ...pass, secret: new Uint8Array(16) })), hint: { after: 1, within: 1 } };
    };
    await keeper.start();
    for (const gap of [20, 40, 80]) {
      expect([face(), outside.appointments.at(-1)]).toEqual(["renewing", gap]);
      outside.go(gap);
      await keeper.renew(false);
    }
    expect(one.asked.filter((day) => day === "2020-02-20")).toHaveLength(4);
    one.strip = async () => ({ state: "not-judged", etag: "", issue: 0, passes: [], hint: { after: 1, within: 1 } });
    await keeper.renew(true);
    expect(face()).toBe("not-judged");
  });

  it.each([
    ["ten minutes", 300, { minutes: [SLOT] }, ["recent.ymt", "trust.ymt"], true],
    ["hours", 3 * 3600, { hours: [SLOT] }, ["recent.ymt", "trust.ymt", "hours.ymt"], true],
    ["days", 30 * 3600, { whole: [SLOT] }, ["recent.ymt", "trust.ymt", "hours.ymt", "snapshot.ymt"], true],
    ["days, and not it", 30 * 3600, { whole: [OTHER], hours: [OTHER], minutes: [OTHER] }, ["recent.ymt", "trust.ymt", "hours.ymt", "snapshot.ymt"], false],
  ])("is found by whoever has not looked for %s, in as few files as it takes", async (_how, ago, lists, read, found) => {
    const { one, keeper, kept } = await phone(lists, { asOf: SECOND - ago + 300 });
    await keeper.start();
    expect(one.read.map((name) => name.split("/").at(-1))).toEqual(read);
    expect([kept.current()[0]?.recalled !== undefined, kept.known()]).toEqual([found, SECOND]);
  });
});

describe("a list that is not to be believed", () => {
  it.each([
    ["signed by another key", async () => ({ "recent.ymt": await office.recent(EPOCH, 101, SECOND, [SLOT], { by: await signer() }) })],
    ["cut short", async () => ({ "recent.ymt": (await office.recent(EPOCH, 101, SECOND, [SLOT])).slice(0, 90) })],
    ["by the trust list of another root", async () => ({ "trust.ymt": await (await Office.made()).trust(SECOND) })],
  ])("tells nothing, neither a recall nor that it is fresh: %s", async (_how, forged) => {
    const { one, keeper, face, kept } = await phone();
    Object.assign(one.files, await forged());
    await keeper.start();
    expect([face(), one.asked, kept.known(), keeper.confirmed(keeper.state.people[0]!)]).toEqual(["valid", [], 0, NOW]);
  });

  it("of an hour ago leaves what is known, and the page knows how old that is", async () => {
    const { one, keeper, outside, kept } = await phone();
    await keeper.start();
    await publish(one, { issued: SECOND - 3600, sequence: 40 });
    outside.go(600);
    await keeper.look();
    expect([kept.known(), keeper.confirmed(keeper.state.people[0]!)]).toEqual([SECOND, NOW]);
  });

  it("where hours or snapshot are missing between is read, and what lies before it stays unknown", async () => {
    const { one, keeper, kept, face } = await phone({ minutes: [SLOT] }, { asOf: SECOND - 86_400 });
    delete one.files[`recall/${EPOCH}/hours.ymt`];
    one.strip = async () => Promise.reject(new NoAnswer());
    await keeper.start();
    expect([kept.known(), face()]).toEqual([0, "renewing"]);
  });

  it("from a future that a wrong clock made is forgotten when the time is right again", async () => {
    const { one, keeper, kept } = await phone({ issued: SECOND + 86_400 }, { asOf: SECOND - 86_400 });
    await keeper.start();
    expect(kept.known()).toBe(SECOND + 86_400);
    one.read.length = 0;
    await publish(one, { issued: SECOND + 10, sequence: 120, whole: [SLOT] });
    await keeper.look();
    expect([kept.known(), one.read.at(-1)]).toEqual([SECOND + 10, `recall/${EPOCH}/snapshot.ymt`]);
  });
});

it("passes that a list calls old are asked for at a moment by chance, and when the server says", async () => {
  const { one, keeper, outside } = await phone({ least: SECOND, within: 3600 });
  let answers = 0;
  one.strip = async (_token, day): Promise<Strip | null> => {
    one.asked.push(day);
    answers += 1;
    return { state: "bound", etag: String(answers), issue: 1, passes: [], hint: { after: 500, within: 0 } };
  };
  await keeper.start();
  expect(outside.appointments.at(-1)).toBe(1800);
  outside.go(1799);
  await keeper.look();
  expect(one.asked).toEqual([]);
  outside.go(1);
  await keeper.renew(false);
  expect(one.asked[0]).toBe("2020-02-20");
});
