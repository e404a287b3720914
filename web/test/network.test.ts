/** Scanner and offline desk: what answers is the network; what a browser says of it is a hint when to ask. */
import "fake-indexeddb/auto";

import { afterEach, describe, expect, it, vi } from "vitest";

import { phoneServer } from "../src/code/server";
import { openDesk } from "../src/desk/engine";
import { codeOf, device, settle } from "./scanner";
import { Device, json } from "./scanning";

/** A page of a browser: its events, and what it says of the network. */
function browser(onLine: boolean): EventTarget {
  const page = new EventTarget();
  vi.stubGlobal("window", page);
  vi.stubGlobal("document", Object.assign(new EventTarget(), { hidden: false }));
  vi.stubGlobal("navigator", { onLine });
  return page;
}

afterEach(() => vi.unstubAllGlobals());

describe("a scanner", () => {
  it("is offline when nobody answers, though the browser says that there is a network, and online with the next answer", async () => {
    browser(true);
    const { device: held, engine } = await device();
    expect(engine.view().online).toBe(true);
    held.connected = false;
    await engine.syncNow();
    expect(engine.view()).toMatchObject({ online: false, state: "ready" });
    vi.stubGlobal("navigator", { onLine: false });
    held.connected = true;
    await engine.syncNow();
    expect(engine.view().online).toBe(true);
  });

  it.each(["online", "offline"])("asks at once when the browser says %s, and believes the answer", async (event) => {
    const page = browser(event === "offline");
    const { device: held, engine } = await device();
    const answers = held.server.requests.length;
    held.connected = event === "offline";
    page.dispatchEvent(new Event(event));
    await settle();
    expect(engine.view().online).toBe(held.connected);
    if (held.connected) expect(held.server.requests.length).toBeGreaterThan(answers);
  });

  it("is wiped at once, also while a dead network has not answered yet", async () => {
    const { device: held, engine } = await device();
    held.server.handle = async (_path, { signal }) => new Promise((_answer, fail) => signal?.addEventListener("abort", () => fail(new Error("hung up"))));
    void engine.syncNow();
    await settle();
    expect(engine.view().syncing).toBe(true);
    await engine.wipe();
    expect(engine.view().state).toBe("empty");
  });

  it("learns it from every question, not only from its rounds", async () => {
    const { device: held, engine } = await device();
    held.connected = false;
    expect(await codeOf(engine.divisions("段塘"))).toBe("no-connection");
    expect(engine.view().online).toBe(false);
    held.connected = true;
    await engine.divisions("段塘").catch(() => undefined);
    expect(engine.view().online).toBe(true);
  });
});

describe("an offline desk", () => {
  it("is offline when nobody answers, though the browser says that there is a network, and online with the next answer", async () => {
    const page = browser(true);
    const held = new Device();
    held.server.handle = async () => json({ code: "secret-wrong", sentence: { zh: "", en: "" } }, 400);
    const desk = await openDesk(held.tab(), "network-desk");
    held.connected = false;
    await desk.enrol(`#enrol=${held.server.secret}`, "平板").catch(() => undefined);
    expect(desk.view().online).toBe(false);
    page.dispatchEvent(new Event("online"));
    await settle();
    expect(desk.view().online).toBe(false);
    held.connected = true;
    await desk.enrol(`#enrol=${held.server.secret}`, "平板").catch(() => undefined);
    expect(desk.view().online).toBe(true);
  });
});

describe("what answers on the way", () => {
  it("in the server's place, or half, is no answer of the server's", async () => {
    vi.stubGlobal("fetch", async () => new Response("<html>sign in to this network", { status: 200 }));
    await expect(phoneServer().time()).rejects.toMatchObject({ message: "no answer", reached: false });
    vi.stubGlobal("fetch", async () => new Response("", { status: 503, headers: { "Retry-After": "7" } }));
    await expect(phoneServer().time()).rejects.toMatchObject({ message: "no answer", reached: true, wait: 7 });
  });
});
