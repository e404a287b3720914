/**
 * A thermometer beside the scanner, by Web Bluetooth (Health Thermometer, 0x1809) or by a serial cable.
 *
 * Bluetooth: the standard's measurement, a flags byte and a medical float, in degrees Celsius or Fahrenheit. Serial: lines of
 * text; the last number with one or two decimals in a line is the temperature. What no person can have is not heard.
 */

import { trouble } from "./problems";
import type { Thermometer } from "./types";

const SERVICE = 0x1809;
const MEASUREMENT = 0x2a1c;
const BAUD = 9_600;
const [COLDEST, HOTTEST] = [300, 450];
const [RESERVED_FROM, RESERVED_TO] = [0x7ffffe, 0x800002];
const LONGEST_LINE = 200;

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
interface Bluetooth {
  requestDevice(wanted: unknown): Promise<{
    readonly gatt?: {
      connect(): Promise<{ getPrimaryService(id: number): Promise<{ getCharacteristic(id: number): Promise<Characteristic> }> }>;
    };
  }>;
}
interface Port {
  open(options: { baudRate: number }): Promise<void>;
  readonly readable: ReadableStream<Uint8Array> | null;
}
interface Serial {
  requestPort(): Promise<Port>;
}

export function thermometer(): Thermometer {
  const { bluetooth, serial } = (globalThis.navigator ?? {}) as unknown as { bluetooth?: Bluetooth; serial?: Serial };
  const heard = new Set<(tenths: number) => void>();
  const tell = (tenths: number | null): void => {
    if (tenths !== null) for (const each of heard) each(tenths);
  };
  return {
    available: { bluetooth: bluetooth !== undefined, serial: serial !== undefined },
    bluetooth: () => chosen(async () => listen(bluetooth, tell)),
    serial: () => chosen(async () => open(serial, tell)),
    onReading(each) {
      heard.add(each);
      return () => void heard.delete(each);
    },
  };
}

/** Nobody chose one, it is too far away, or the browser cannot: all the same to the guard, who types instead. */
async function chosen(connect: () => Promise<void>): Promise<void> {
  try {
    await connect();
  } catch {
    throw trouble("no-thermometer");
  }
}

async function listen(bluetooth: Bluetooth | undefined, tell: (tenths: number | null) => void): Promise<void> {
  const device = await bluetooth?.requestDevice({ filters: [{ services: [SERVICE] }] });
  const server = await device?.gatt?.connect();
  const measured = await (await server?.getPrimaryService(SERVICE))?.getCharacteristic(MEASUREMENT);
  if (!measured) throw trouble("no-thermometer");
  measured.addEventListener("characteristicvaluechanged", () => {
    if (measured.value) tell(fromMeasurement(measured.value));
  });
  await measured.startNotifications();
}

async function open(serial: Serial | undefined, tell: (tenths: number | null) => void): Promise<void> {
  const port = await serial?.requestPort();
  if (!port) throw trouble("no-thermometer");
  await port.open({ baudRate: BAUD });
  if (!port.readable) throw trouble("no-thermometer");
  void readLines(port.readable, (line) => tell(fromLine(line))).catch(() => undefined);
}

/** Lines of a stream of bytes, ended by a carriage return or a line feed. */
export async function readLines(stream: ReadableStream<Uint8Array>, line: (text: string) => void): Promise<void> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + decoder.decode(value, { stream: true })).split(/[\r\n]+/);
    rest = (parts.pop() ?? "").slice(-LONGEST_LINE);
    parts.filter(Boolean).forEach(line);
  }
}
