import "fake-indexeddb/auto";

import { describe, expect, it } from "vitest";

import { fromHex, toBase64 } from "../src/credential/bytes";
import { openSealed } from "../src/credential/sealing";
import { compressed } from "../src/credential/keys";
import { openDesk } from "../src/desk/engine";
import { Trouble } from "../src/desk/engine/types";
import { chances, type Death, Device, json } from "./scanning";
import { Office } from "./signing";

type Json = Record<string, unknown>;
const PIN = "246810";
const office = await Office.made();
const sealing = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
const closedTo = await compressed(sealing.publicKey);
let names = 0;

/** A point's server: it opens what is closed to it, counts each number once, and can end the device. */
async function tablet() {
  const held = new Device();
  const { server } = held;
  const taken = new Map<number, Json>();
  const state = { ended: false, doubles: 0 };
  const given = async (): Promise<Json> => ({
    licence: toBase64(await office.licence(fromHex(server.device), held.cityMs / 1000, { lasts: 36 * 3600 })),
    sealing: toBase64(closedTo), now: held.cityMs, shift: 0,
  });
  const plain = { point: { id: 3, title: "月湖社区", address: "", division: 330203001 }, clerk: "张", refusals: {}, colours: {}, questions: {}, id_types: {}, symptoms: {} };
  const words = { ...plain, statement: { version: "1", zh: "", en: "" }, terms: { valid_days: 30, child_below: 14, offline_hours: 36, block: 200 } };
  server.handle = async (path, request) => {
    const body = JSON.parse(String(request.body || "{}")) as Json;
    if (path === "/e/signed/trust.ymt") return new Response((await office.trust(held.cityMs / 1000, 1)) as BodyInit);
    if (path === "/d/enrol") return json({ device: server.device, root: toBase64(office.root.point), ...(await given()) }, 201);
    if (path === "/d/divisions") return json({ divisions: [] });
    if (path === "/d/carry") return json({ ...words, blocks: [{ district: 330203, first: 1, last: 200 }], used: [], no_numbers: null, route: body.route ? [] : null });
    const results: Json[] = [];
    for (const { n, sealed } of body.records as { n: number; sealed: string }[]) {
      const aad = new TextEncoder().encode(`YMT1-sealed\n${server.device}`);
      const bytes = Uint8Array.from(atob(sealed.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
      const text = await openSealed(sealing, bytes, aad);
      if (taken.has(n)) state.doubles += 1;
      taken.set(n, JSON.parse(new TextDecoder().decode(text ?? new Uint8Array())) as Json);
      results.push({ n, state: "taken", code: "" });
    }
    return json(state.ended ? { results, ended: true, now: held.cityMs, shift: 0 } : { results, ended: false, extract: null, ...(await given()) });
  };
  names += 1;
  const name = `desk-${names}`;
  const desk = await openDesk(held.tab(), name);
  await desk.enrol(`#enrol=${server.secret}`, "平板");
  await desk.choosePin(PIN);
  await desk.carry(true);
  return { held, desk, name, taken, state };
}

const person = (n: number) => ({ whom: { document: { id_type: "resident", id_number: `E${1000000 + n}`, name: "王小明" } }, name: "王小明", document: `E${1000000 + n}`, strokes: "" });

describe("an offline day", () => {
  it("comes home once over a connection that dies at any moment, by a page that is opened anew each time", async () => {
    const { held, name, taken, state } = await tablet();
    const chance = chances(7);
    held.connected = false;
    const numbers: string[] = [];
    for (let n = 0; n < 30; n += 1) {
      // Another page on the same disk: the one before was killed without a word.
      const desk = await openDesk(held.tab(), name);
      await desk.unlock(PIN);
      numbers.push((await desk.hand(person(n))).number);
    }
    held.connected = true;
    const first: Death[] = ["after", "before", "after"];
    held.deaths = () => first.shift() ?? (chance() < 0.2 ? "before" : chance() < 0.2 ? "after" : null);
    const desk = await openDesk(held.tab(), name);
    for (let turn = 0; turn < 60 && desk.view().queued > 0; turn += 1) await desk.syncNow();
    expect(desk.view().queued).toBe(0);
    expect(new Set(numbers).size).toBe(30);
    expect([...taken.values()].map(({ number }) => number)).toEqual(numbers);
    expect(state.doubles).toBeGreaterThan(0);
  }, 60_000);

  it("is not issued after the licence is over, and what waits still goes home without the PIN", async () => {
    const { held, desk, name, taken } = await tablet();
    held.connected = false;
    await desk.hand(person(1));
    held.pass(80 * 3600);
    await expect(desk.hand(person(2))).rejects.toBeInstanceOf(Trouble);
    held.connected = true;
    const locked = await openDesk(held.tab(), name);
    expect(locked.view().state).toBe("locked");
    await locked.syncNow();
    expect([locked.view().queued, taken.size]).toEqual([0, 1]);
  }, 30_000);

  it("leaves nothing of anybody after ten wrong PINs, or when the point has ended the device", async () => {
    const { held, desk, name, taken, state } = await tablet();
    held.connected = false;
    await desk.hand(person(1));
    const lost = await openDesk(held.tab(), name);
    for (let tries = 0; tries < 10; tries += 1) await lost.unlock("000000").catch(() => undefined);
    expect([lost.view().state, lost.view().queued, lost.view().entries.length]).toEqual(["shut", 1, 0]);
    await expect(lost.unlock(PIN)).rejects.toBeInstanceOf(Trouble);
    state.ended = true;
    held.connected = true;
    await lost.syncNow();
    expect([lost.view().queued, taken.size]).toEqual([0, 1]);
  }, 60_000);
});
