/** The engine whole, without the screens: verdicts, a device without a network, signed files that are hostile. */
import "fake-indexeddb/auto";

import { describe, expect, it } from "vitest";

import { fromHex } from "../src/credential/bytes";
import { openEngine } from "../src/scan/engine";
import { answerTo, overrideKey } from "../src/scan/engine/override";
import { Device } from "./scanning";
import { codeOf, device, EPOCH, HOUR, NOW, office, pass, publish, sent, settle } from "./scanner";
import { body, signer } from "./signing";

describe("verdicts", () => {
  it("each code ends in its own, and nothing is said of who holds a doubtful one", async () => {
    const { device: held, engine } = await device();
    await publish(held, NOW, { recall: { sequence: 2, slots: [77] } });
    await engine.refreshLists();
    const stranger = await signer();
    const other = await signer();
    const bad = (await office.code(EPOCH, NOW)).slice(0, -6) + "000000";
    const table: [string, string, string | null][] = [
      [await office.code(EPOCH, NOW), "green", null],
      [await office.code(EPOCH, NOW, { colour: 2 }), "yellow", null],
      [await office.code(EPOCH, NOW, { colour: 3 }), "red", null],
      [await office.paper(NOW), "green", null],
      [await office.paper(NOW, { slot: 77 }), "recalled", "recalled"],
      [await office.code(EPOCH, NOW, { slot: 77 }), "recalled", "recalled"],
      [await office.code(EPOCH, NOW - 700), "again", "stale"],
      [await office.code(EPOCH, NOW - 120), "again", "clock"],
      [await office.code(EPOCH, NOW, { phone: other }), "doubtful", "copied"],
      [await office.code(EPOCH, NOW, { by: stranger }), "doubtful", "unknown-key"],
      [await office.code(EPOCH, NOW, { by: office.recalls }), "doubtful", "key-not-for-this"],
      [await office.code(EPOCH - 12, NOW), "expired", "expired"],
      [await office.code(EPOCH + 12, NOW), "again", "not-yet"],
      [await office.code(EPOCH, NOW, { kind: 3 }), "training", "training"],
      ["https://example.org/menu", "again", "not-ours"],
      ["YMT1:abc", "again", "unreadable"],
      ["YMT1:BB8", "doubtful", "malformed"],
      [bad, "doubtful", "copied"],
    ];
    for (const [text, verdict, reason] of table) {
      const scanned = await engine.judge(text);
      expect([scanned.verdict, scanned.reason]).toEqual([verdict, reason]);
      expect(scanned.colour).toBe(reason === null ? verdict : null);
      expect(scanned.told === null).toBe(reason === null);
      if (verdict === "doubtful" || verdict === "again") expect([scanned.name, scanned.tail]).toEqual([null, null]);
    }
  });

  it("say name, tail and permit to compare, how old the recall list is, and the word that the holder sees", async () => {
    const { device: held, engine } = await device();
    held.server.answer = { words: { "18312": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" } };
    await engine.syncNow();
    const scanned = await engine.judge(await office.code(EPOCH, NOW, { permit: 1 }));
    expect(scanned).toMatchObject({ verdict: "green", carrier: "code", name: "王*明", tail: "0417", permit: "goods", epoch: EPOCH, slot: 5, recallAge: 0 });
    expect(scanned.word?.zh).toMatch(/^\p{Script=Han}{2}$/u);
    const paper = await engine.judge(await office.paper(NOW));
    expect(paper).toMatchObject({ carrier: "paper", number: "NB-000127", word: null });
    expect(await engine.judge(await office.code(EPOCH + 6, NOW))).toMatchObject({ verdict: "again" });
  });

  it("do not take the very same code for two people", async () => {
    const { device: held, engine } = await device();
    const text = await office.code(EPOCH, NOW + 10);
    expect((await engine.judge(text)).verdict).toBe("green");
    held.pass(16);
    expect(await engine.judge(text)).toMatchObject({ verdict: "again", reason: "seen-already" });
  });

  for (const minutes of [10, -10]) {
    it(`are right on a device whose clock is ${minutes} minutes off, also offline, and the scanner says so`, async () => {
      const held = new Device();
      held.own += minutes * 60_000;
      held.server.root = office.root.point;
      held.server.licence = await office.licence(fromHex(held.server.device), NOW);
      await publish(held, NOW);
      const engine = await openEngine(held.tab(), `engine-clock-${minutes}`);
      await engine.enrol(held.server.secret, "东门一号");
      held.connected = false;
      held.pass(600);
      expect((await engine.judge(await office.code(EPOCH, NOW + 600))).verdict).toBe("green");
      expect(await engine.judge(await office.code(EPOCH, NOW + 600 + minutes * 60))).toMatchObject({ verdict: "again" });
      expect(engine.view().clock).toEqual({ offset: -minutes * 60_000, known: true });
    });
  }
});

describe("a scanner without a network", () => {
  it("works on, goes amber, stops by the policy's hours, and works on under the office's answer", async () => {
    const { device: held, engine } = await device();
    held.connected = false;
    held.pass(3 * HOUR);
    expect(engine.view().ages.recall.seconds).toBeLessThanOrEqual(3 * HOUR);
    expect((await engine.judge(await office.code(EPOCH + 6, NOW + 3 * HOUR))).verdict).toBe("green");
    held.pass(2 * HOUR);
    expect(await engine.judge(await office.code(EPOCH + 6, NOW + 5 * HOUR))).toMatchObject({ verdict: "green", recallAge: 5 * HOUR });
    await engine.syncNow();
    expect(engine.view().ages.recall.level).toBe("amber");
    expect(engine.view()).toMatchObject({ state: "ready", online: false });
    held.pass(80 * HOUR);
    engine.dismiss();
    expect(engine.view().state).toBe("stopped");
    expect((await engine.judge(await office.paper(NOW))).verdict).toBe("stopped");
    const challenge = await engine.challenge();
    expect(await engine.override("00000000")).toBe(false);
    const day = Math.floor((NOW + 85 * HOUR + 8 * HOUR) / 86_400);
    const answer = await answerTo(await overrideKey(new Uint8Array(32).fill(7)), day, challenge);
    expect(await engine.override(answer)).toBe(true);
    expect(engine.view()).toMatchObject({ state: "ready", override: { until: NOW + 85 * HOUR + 1800 } });
    const scanned = await engine.judge(await office.code(EPOCH + 84, NOW + 85 * HOUR));
    expect(scanned).toMatchObject({ verdict: "green", recallAge: null });
    await pass(engine, scanned);
    expect(await engine.override(answer)).toBe(false);
    held.pass(1801);
    engine.dismiss();
    expect(engine.view().state).toBe("stopped");
    held.connected = true;
    await engine.syncNow();
    expect(sent(held).map(({ kind, mode }) => [kind, mode])).toEqual([["override", undefined], ["passage", "override"]]);
  });

  it("takes no more than a few guesses at the office's answer", async () => {
    const { engine } = await device();
    await engine.challenge();
    for (let guess = 0; guess < 5; guess += 1) expect(await engine.override(`1234567${guess}`)).toBe(false);
    expect(await codeOf(engine.override("12345678"))).toBe("override-locked");
    await engine.challenge();
    expect(await engine.override("12345678")).toBe(false);
  });

  it("keeps every record through a day and a restart, and sends each once when the network is back", async () => {
    const { device: held, engine, name } = await device();
    held.connected = false;
    await engine.syncNow();
    for (let hour = 1; hour <= 20; hour += 1) {
      held.pass(HOUR);
      expect((await pass(engine, await engine.judge(await office.paper(NOW)))).action).toBe("release");
    }
    expect(engine.view().queued).toBe(20);
    const again = await openEngine(held.tab(), name);
    expect(again.view().queued).toBe(20);
    held.connected = true;
    await Promise.all([engine.syncNow(), again.syncNow()]);
    expect(again.view().queued).toBe(0);
    expect(sent(held).map(({ at }) => at)).toEqual(Array.from({ length: 20 }, (_, hour) => NOW + (hour + 1) * HOUR));
    expect(new Set(sent(held).map(({ mode }) => mode))).toEqual(new Set(["offline"]));
  });
});

describe("signed files", () => {
  it("are asked for once more by whoever asks while a round is under way", async () => {
    const { device: held, engine } = await device();
    const { server } = held;
    const answered = server.handle.bind(server);
    let letGo = (): void => undefined;
    const answering = new Promise<void>((done) => (letGo = done));
    server.handle = async (path, request) => {
      const answer = await answered(path, request);
      if (path === "/e/signed/index.json") await answering;
      return answer;
    };
    const early = engine.syncNow();
    while (!server.requests.slice(-1)[0]?.endsWith("index.json")) await settle();
    await publish(held, NOW, { recall: { sequence: 2, slots: [77] } });
    const late = engine.refreshLists();
    letGo();
    await Promise.all([early, late]);
    expect((await engine.judge(await office.paper(NOW, { slot: 77 }))).verdict).toBe("recalled");
  });

  it("that are older, edited, or signed by somebody else are refused; what is known still counts, and the guard is told", async () => {
    const { device: held, engine } = await device();
    const { server } = held;
    await publish(held, NOW, { trust: 5, recall: { sequence: 9, slots: [77] } });
    await engine.refreshLists();
    expect(engine.view().problem).toBeNull();
    const good = new Map(server.files);
    const recalled = async (): Promise<string> => (await engine.judge(await office.code(EPOCH, held.cityMs / 1000, { slot: 77 }))).verdict;
    const stranger = await signer();
    const edited = (name: string): Uint8Array => (good.get(name) ?? new Uint8Array()).map((byte, place, all) => (place === all.length - 80 ? byte ^ 1 : byte));
    const newer = { trust: { version: 6 }, recall: [{ epoch: EPOCH, to: NOW + 86_400, snapshot: 10, sequence: 10 }], checkpoints: { issued: NOW + 1 } };
    const index = (change: object): Uint8Array => new TextEncoder().encode(JSON.stringify({ ...newer, ...change }));
    const same = { trust: { version: 5 }, recall: [], checkpoints: { issued: NOW } };
    const hostile: [string, Map<string, Uint8Array>, string][] = [
      ["an older trust list", new Map([["index.json", index({ ...same, trust: { version: 4 } })], ["trust.ymt", await office.trust(NOW, 4)]]), "list-rolled-back"],
      ["an edited trust list", new Map([["index.json", index({ ...same, trust: { version: 6 } })], ["trust.ymt", edited("trust.ymt")]]), "list-refused"],
      ["an older policy", new Map([["index.json", index({ ...same, checkpoints: { issued: NOW - 9 } })], ["checkpoints.ymt", await office.policyFile(body(), NOW - 9)]]), "list-rolled-back"],
      ["an edited policy", new Map([["index.json", index({ ...same, checkpoints: { issued: NOW + 1 } })], ["checkpoints.ymt", edited("checkpoints.ymt")]]), "list-refused"],
      ["an index of yesterday", new Map([["index.json", index({ ...same, recall: [{ epoch: EPOCH, to: NOW + 1, snapshot: 3, sequence: 3 }] })]]), "list-rolled-back"],
      ["a list that forgets", new Map([["index.json", index({ ...same, recall: newer.recall })], [`recall/${EPOCH}/snapshot.ymt`, await office.snapshot(EPOCH, 10, NOW)]]), "list-rolled-back"],
      ["a stranger's list", new Map([["index.json", index({ ...same, recall: newer.recall })], [`recall/${EPOCH}/snapshot.ymt`, await office.snapshot(EPOCH, 10, NOW, [], stranger)]]), "list-refused"],
    ];
    for (const [what, files, code] of hostile) {
      for (const [name, bytes] of [...good, ...files]) server.files.set(name, bytes);
      await engine.refreshLists();
      held.pass(30);
      expect([what, engine.view().problem?.code]).toEqual([what, code]);
      expect(await recalled()).toBe("recalled");
      expect(engine.view().state).toBe("ready");
    }
    for (const [name, bytes] of good) server.files.set(name, bytes);
    await engine.refreshLists();
    expect(engine.view().problem).toBeNull();
  });

  it("are on the device when the page is opened again without a network", async () => {
    const { device: held, name } = await device();
    await publish(held, NOW, { recall: { sequence: 2, slots: [77] } });
    held.connected = false;
    const again = await openEngine(held.tab(), name);
    await again.refreshLists();
    expect(again.view()).toMatchObject({ state: "ready", online: false });
    expect((await again.judge(await office.code(EPOCH, NOW))).verdict).toBe("green");
  });

  it("are fetched by deltas only while that is less", async () => {
    const { device: held, engine } = await device();
    await publish(held, NOW + 60, { recall: { sequence: 40 } });
    held.server.requests.length = 0;
    held.pass(60);
    await engine.refreshLists();
    expect(held.server.requests.filter((path) => path.includes("recall")).every((path) => path.endsWith("snapshot.ymt"))).toBe(true);
    held.server.requests.length = 0;
    held.pass(60);
    await engine.refreshLists();
    expect(held.server.requests.filter((path) => path.startsWith("/e/"))).toEqual(["/e/signed/index.json"]);
  });
});
