/** The engine whole, without the screens: what a device is allowed, and what its guard does. */
import "fake-indexeddb/auto";

import { describe, expect, it, vi } from "vitest";

import { fromBase64, fromHex } from "../src/credential/bytes";
import { compressed } from "../src/credential/keys";
import { openSealed } from "../src/credential/sealing";
import { openEngine } from "../src/scan/engine";
import { Store } from "../src/scan/engine/store";
import { Device } from "./scanning";
import { asked, codeOf, device, EPOCH, HOUR, NOW, office, pass, publish, sent } from "./scanner";

/** For what another tab is told: as long as a busy machine may need. */
const LONG = { timeout: 15_000, interval: 5 };
/** The policy file is longer, and everything else that is signed is shorter. */
const POLICY_BYTES = 1_000;

describe("what a scanner is allowed", () => {
  it("is nothing outside its hours, and it says so", async () => {
    const { engine } = await device({ hours: [[127, 6 * 60, 9 * 60]] });
    expect(engine.view().state).toBe("outside-hours");
    expect((await engine.judge(await office.code(EPOCH, NOW))).verdict).toBe("stopped");
    expect(engine.nothingShown().verdict).toBe("stopped");
  });

  it("ends with the licence, and is renewed by the next sync", async () => {
    const { device: held, engine } = await device({ lasts: HOUR });
    held.pass(2 * HOUR);
    engine.dismiss();
    expect(engine.view().state).toBe("stopped");
    held.server.licence = await office.licence(fromHex(held.server.device), NOW + 2 * HOUR);
    await publish(held, NOW + 2 * HOUR);
    await engine.syncNow();
    expect(engine.view().state).toBe("ready");
  });

  it("is only training on a device for training", async () => {
    const { device: held, engine } = await device({ training: true });
    expect(engine.view().training).toBe(true);
    await pass(engine, await engine.judge(await office.code(EPOCH, NOW)));
    await engine.syncNow();
    expect(sent(held)[0]).toMatchObject({ mode: "training" });
  });

  it("is another device's licence never", async () => {
    const { device: held, engine } = await device();
    held.server.licence = await office.licence(new Uint8Array(16), NOW);
    await engine.syncNow();
    expect(engine.view().state).toBe("stopped");
  });

  it("is nothing once it is revoked: the device forgets everything at the next sync, in every tab", async () => {
    const { device: held, engine, name } = await device();
    const other = await openEngine(held.tab(), name);
    held.connected = false;
    await pass(engine, engine.nothingShown());
    held.connected = true;
    held.server.revoked = true;
    await engine.syncNow();
    for (const tab of [engine, other]) {
      const forgotten = { state: "revoked", checkpoint: null, policy: null, queued: 0, guard: null };
      await vi.waitFor(() => expect(tab.view()).toMatchObject(forgotten), LONG);
      expect(await codeOf(tab.beginShift("张"))).toBe("not-enrolled");
      expect((await tab.judge(await office.code(EPOCH, NOW))).verdict).toBe("stopped");
    }
    expect(engine.view().problem?.code).toBe("device-revoked");
    expect((await openEngine(held.tab(), name)).view().state).toBe("revoked");
  });

  it("is kept, with its records, where the server merely does not know the device", async () => {
    const { device: held, engine } = await device();
    held.connected = false;
    await pass(engine, engine.nothingShown());
    held.connected = true;
    held.server.unknown = true;
    await engine.syncNow();
    expect(engine.view()).toMatchObject({ state: "broken", queued: 1, problem: { code: "device-unknown" } });
    held.server.unknown = false;
    await engine.syncNow();
    expect(engine.view()).toMatchObject({ state: "ready", queued: 0, problem: null });
  });
});

describe("what a guard does", () => {
  it("is recorded with everything that the matrix looked at, and counted for the shift", async () => {
    const { device: held, engine } = await device();
    await engine.beginShift("张");
    const green = await pass(engine, await engine.judge(await office.code(EPOCH, NOW)));
    const fever = await pass(engine, await engine.judge(await office.code(EPOCH, NOW)), { temperature: "fever" });
    expect([green.action, fever.action]).toEqual(["release", "hand_over"]);
    const { number } = await engine.slip({ of: fever.n, slip: "no-code" });
    expect(number).toMatch(/^[2-9A-HJ-NP-Z]{6}$/);
    await engine.refuse({ of: null, ground: "no-document" });
    await engine.complain({ of: green.n, complaint: "plate", text: "x".repeat(900) });
    await engine.annul(green.n);
    expect(engine.view().counts).toEqual({ green: 1, release: 0, hand_over: 1, slip: 1, refusal: 1, complaint: 1, annulled: 1 });
    const report = await engine.endShift("平安");
    expect(report).toMatchObject({ guard: "张", from: NOW, note: "平安", counts: { green: 1 } });
    expect(engine.view().guard).toBeNull();
    await engine.syncNow();
    const records = sent(held);
    expect(records.map(({ kind }) => kind)).toEqual(["shift", "passage", "passage", "slip", "refusal", "complaint", "annulled", "shift"]);
    expect(records[1]).toMatchObject({ action: "release", rule: "green", policy: engine.view().policy?.version, epoch: EPOCH, slot: 5, mode: "ordinary", rung: 0, ages: { trust: 0, recall: 0, policy: 0 } });
    expect(Object.keys(records[1] ?? {}).sort()).toEqual(
      ["action", "ages", "at", "cti", "epoch", "group", "kind", "licence", "mode", "n", "number", "policy", "reason", "rule", "rung", "situation", "slot", "temperature"],
    );
    expect(records[1]?.licence).toBe(NOW);
    expect(fromBase64(String(records[1]?.cti))).toHaveLength(8);
    expect(String(records[5]?.text)).toHaveLength(500);
    expect(JSON.stringify(records)).not.toMatch(/王|0417/);
  });

  it("says whose hands somebody is in, readable by the server alone, until somebody there has said so", async () => {
    const { device: held, engine } = await device();
    const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
    const person = { name: "王小明", document: "330299199001010014", phone: "" };
    const input = { of: 1, to: "health", why: "fever", temperature: 385, epoch: null, slot: null, cti: null, person } as const;
    held.server.answer = { sealing: null };
    held.server.answer = { sealing: btoa(String.fromCharCode(...(await compressed(pair.publicKey)))) };
    await engine.syncNow();
    const { n } = await engine.handOver(input);
    expect(engine.view().waiting).toMatchObject([{ n, to: "health", why: "fever", due: NOW + 900, acknowledged: null }]);
    held.server.acknowledged = [{ n, at: NOW + 60, by: "区卫健局" }];
    await engine.syncNow();
    expect(engine.view().waiting[0]?.acknowledged).toEqual({ at: NOW + 60, by: "区卫健局" });
    const [record] = sent(held);
    expect(JSON.stringify(record)).not.toContain("王小明");
    const opened = await openSealed(pair, fromBase64(String(record?.sealed)), new TextEncoder().encode(`YMT1-sealed\n${held.server.device}`));
    expect(JSON.parse(new TextDecoder().decode(opened ?? undefined))).toEqual(person);
    held.pass(2000);
    await engine.syncNow();
    expect(engine.view().waiting).toEqual([]);
  });

  it("can look somebody up without a network, and each look is recorded without the number", async () => {
    const { device: held, engine } = await device();
    expect(await codeOf(engine.lookUp("330299199001010014"))).toBe("no-register");
    const key = new Uint8Array(32).fill(9);
    const people: [string, number, string][] = [["330299199001010014", 1, "王*明"], ["330299198507230021", 3, "李*"]];
    held.server.extract = { epoch: 4, key, bytes: await office.extract(people, key, 4, NOW) };
    await engine.syncNow();
    expect(engine.view().register).toEqual({ count: 2, issued: NOW, expires: NOW + 86_400 });
    held.connected = false;
    expect(await engine.lookUp("3302 9919 9001 0100 14")).toMatchObject({ verdict: "green", carrier: "register", name: "王*明", tail: "0014" });
    expect(await engine.lookUp("330299198507230021")).toMatchObject({ verdict: "red", name: "李*" });
    expect(await engine.lookUp("330299200001010017")).toMatchObject({ verdict: "nothing", name: null });
    held.connected = true;
    await engine.syncNow();
    expect(sent(held).map(({ kind, found }) => [kind, found])).toEqual([["look", true], ["look", true], ["look", false]]);
    expect(JSON.stringify(sent(held))).not.toContain("3302991");
    held.connected = false;
    held.pass(24 * HOUR);
    expect((await engine.judge(await office.paper(NOW))).verdict).toBe("stopped");
    expect(await engine.lookUp("330299199001010014")).toMatchObject({ verdict: "green" });
    expect(engine.view()).toMatchObject({ state: "stopped", rung: 2 });
    held.pass(1);
    expect(await codeOf(engine.lookUp("330299199001010014"))).toBe("register-over");
    engine.dismiss();
    expect(engine.view().rung).toBe(3);
  });

  it("is forgotten also by a tab that was just reading what the device held", async () => {
    const { device: held, engine, name } = await device();
    const other = await openEngine(held.tab(), name);
    await other.syncNow();
    const disk = await Store.open(name);
    let goOn = (): void => undefined;
    const waited = new Promise<void>((done) => (goOn = done));
    const [verify, waiting] = [crypto.subtle.verify.bind(crypto.subtle), vi.fn()];
    const slow = vi.spyOn(crypto.subtle, "verify").mockImplementation(async (...asked) => {
      // The policy is the one long file: each tab has read the trust list before it, and is kept at this one.
      if (asked[3].byteLength > POLICY_BYTES) (waiting(), await waited);
      return verify(...asked);
    });
    try {
      held.tab().tell();
      await vi.waitFor(() => expect(waiting.mock.calls.length).toBeGreaterThan(1), LONG);
      held.server.revoked = true;
      const round = engine.syncNow();
      await vi.waitFor(async () => expect(await disk.get("ended")).toBe("revoked"), LONG);
      goOn();
      await round;
      for (const tab of [engine, other]) {
        await vi.waitFor(() => expect(tab.view()).toMatchObject({ state: "revoked", checkpoint: null, policy: null }), LONG);
      }
    } finally {
      slow.mockRestore();
    }
  });

  it("needs the network for an application on the spot, and says so", async () => {
    const { device: held, engine } = await device();
    expect(await engine.apply({})).toEqual({ state: "judged", colour: "green", name: "王*明", tail: "", receipt: "R1" });
    held.connected = false;
    expect(await codeOf(engine.apply({}))).toBe("no-connection");
  });

  it("is seen in every tab", async () => {
    const { device: held, engine, name } = await device();
    const other = await openEngine(held.tab(), name);
    held.connected = false;
    await engine.beginShift("张");
    await pass(engine, engine.nothingShown());
    const seen = { guard: "张", queued: 2, counts: { nothing: 1, turn_back: 1 } };
    await vi.waitFor(() => expect(other.view()).toMatchObject(seen), LONG);
  });

  it("is nothing before the device is enrolled", async () => {
    const held = new Device();
    const engine = await openEngine(held.tab(), "engine-empty");
    expect(engine.view()).toMatchObject({ state: "empty", policy: null, checkpoint: null });
    expect((await engine.judge("YMT1:")).verdict).toBe("stopped");
    expect(await codeOf(engine.beginShift("张"))).toBe("not-enrolled");
    expect(await codeOf(Promise.resolve().then(() => engine.decide(asked(engine.nothingShown()))))).toBe("no-policy");
    expect(await codeOf(engine.enrol("https://code.example/", "一号"))).toBe("secret-wrong");
  });
});

describe("a vehicle", () => {
  it("is named anew each time, in the form that the server takes", async () => {
    const { engine } = await device();
    const names = [engine.newGroup(), engine.newGroup()];
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^[0-9A-Za-z-]{1,32}$/);
  });
});

describe("a gate that is left by itself", () => {
  it("stays so when the page is opened anew, until its PIN is given; five wrong ones have to wait", async () => {
    const { device: held, engine, name } = await device();
    await engine.beginGate("4711", true);
    expect(engine.view().gate).toEqual({ turnstile: true });
    const anew = await openEngine(held.tab(), name);
    expect(anew.view().gate).toEqual({ turnstile: true });
    for (const wrong of ["0000", "4712", "471", "11111", "1234"]) expect(await anew.opensGate(wrong)).toBe(false);
    expect(await codeOf(anew.opensGate("4711"))).toBe("pin-wait");
    held.pass(61);
    expect(await anew.opensGate("4711")).toBe(true);
    await anew.endGate();
    expect([anew.view().gate, (await openEngine(held.tab(), name)).view().gate]).toEqual([null, null]);
  });

  it("is forgotten with everything else when the device is revoked", async () => {
    const { device: held, engine } = await device();
    await engine.beginGate("4711", false);
    held.server.revoked = true;
    await engine.syncNow();
    expect(engine.view()).toMatchObject({ state: "revoked", gate: null });
  });
});
