/**
 * A thermometer beside the scanner, by Web Bluetooth (Health Thermometer, 0x1809) or by a serial cable.
 *
 * Bluetooth: the standard's measurement, a flags byte and a medical float, in degrees Celsius or Fahrenheit. Serial: lines of
 * text; the last number with one or two decimals in a line is the temperature. What no person can have is not heard.
 */

import { trouble } from "./problems";
import { Cable, type Port, type Serial } from "./serial";
import type { Link, Thermometer } from "./types";

const SERVICE = 0x1809;
const MEASUREMENT = 0x2a1c;
const [COLDEST, HOTTEST] = [300, 450];
const [RESERVED_FROM, RESERVED_TO] = [0x7ffffe, 0x800002];

/** Tenths of a degree Celsius of a Temperature Measurement, or null where it is none that a person can have. */
export function fromMeasurement(data: DataView): number | null {
  if (data.byteLength < 5) return null;
  const flags = data.getUint8(0);
  const raw = data.getUint8(1) | (data.getUint8(2) << 8) | (data.getUint8(3) << 16);
  if (raw >= RESERVED_FROM && raw <= RESERVED_TO) return null;
  const mantissa = raw >= 0x800000 ? raw - 0x1000000 : raw;
  return bodily(mantissa * 10 ** data.getInt8(4), (flags & 1) === 1);
}

/** Tenths of a degree of a line such as `T=36.6C`, or null. */
export function fromLine(line: string): number | null {
  const found = [...line.matchAll(/(\d{2,3}[.,]\d{1,2})\s*°?\s*([CF])?/gi)].at(-1);
  if (!found?.[1]) return null;
  const degrees = Number(found[1].replace(",", "."));
  return bodily(degrees, found[2]?.toUpperCase() === "F");
}

function bodily(degrees: number, fahrenheit: boolean): number | null {
  const celsius = fahrenheit ? ((degrees - 32) * 5) / 9 : degrees;
  const tenths = Math.round(celsius * 10);
  return tenths >= COLDEST && tenths <= HOTTEST ? tenths : null;
}

interface Characteristic extends EventTarget {
  readonly value?: DataView;
  startNotifications(): Promise<unknown>;
}
interface BluetoothDevice extends EventTarget {
  readonly gatt?: {
    connect(): Promise<{ getPrimaryService(id: number): Promise<{ getCharacteristic(id: number): Promise<Characteristic> }> }>;
    disconnect(): void;
  };
}
interface Bluetooth {
  requestDevice(wanted: unknown): Promise<BluetoothDevice>;
}

/** A thermometer that was chosen. */
interface Source {
  /** Opens it and tells its readings until it is gone. The first time and every time after. */
  connect(tell: (tenths: number | null) => void, gone: () => void): Promise<void>;
  close(): void;
}

export function thermometer(): Thermometer {
  const { bluetooth, serial } = (globalThis.navigator ?? {}) as unknown as { bluetooth?: Bluetooth; serial?: Serial };
  return new Beside(bluetooth, serial);
}

/** The one thermometer in use. What another one says, or one that was put away, is not heard. */
class Beside implements Thermometer {
  readonly available: Thermometer["available"];
  private readonly readings = new Set<(tenths: number) => void>();
  private readonly links = new Set<(link: Link) => void>();
  private source: Source | null = null;
  private state: Link = "none";

  constructor(
    private readonly radio: Bluetooth | undefined,
    private readonly cable: Serial | undefined,
  ) {
    this.available = { bluetooth: radio !== undefined, serial: cable !== undefined };
  }

  bluetooth(): Promise<void> {
    return this.choose(async () => byRadio(await this.radio?.requestDevice({ filters: [{ services: [SERVICE] }] })));
  }

  serial(): Promise<void> {
    return this.choose(async () => byCable(await this.cable?.requestPort()));
  }

  reconnect(): Promise<void> {
    return this.choose(() => Promise.resolve(this.source));
  }

  forget(): void {
    const before = this.source;
    this.source = null;
    before?.close();
    this.become("none");
  }

  link(): Link {
    return this.state;
  }

  onReading(heard: (tenths: number) => void): () => void {
    this.readings.add(heard);
    return () => void this.readings.delete(heard);
  }

  onLink(heard: (link: Link) => void): () => void {
    this.links.add(heard);
    return () => void this.links.delete(heard);
  }

  /** Nobody chose one, it is too far away, or the browser cannot: all the same to the guard, who types instead. */
  private async choose(pick: () => Promise<Source | null>): Promise<void> {
    try {
      const source = await pick();
      if (!source) throw trouble("no-thermometer");
      await this.use(source);
    } catch {
      throw trouble("no-thermometer");
    }
  }

  private async use(source: Source): Promise<void> {
    const before = this.source;
    this.source = source;
    if (before !== source) before?.close();
    const mine = (): boolean => this.source === source;
    const gone = (): void => void (mine() && this.become("gone"));
    try {
      await source.connect((tenths) => {
        if (tenths !== null && mine()) for (const each of this.readings) each(tenths);
      }, gone);
      if (mine()) this.become("on");
    } catch (flaw) {
      gone();
      throw flaw;
    }
  }

  private become(link: Link): void {
    if (link === this.state) return;
    this.state = link;
    for (const each of this.links) each(link);
  }
}

/** Its battery is empty, it was carried away, it switched itself off: the device says that it is disconnected. */
function byRadio(device: BluetoothDevice | undefined): Source | null {
  const gatt = device?.gatt;
  if (!gatt) return null;
  let left: () => void = () => undefined;
  device.addEventListener("gattserverdisconnected", () => left());
  return {
    close: () => gatt.disconnect(),
    async connect(tell, gone) {
      left = gone;
      const measured = await (await (await gatt.connect()).getPrimaryService(SERVICE)).getCharacteristic(MEASUREMENT);
      measured.addEventListener("characteristicvaluechanged", () => {
        if (measured.value) tell(fromMeasurement(measured.value));
      });
      await measured.startNotifications();
    },
  };
}

function byCable(port: Port | undefined): Source | null {
  if (!port) return null;
  const cable = new Cable(port);
  return { close: () => cable.close(), connect: (tell, gone) => cable.open((line) => tell(fromLine(line)), gone) };
}
