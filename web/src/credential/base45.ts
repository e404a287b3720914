/** Base45 (RFC 9285), strict: only the 45 signs, only whole groups, only values that fit, so that bytes have one text. */

import { Malformed } from "./cbor";

const SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const VALUES = new Map(Array.from(SIGNS, (sign, value) => [sign, value]));

export function encode45(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 2) {
    const pair = at + 1 < bytes.length;
    let value = pair ? (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0) : (bytes[at] ?? 0);
    for (let place = 0; place < (pair ? 3 : 2); place += 1) {
      text += SIGNS[value % 45];
      value = Math.floor(value / 45);
    }
  }
  return text;
}

/** The bytes of a base45 text; Malformed for a length, a sign or a group that base45 does not have. */
export function decode45(text: string): Uint8Array<ArrayBuffer> {
  // A sign outside the plane counts as one, as in every other program.
  const values = Array.from(text, (sign) => VALUES.get(sign));
  if (values.length % 3 === 1) throw new Malformed("base45-length");
  if (values.includes(undefined)) throw new Malformed("base45-sign");
  const bytes: number[] = [];
  for (let at = 0; at < values.length; at += 3) {
    const [one = 0, two = 0, three] = values.slice(at, at + 3);
    const value = one + 45 * two + 2025 * (three ?? 0);
    if (value > (three === undefined ? 255 : 65_535)) throw new Malformed("base45-overflow");
    if (three !== undefined) bytes.push(value >> 8);
    bytes.push(value & 255);
  }
  return Uint8Array.from(bytes);
}
