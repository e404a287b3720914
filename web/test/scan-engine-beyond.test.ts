/** The engine whole, beyond the ordinary day: codes of other cities, zones by the hour, and the code being down. */
import "fake-indexeddb/auto";

import { describe, expect, it } from "vitest";

import { fromHex, hex } from "../src/credential/bytes";
import { tagOf } from "../src/scan/engine/cities";
import { codeOf, device, EPOCH, HOUR, NOW, office, pass, publish, sent } from "./scanner";
import { Office } from "./signing";

const there = await Office.made("330100");
const stranger = (await Office.made()).passes;
const recognised = (root: Uint8Array, counts = ["green", "red"]): object => ({
  cities: [{ city: "330100", zh: "杭州", en: "Hangzhou", root: hex(root), counts }],
});

/** A scanner whose policy recognises the other city, and which has fetched its list. */
async function neighbour(change: object = recognised(there.root.point), list?: Uint8Array) {
  const made = await device();
  const bytes = list ?? (await there.trust(NOW));
  made.device.server.files.set("cities/330100/trust.ymt", bytes);
  await publish(made.device, NOW, { policy: { at: NOW + 1, change }, cities: { "330100": await tagOf(bytes) } });
  await made.engine.refreshLists();
  return made;
}

describe("a code of another city", () => {
  it("is another city's where the policy does not recognise it, and nothing that was forged", async () => {
    const { engine } = await device();
    expect(await engine.judge(await there.code(EPOCH, NOW))).toMatchObject({ verdict: "other_city", reason: "wrong-city", colour: null, name: null, slot: null });
  });

  it("is verified by its own city's keys where the policy recognises it, and its colour counts", async () => {
    const { device: held, engine } = await neighbour();
    const seen = await engine.judge(await there.code(EPOCH, NOW));
    expect(seen).toMatchObject({ verdict: "green", city: { en: "Hangzhou" }, name: "王*明", permit: "none", slot: null, cti: null, recallAge: null });
    expect((await engine.judge(await there.code(EPOCH, NOW, { colour: 3 }))).verdict).toBe("red");
    expect((await pass(engine, seen)).action).toBe("release");
    await engine.syncNow();
    expect(sent(held)[0]).toMatchObject({ reason: "recognised-city", epoch: null, slot: null, cti: null });
  });

  it("counts only with a colour that the receiving policy takes", async () => {
    const { engine } = await neighbour();
    expect(await engine.judge(await there.code(EPOCH, NOW, { colour: 2 }))).toMatchObject({ verdict: "other_city", colour: null });
  });

  it("is judged like ours: copied, old, and signed by nobody there", async () => {
    const { engine } = await neighbour();
    expect((await engine.judge(await there.code(EPOCH, NOW - 700))).reason).toBe("stale");
    expect((await engine.judge(await there.code(EPOCH, NOW, { phone: office.phone }))).verdict).toBe("doubtful");
    expect((await engine.judge(await there.code(EPOCH - 12, NOW))).verdict).toBe("expired");
    expect((await engine.judge(await there.code(EPOCH, NOW, { by: stranger }))).verdict).toBe("other_city");
  });

  it("does not count when its list is not signed by the root that the policy names; the guard is told, our codes go on", async () => {
    const { engine } = await neighbour(recognised(office.root.point));
    expect(engine.view().problem?.code).toBe("list-refused");
    expect((await engine.judge(await there.code(EPOCH, NOW))).verdict).toBe("other_city");
    expect((await engine.judge(await office.code(EPOCH, NOW))).verdict).toBe("green");
  });

  it("cannot pass for one of ours, whoever signs it there", async () => {
    const { engine } = await neighbour();
    expect((await engine.judge(await office.code(EPOCH, NOW, { by: there.passes }))).verdict).toBe("doubtful");
  });

  it("does not count any more when its list is over", async () => {
    const { device: held, engine } = await neighbour(recognised(there.root.point), await there.trust(NOW, 1, HOUR));
    held.pass(2 * HOUR);
    expect((await engine.judge(await there.code(EPOCH, NOW + 2 * HOUR))).verdict).toBe("other_city");
  });
});

describe("a control zone", () => {
  it("with hours of its own is one in those alone", async () => {
    const { device: held, engine } = await device({ zone: 2, control: [[127, 11 * 60, 20 * 60]] });
    expect(engine.view().checkpoint?.zone).toBe("ordinary");
    held.pass(HOUR);
    engine.dismiss();
    expect(engine.view().checkpoint?.zone).toBe("control");
  });
});

describe("while the code is down", () => {
  it("nobody passes by a work card before it is, whoever asks", async () => {
    const { engine } = await device();
    expect(engine.view().down).toBe(false);
    expect(await codeOf(engine.emergency({ duty: "medical", temperature: 365 }))).toBe("not-down");
  });

  it("carers and operators do, never with a fever, and each is recorded", async () => {
    const { device: held, engine } = await device();
    held.connected = false;
    held.pass(25 * HOUR);
    engine.dismiss();
    expect(engine.view()).toMatchObject({ state: "stopped", down: true });
    expect(await codeOf(engine.emergency({ duty: "medical", temperature: 380 }))).toBe("fever");
    await engine.emergency({ duty: "medical", temperature: 365 });
    held.connected = true;
    held.server.licence = await office.licence(fromHex(held.server.device), NOW + 25 * HOUR);
    await publish(held, NOW + 25 * HOUR);
    await engine.syncNow();
    expect(sent(held)).toMatchObject([{ kind: "emergency", duty: "medical", temperature: 365 }]);
  });

  it("a revoked scanner, and one outside its hours, lets nobody by", async () => {
    const { device: held, engine } = await device({ hours: [[127, 6 * 60, 11 * 60]] });
    held.connected = false;
    held.pass(26 * HOUR);
    engine.dismiss();
    expect(engine.view().down).toBe(false);
    expect(await codeOf(engine.emergency({ duty: "operator", temperature: 365 }))).toBe("not-down");
  });
});
