/** Deterministic CBOR (RFC 8949, 4.2.1), strict: one way to write a value, and nothing but that way is read. */

import { joined, compared } from "./bytes";

/** What may stand in a code. A number outside the safe integers is a bigint. */
export type Value = number | bigint | boolean | string | Uint8Array | Value[] | Map<Key, Value> | Tagged;
export type Key = number | bigint | string;

/** The only tag that we know: 18, COSE_Sign1. */
export class Tagged {
  constructor(
    readonly tag: number,
    readonly value: Value,
  ) {}
}

/** Bytes that are not in the form; `detail` is a word of reasons.json and never holds a part of the bytes. */
export class Malformed extends Error {
  constructor(readonly detail: string) {
    super(detail);
  }
}

const SIGN1 = 18;
const DEEPEST = 6;
/** Bytes of a code; lists say their own limit. */
export const LONGEST = 1024;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The value of exactly these bytes; Malformed for anything that `encode` would have written otherwise. */
export function decode(bytes: Uint8Array, longest = LONGEST): Value {
  if (bytes.length > longest) throw new Malformed("too-long");
  const reader = new Reader(bytes);
  const value = reader.value(0);
  if (reader.at !== bytes.length) throw new Malformed("trailing-bytes");
  return value;
}

class Reader {
  at = 0;
  constructor(private readonly bytes: Uint8Array) {}

  value(depth: number): Value {
    if (depth >= DEEPEST) throw new Malformed("too-deep");
    const first = this.byte();
    const major = first >> 5;
    const low = first & 31;
    if (major === 7) return simple(low);
    const size = this.argument(low);
    switch (major) {
      case 0:
        return size;
      case 1:
        return typeof size === "number" && size < Number.MAX_SAFE_INTEGER ? -1 - size : -1n - BigInt(size);
      case 2:
        return this.take(size).slice();
      case 3:
        return this.text(size);
      case 4:
        return this.array(size, depth);
      case 5:
        return this.map(size, depth);
      default:
        if (size !== SIGN1) throw new Malformed("tag");
        return new Tagged(SIGN1, this.value(depth + 1));
    }
  }

  private byte(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw new Malformed("truncated");
    this.at += 1;
    return byte;
  }

  private argument(low: number): number | bigint {
    if (low < 24) return low;
    if (low === 31) throw new Malformed("indefinite-length");
    if (low > 27) throw new Malformed("reserved");
    const width = 1 << (low - 24);
    const read = this.take(width).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
    const least = width === 1 ? 24n : 1n << BigInt(width * 4);
    if (read < least) throw new Malformed("not-shortest");
    return read <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(read) : read;
  }

  private take(size: number | bigint): Uint8Array {
    if (typeof size === "bigint" || size > this.bytes.length - this.at) throw new Malformed("truncated");
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }

  private text(size: number | bigint): string {
    try {
      return utf8.decode(this.take(size));
    } catch (problem) {
      throw problem instanceof Malformed ? problem : new Malformed("not-utf8");
    }
  }

  private array(size: number | bigint, depth: number): Value[] {
    if (size > this.bytes.length - this.at) throw new Malformed("truncated");
    const values: Value[] = [];
    for (let index = 0; index < size; index += 1) values.push(this.value(depth + 1));
    return values;
  }

  private map(size: number | bigint, depth: number): Map<Key, Value> {
    if (size > this.bytes.length - this.at) throw new Malformed("truncated");
    const values = new Map<Key, Value>();
    let before: Uint8Array | null = null;
    for (let index = 0; index < size; index += 1) {
      const start = this.at;
      const key = this.value(depth + 1);
      if (typeof key !== "number" && typeof key !== "bigint" && typeof key !== "string") throw new Malformed("key-type");
      const written = this.bytes.subarray(start, this.at);
      if (before) {
        const order = compared(before, written);
        if (order >= 0) throw new Malformed(order === 0 || values.has(key) ? "duplicate-key" : "key-order");
      }
      before = written;
      values.set(key, this.value(depth + 1));
    }
    return values;
  }
}

function simple(low: number): boolean {
  if (low === 20 || low === 21) return low === 21;
  if (low >= 25 && low <= 27) throw new Malformed("float");
  throw new Malformed(low === 31 ? "indefinite-length" : "simple-value");
}

/** Writes a value the one way that it can be written. */
export function encode(value: Value): Uint8Array {
  if (typeof value === "boolean") return Uint8Array.of(value ? 0xf5 : 0xf4);
  if (typeof value === "number" || typeof value === "bigint") {
    const whole = BigInt(value);
    return whole >= 0n ? head(0, whole) : head(1, -1n - whole);
  }
  if (typeof value === "string") {
    const bytes = new TextEncoder().encode(value);
    return joined(head(3, BigInt(bytes.length)), bytes);
  }
  if (value instanceof Uint8Array) return joined(head(2, BigInt(value.length)), value);
  if (Array.isArray(value)) return joined(head(4, BigInt(value.length)), ...value.map(encode));
  if (value instanceof Tagged) return joined(head(6, BigInt(value.tag)), encode(value.value));
  const pairs = [...value].map(([key, inner]) => [encode(key), encode(inner)] as const);
  pairs.sort(([one], [other]) => compared(one, other));
  return joined(head(5, BigInt(pairs.length)), ...pairs.flat());
}

function head(major: number, size: bigint): Uint8Array {
  const first = major << 5;
  if (size < 24n) return Uint8Array.of(first | Number(size));
  const power = size < 1n << 8n ? 0 : size < 1n << 16n ? 1 : size < 1n << 32n ? 2 : 3;
  const width = 1 << power;
  const bytes = new Uint8Array(1 + width);
  bytes[0] = first | (24 + power);
  for (let index = 0; index < width; index += 1) bytes[1 + index] = Number((size >> BigInt(8 * (width - 1 - index))) & 255n);
  return bytes;
}
