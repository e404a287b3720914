/** Sorted whole numbers in as few bits as they need (Golomb-Rice), with one encoding for one set, to the bit. */

import { Malformed } from "./cbor";

/** k for `count` numbers below 2^bits. */
export function lowBits(count: number, bits: number): number {
  return count ? Math.max(0, Math.floor(2 ** bits / count).toString(2).length - 1) : 0;
}

/** The bytes of different rising numbers below 2^bits. */
export function encodeRice(numbers: Iterable<number>, bits: number): Uint8Array<ArrayBuffer> {
  const ordered = [...numbers].sort((one, other) => one - other);
  const k = lowBits(ordered.length, bits);
  const written: number[] = [];
  let at = 0;
  const put = (bit: number): void => {
    if (at % 8 === 0) written.push(0);
    written[at >> 3] = (written[at >> 3] ?? 0) | (bit << (7 - (at % 8)));
    at += 1;
  };
  let before = -1;
  for (const number of ordered) {
    const distance = number - before - 1;
    before = number;
    for (let ones = Math.floor(distance / 2 ** k); ones > 0; ones -= 1) put(1);
    put(0);
    for (let place = k - 1; place >= 0; place -= 1) put(Math.floor(distance / 2 ** place) % 2);
  }
  return Uint8Array.from(written);
}

/** The `count` numbers of these bytes, rising; throws Malformed where `encodeRice` would have written something else. */
export function decodeRice(bytes: Uint8Array, count: number, bits: number): number[] {
  if (count === 0 && bytes.length === 0) return [];
  if (count <= 0 || count > bytes.length * 8 || count >= 2 ** bits) throw new Malformed("list-slots");
  const k = lowBits(count, bits);
  const reader = new Bits(bytes);
  const numbers: number[] = [];
  let before = -1;
  for (let index = 0; index < count; index += 1) {
    let ones = 0;
    while (reader.next()) ones += 1;
    let low = 0;
    for (let place = 0; place < k; place += 1) low = low * 2 + reader.next();
    before += 1 + ones * 2 ** k + low;
    numbers.push(before);
  }
  if (before >= 2 ** bits || !reader.isFilledWithZeros()) throw new Malformed("list-slots");
  return numbers;
}

class Bits {
  private at = 0;
  constructor(private readonly bytes: Uint8Array) {}

  next(): number {
    const byte = this.bytes[this.at >> 3];
    if (byte === undefined) throw new Malformed("list-slots");
    const bit = (byte >> (7 - (this.at & 7))) & 1;
    this.at += 1;
    return bit;
  }

  /** Less than a byte is left, and nothing in it. */
  isFilledWithZeros(): boolean {
    if (this.bytes.length * 8 - this.at > 7) return false;
    while (this.at < this.bytes.length * 8) if (this.next()) return false;
    return true;
  }
}
