/** P-256 keys by WebCrypto. WebCrypto reads no compressed point, so the second coordinate is found here. */

import { fromHex, joined } from "./bytes";

const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const ES256 = { name: "ECDSA", hash: "SHA-256" } as const;
const P256 = { name: "ECDSA", namedCurve: "P-256" } as const;

/** A public key: the first coordinate, and whether the second is odd. */
export interface Point {
  readonly x: Uint8Array;
  readonly odd: boolean;
}

/** The second coordinate (32 bytes), or null where no point of the curve has this x. */
export function otherCoordinate({ x, odd }: Point): Uint8Array | null {
  const at = BigInt(`0x${Array.from(x, (byte) => byte.toString(16).padStart(2, "0")).join("")}`);
  if (x.length !== 32 || at >= P) return null;
  const square = (((at * at - 3n) % P) * at + B) % P;
  const positive = square < 0n ? square + P : square;
  // p is 3 modulo 4, so a root is one power away.
  const root = power(positive, (P + 1n) / 4n);
  if ((root * root) % P !== positive) return null;
  const y = (root & 1n) === (odd ? 1n : 0n) ? root : P - root;
  return fromHex(y.toString(16).padStart(64, "0"));
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % P;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

/** The key for verifying, or null where the point is none. */
export async function publicKey(point: Point): Promise<CryptoKey | null> {
  const y = otherCoordinate(point);
  if (!y) return null;
  return importedPoint(joined(Uint8Array.of(4), point.x, y));
}

/** The key of an uncompressed point (65 bytes), or null where it is none. */
export async function importedPoint(raw: Uint8Array): Promise<CryptoKey | null> {
  try {
    return await crypto.subtle.importKey("raw", joined(raw), P256, true, ["verify"]);
  } catch {
    return null;
  }
}

/** The name of a public key: the first four bytes of SHA-256 over its compressed point. */
export async function kidOf(point: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(point))).slice(0, 4);
}

export async function isSigned(key: CryptoKey, signature: Uint8Array, message: Uint8Array): Promise<boolean> {
  return crypto.subtle.verify(ES256, key, joined(signature), joined(message));
}

export async function sign(key: CryptoKey, message: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.sign(ES256, key, joined(message)));
}

/** A key that the browser holds and never gives out: it signs, and can be stored, and nothing else. */
export async function newKey(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(P256, false, ["sign", "verify"]);
}

/** The compressed point (33 bytes) of a public key. */
export async function compressed(key: CryptoKey): Promise<Uint8Array<ArrayBuffer>> {
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", key));
  return joined(Uint8Array.of(2 + ((raw[64] ?? 0) & 1)), raw.subarray(1, 33));
}

/** Reads a compressed point of 33 bytes; null for anything else. */
export function pointOf(bytes: Uint8Array): Point | null {
  const sign = bytes[0];
  if (bytes.length !== 33 || (sign !== 2 && sign !== 3)) return null;
  return { x: bytes.slice(1), odd: sign === 3 };
}
