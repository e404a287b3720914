/** A thermometer that comes and goes, by radio and by cable. What it stands in for is the browser's part alone. */
import { afterEach, describe, expect, it, vi } from "vitest";

import { thermometer } from "../src/scan/engine/thermometer";
import { type Link, Trouble } from "../src/scan/engine/types";
import { Cable, settle } from "./plugged";

const SERVICE = 0x1809;
/** 36.6 degrees Celsius as the standard's medical float: 366 times ten to the minus one. */
const NORMAL = [0, 0x6e, 0x01, 0x00, 0xff];

/** A Bluetooth thermometer as the browser shows it. */
class Radio extends EventTarget {
  near = true;
  readonly characteristics: (EventTarget & { value?: DataView })[] = [];
  readonly gatt = {
    connect: async () => {
      if (!this.near) throw new DOMException("out of range", "NetworkError");
      const measured = Object.assign(new EventTarget(), { startNotifications: () => Promise.resolve() });
      this.characteristics.push(measured);
      return { getPrimaryService: async (id: number) => ({ getCharacteristic: async (_: number) => (expect(id).toBe(SERVICE), measured) }) };
    },
    disconnect: () => this.leaves(),
  };

  measures(bytes: readonly number[], place = -1): void {
    const measured = this.characteristics.at(place);
    if (!measured) throw new Error("nobody connected");
    measured.value = new DataView(new Uint8Array(bytes).buffer);
    measured.dispatchEvent(new Event("characteristicvaluechanged"));
  }

  leaves(): void {
    this.near = false;
    this.dispatchEvent(new Event("gattserverdisconnected"));
  }
}

function beside(parts: { bluetooth?: Radio; serial?: Cable }) {
  const { bluetooth, serial } = parts;
  vi.stubGlobal("navigator", {
    ...(bluetooth && { bluetooth: { requestDevice: () => Promise.resolve(bluetooth) } }),
    ...(serial && { serial: { requestPort: () => Promise.resolve(serial) } }),
  });
  const used = thermometer();
  const [readings, links] = [[] as number[], [] as Link[]];
  used.onReading((tenths) => readings.push(tenths));
  used.onLink((link) => links.push(link));
  return { used, readings, links };
}

afterEach(() => vi.unstubAllGlobals());

describe("a thermometer by Bluetooth", () => {
  it("is on once it was chosen, and is gone when it says so", async () => {
    const radio = new Radio();
    const { used, readings, links } = beside({ bluetooth: radio });
    expect(used.link()).toBe("none");
    await used.bluetooth();
    radio.measures(NORMAL);
    radio.leaves();
    expect([used.link(), links, readings]).toEqual(["gone", ["on", "gone"], [366]]);
  });

  it("is connected again when it is back, and is heard once a reading", async () => {
    const radio = new Radio();
    const { used, readings, links } = beside({ bluetooth: radio });
    await used.bluetooth();
    radio.leaves();
    await expect(used.reconnect()).rejects.toBeInstanceOf(Trouble);
    expect(used.link()).toBe("gone");
    radio.near = true;
    await used.reconnect();
    radio.measures(NORMAL);
    expect([used.link(), links.at(-1), readings]).toEqual(["on", "on", [366]]);
  });

  it("is heard no more once the guard goes on without it", async () => {
    const radio = new Radio();
    const { used, readings, links } = beside({ bluetooth: radio });
    await used.bluetooth();
    used.forget();
    radio.measures(NORMAL);
    expect([used.link(), links, readings]).toEqual(["none", ["on", "none"], []]);
    await expect(used.reconnect()).rejects.toBeInstanceOf(Trouble);
  });

  it("is not said to be there when it was chosen and could not be reached", async () => {
    const radio = new Radio();
    radio.near = false;
    const { used } = beside({ bluetooth: radio });
    await expect(used.bluetooth()).rejects.toMatchObject({ problem: { code: "no-thermometer" } });
    expect(used.link()).toBe("gone");
  });
});

describe("a thermometer by cable", () => {
  it("is gone when its plug is pulled, and read again when it is back", async () => {
    const cable = new Cable();
    const { used, readings } = beside({ serial: cable });
    await used.serial();
    cable.says("T=36.6C\r\n");
    await settle();
    cable.leaves();
    await settle();
    expect([used.link(), readings]).toEqual(["gone", [366]]);
    await expect(used.reconnect()).rejects.toBeInstanceOf(Trouble);
    cable.plugged = true;
    await used.reconnect();
    cable.says("T=37.4C\n");
    await settle();
    expect([used.link(), readings]).toEqual(["on", [366, 374]]);
  });

  it("gives way to another one: what the first still says is not heard", async () => {
    const [radio, cable] = [new Radio(), new Cable()];
    const { used, readings } = beside({ bluetooth: radio, serial: cable });
    await used.bluetooth();
    await used.serial();
    expect(used.link()).toBe("on");
    radio.measures(NORMAL);
    cable.says("36.9\n");
    await settle();
    expect([used.link(), readings]).toEqual(["on", [369]]);
  });
});
