/** Records on their way: nothing lost and nothing double, over a connection that dies, in many tabs, through crashes. */
import "fake-indexeddb/auto";

import { describe, expect, it } from "vitest";

import { Clock } from "../src/device/clock";
import { enrol } from "../src/device/enrolment";
import type { Lists } from "../src/scan/engine/lists";
import { ENROLMENT, SaidNo, Server } from "../src/scan/engine/server";
import { Store } from "../src/scan/engine/store";
import { BATCH, Syncing } from "../src/scan/engine/syncing";
import { Trouble } from "../src/scan/engine/types";
import { chances, type Death, Device } from "./scanning";

const lists = { versions: () => ({ trust: 1, policy: 2, recall: {} }) } as unknown as Lists;
const record = (of: number) => ({ kind: "refusal", at: 1_582_164_000, of, ground: "g" }) as const;
let names = 0;

/** A page on the device: opened again, it knows what is on the disk and nothing else. */
async function page(device: Device, name: string) {
  const [world, store] = [device.tab(), await Store.open(name)];
  const [server, clock] = [new Server(world, store), new Clock(world)];
  const syncing = new Syncing(store, server, lists, clock);
  const sync = async (): Promise<void> => {
    const who = await store.get("device");
    if (who) await world.alone("round", async () => syncing.run(who));
  };
  return { store, server, clock, sync, world, enrol: () => enrol({ world, clock, server, store }, ENROLMENT, device.server.secret, "东门一号") };
}

async function fresh() {
  const device = new Device();
  names += 1;
  const name = `queue-${names}`;
  const first = await page(device, name);
  await first.enrol();
  return { device, name, first };
}

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "went well",
    (flaw: unknown) => (flaw instanceof Trouble ? flaw.problem.code : String(flaw)),
  );

describe("the queue", () => {
  it("numbers from one, sends in batches, and is empty after the answers", async () => {
    const { device, first } = await fresh();
    for (let of = 1; of <= BATCH + 50; of += 1) expect(await first.store.add(record(of))).toBe(of);
    await first.sync();
    expect(device.server.batches).toEqual([BATCH, 50]);
    expect([...device.server.taken.keys()]).toEqual(Array.from({ length: BATCH + 50 }, (_, place) => place + 1));
    expect(await first.store.queued()).toBe(0);
    expect(await first.store.add(record(1))).toBe(BATCH + 51);
  });

  it("gives every record another number, however many tabs write at once", async () => {
    const { name, first } = await fresh();
    const tabs = [first.store, await Store.open(name), await Store.open(name)];
    const all = await Promise.all(Array.from({ length: 90 }, (_, of) => tabs[of % 3]?.add(record(of))));
    expect(new Set(all).size).toBe(90);
    expect(await first.store.queued()).toBe(90);
  });

  it("loses nothing and doubles nothing over a connection that dies anywhere, with three tabs and a crash at every turn", async () => {
    const { device, name } = await fresh();
    const chance = chances(7);
    const ways: Death[] = ["before", "after", null, null];
    device.deaths = () => ways[Math.floor(chance() * ways.length)] ?? null;
    const written: number[] = [];
    for (let turn = 0; turn < 40; turn += 1) {
      const tabs = await Promise.all([page(device, name), page(device, name), page(device, name)]);
      const adding = tabs.map(async ({ store }, tab) => {
        for (let each = 0; each < 5; each += 1) written.push(await store.add(record(turn * 100 + tab * 10 + each)));
      });
      const sending = tabs.map(({ sync }) => codeOf(sync()));
      await Promise.all(adding);
      // The browser is killed here: what was in memory is gone, what was under way dies with it.
      const said = await Promise.all(sending);
      expect(said.filter((code) => code !== "went well" && code !== "no-connection")).toEqual([]);
      tabs.forEach(({ store }) => store.close());
    }
    device.deaths = () => null;
    const last = await page(device, name);
    await last.sync();
    expect(written).toHaveLength(600);
    expect([...device.server.taken.keys()].sort((one, other) => one - other)).toEqual(written.sort((one, other) => one - other));
    expect(device.server.doubles).toBeGreaterThan(0);
    expect(new Set([...device.server.taken.values()].map((text) => (JSON.parse(text) as { of: number }).of)).size).toBe(600);
    expect(await last.store.queued()).toBe(0);
  });

  it("sends a signature and a counter that nobody can replay, and a greater one also when the clock was set back", async () => {
    const { device, first } = await fresh();
    await first.sync();
    const before = device.server.counter;
    device.own -= 86_400_000;
    await first.sync();
    expect(device.server.counter).toBe(before + 1);
    device.server.counter = before + 2;
    await first.sync();
    expect(device.server.counter).toBeGreaterThan(before + 2);
  });

  it("sends again what the server itself failed over, and the rest goes home meanwhile", async () => {
    const { device, first } = await fresh();
    device.server.refuse.set(2, { code: "record-unexpected", sentence: { zh: "没能处理", en: "failed" } });
    for (let of = 1; of <= 3; of += 1) await first.store.add(record(of));
    await first.sync();
    expect([...device.server.taken.keys()]).toEqual([1, 3]);
    expect([await first.store.queued(), await first.store.notTaken()]).toEqual([1, []]);
    device.server.refuse.clear();
    await first.sync();
    expect([[...device.server.taken.keys()], await first.store.queued()]).toEqual([[1, 3, 2], 0]);
  });

  it("tells what the server refused, keeps it for the office, and goes on with the rest", async () => {
    const { device, first } = await fresh();
    device.server.refuse.set(2, { code: "record-wrong", sentence: { zh: "不对", en: "wrong" } });
    for (let of = 1; of <= 3; of += 1) await first.store.add(record(of));
    await first.sync();
    expect([...device.server.taken.keys()]).toEqual([1, 3]);
    expect(await first.store.notTaken()).toEqual([{ n: 2, code: "record-wrong", sentence: { zh: "不对", en: "wrong" } }]);
    expect(await first.store.queued()).toBe(0);
  });

  it("sends smaller batches when one is refused whole, until only the record that is wrong stays behind", async () => {
    const { device, first } = await fresh();
    const { server } = device;
    const handle = server.handle.bind(server);
    server.handle = async (path, request) => {
      const wrong = path === "/s/sync" && String(request.body).includes('"of":5');
      return wrong ? new Response(JSON.stringify({ code: "body-wrong", sentence: { zh: "不对", en: "wrong" } }), { status: 400 }) : handle(path, request);
    };
    for (let of = 1; of <= 9; of += 1) await first.store.add(record(of));
    await first.sync();
    expect([...server.taken.keys()]).toEqual([1, 2, 3, 4, 6, 7, 8, 9]);
    expect((await first.store.notTaken()).map(({ n, code }) => [n, code])).toEqual([[5, "body-wrong"]]);
  });

  it("keeps everything when the server is away, answers nonsense, or is not the server at all", async () => {
    const { device, first } = await fresh();
    await first.store.add(record(1));
    const { server } = device;
    const answers: [Response, string][] = [
      [new Response("<html>sign in to the hotel's network</html>"), "no-connection"],
      [new Response("{}", { status: 503 }), "no-connection"],
      [new Response('{"taken":[1]}'), "answer-wrong"],
      [new Response("{}", { status: 403 }), "answer-wrong"],
      [new Response('{"taken":"all"}'), "answer-wrong"],
    ];
    for (const [answer, code] of answers) {
      server.handle = async () => answer;
      expect(await codeOf(first.sync())).toBe(code);
      expect(await first.store.queued()).toBe(1);
    }
  });

  it("does not believe an answer about records that were not sent", async () => {
    const { device, first } = await fresh();
    await first.store.add(record(1));
    await first.store.add(record(2));
    const { server } = device;
    const handle = server.handle.bind(server);
    server.handle = async (path, request) => {
      const answer = await handle(path, { ...request });
      if (path !== "/s/sync") return answer;
      const said = (await answer.json()) as Record<string, unknown>;
      await first.store.add(record(3));
      return new Response(JSON.stringify({ ...said, taken: [1, 2, 3, 99] }));
    };
    const who = await first.store.get("device");
    await new Syncing(first.store, first.server, lists, first.clock).run(who as NonNullable<typeof who>).catch(() => undefined);
    expect(await first.store.queued()).toBeGreaterThan(0);
  });

  it("says that the device was revoked, and that the server does not know it", async () => {
    const { device, first } = await fresh();
    device.server.revoked = true;
    await expect(first.sync()).rejects.toBeInstanceOf(SaidNo);
    expect(await codeOf(first.sync())).toBe("device-revoked");
    device.server.unknown = true;
    expect(await codeOf(first.sync())).toBe("device-unknown");
  });

  it("stores nothing any more once it is wiped, and leaves no key", async () => {
    const { name, first } = await fresh();
    await first.store.add(record(1));
    const other = await Store.open(name);
    await first.store.wipe("revoked");
    expect(await codeOf(other.add(record(2)))).toBe("not-enrolled");
    expect([await other.get("device"), await other.get("overrideKey"), await other.queued(), await other.get("ended")]).toEqual([undefined, undefined, 0, "revoked"]);
  });
});

describe("a shift", () => {
  it("is counted with the records, in the same stroke", async () => {
    const { first } = await fresh();
    const { store } = first;
    await store.add(record(1), { counted: [["green", 1]] });
    expect(await store.get("shift")).toBeUndefined();
    await store.add(record(2), { shift: { guard: "张", from: 1, counts: {} } });
    await store.add(record(3), { counted: [["green", 1], ["release", 1]] });
    await store.add(record(4), { counted: [["green", -1], ["annulled", 1]] });
    expect((await store.get("shift"))?.counts).toEqual({ green: 0, release: 1, annulled: 1 });
    await store.add(record(5), { shift: null });
    expect(await store.get("shift")).toBeUndefined();
  });
});
