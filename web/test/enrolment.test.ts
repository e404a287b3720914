/** Enrolling a device, the same for a scanner and a desk: over a connection that dies, refusals, restarts, two tabs. */
import "fake-indexeddb/auto";

import { describe, expect, it } from "vitest";

import { openDesk } from "../src/desk/engine";
import { Store as DeskStore } from "../src/desk/engine/store";
import type { Device as Kept, Enrolling } from "../src/device/enrolment";
import { openEngine } from "../src/scan/engine";
import { Store as ScanStore } from "../src/scan/engine/store";
import { codeOf, office } from "./scanner";
import { Device, json } from "./scanning";

const SECOND = "ZYXWVTSRQPNMKJHGFEDCBA9876";
let names = 0;

/** What both pages keep of an enrolment. */
interface Disk {
  get(name: "device"): Promise<Kept | undefined>;
  get(name: "enrolling"): Promise<Enrolling | undefined>;
}
const PAGES = [
  { page: "scanner", open: openEngine, stored: (name: string): Promise<Disk> => ScanStore.open(name) },
  { page: "desk", open: openDesk, stored: (name: string): Promise<Disk> => DeskStore.open(name) },
] as const;

describe.each(PAGES)("the enrolment of a $page", ({ page, open, stored }) => {
  /** A new device, opened as often as is wanted: each page knows what is on the disk and nothing else. */
  function fresh() {
    const device = new Device();
    device.server.root = office.root.point;
    names += 1;
    const name = `enrolment-${names}`;
    return { device, name, opened: () => open(device.tab(), name) };
  }
  const asked = ({ server }: Device): number => server.requests.filter((path) => path.endsWith("/enrol")).length;

  it("gives the device a key that nobody can read out, and the secret is good once", async () => {
    const { device, name, opened } = fresh();
    await (await opened()).enrol(`https://code.example/${page}/#enrol=${device.server.secret}`, "东门一号");
    const who = await (await stored(name)).get("device");
    expect(who).toMatchObject({ id: device.server.device, name: "东门一号", root: office.root.point });
    expect(who?.key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey("pkcs8", who?.key as CryptoKey)).rejects.toThrow();
    const other = await open(device.tab(), `${name}-other`);
    expect(await codeOf(other.enrol(device.server.secret, "东门二号"))).toBe("enrolment-used");
    expect(other.view().state).toBe("empty");
  });

  it("asks nobody with a secret that cannot be one", async () => {
    const { device, opened } = fresh();
    expect(await codeOf((await opened()).enrol("WRONG", "东门一号"))).toBe("secret-wrong");
    expect(asked(device)).toBe(0);
  });

  it.each(["before", "after"] as const)("is the same enrolment after a restart when the connection died %s the server had it", async (death) => {
    const { device, name, opened } = fresh();
    device.deaths = () => death;
    expect(await codeOf((await opened()).enrol(device.server.secret, "东门一号"))).toBe("no-connection");
    const first = device.server.point;
    device.deaths = () => null;
    const again = await opened();
    expect(again.view().state).toBe("enrolling");
    await again.enrol(device.server.secret, "东门一号");
    expect((await (await stored(name)).get("device"))?.id).toBe(device.server.device);
    expect(await (await stored(name)).get("enrolling")).toBeUndefined();
    if (first) expect(device.server.point).toEqual(first);
  });

  it("forgets the key when the server says no, and goes on with the next secret", async () => {
    const { device, name, opened } = fresh();
    device.server.secret = SECOND;
    const one = await opened();
    expect(await codeOf(one.enrol("0123456789ABCDEFGHJKMNPQRS", "东门一号"))).toBe("enrolment-over");
    expect(await (await stored(name)).get("enrolling")).toBeUndefined();
    expect(await (await stored(name)).get("device")).toBeUndefined();
    await one.enrol(SECOND, "东门一号");
    expect((await (await stored(name)).get("device"))?.id).toBe(device.server.device);
  });

  it("believes no answer that names no device, and keeps the key for the next try", async () => {
    const { device, name, opened } = fresh();
    const { server } = device;
    const answer = server.handle.bind(server);
    server.handle = async (path, request) => {
      const said = (await (await answer(path, request)).json()) as Record<string, unknown>;
      return json({ ...said, device: "not-a-device" }, 201);
    };
    const one = await opened();
    expect(await codeOf(one.enrol(server.secret, "东门一号"))).toBe("answer-wrong");
    expect(await (await stored(name)).get("device")).toBeUndefined();
    server.handle = answer;
    await one.enrol(server.secret, "东门一号");
    expect((await (await stored(name)).get("device"))?.id).toBe(server.device);
  });

  it("happens once, also when two tabs begin it at the same moment", async () => {
    const { device, opened } = fresh();
    const [one, other] = [await opened(), await opened()];
    const codes = await Promise.all([one, other].map((tab) => codeOf(tab.enrol(device.server.secret, "东门一号"))));
    expect(codes).toEqual(["went well", "already-enrolled"]);
    expect(asked(device)).toBe(1);
  });
});

it("leaves a scanner with a key of the override that nobody can read out", async () => {
  const device = new Device();
  device.server.root = office.root.point;
  await (await openEngine(device.tab(), "enrolment-override")).enrol(device.server.secret, "东门一号");
  expect((await (await ScanStore.open("enrolment-override")).get("overrideKey"))?.extractable).toBe(false);
});
