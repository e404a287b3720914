/** What a guard writes down about a person, closed so that only the server can read it: ECDH on P-256, HKDF-SHA256, AES-256-GCM. */

import { joined } from "./bytes";
import { compressed, otherCoordinate, pointOf } from "./keys";

const ECDH = { name: "ECDH", namedCurve: "P-256" } as const;
const PURPOSE = new TextEncoder().encode("YMT1-sealed");
const [POINT_BYTES, KEY_BYTES, NONCE_BYTES] = [33, 32, 12];

/** 33 bytes of a key made for this message, then the closed text with its tag; throws TypeError for a point off the curve. */
export async function sealTo(point: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const once = await crypto.subtle.generateKey(ECDH, false, ["deriveBits"]);
  const own = await compressed(once.publicKey);
  const { key, iv } = await keyOf(once.privateKey, point, joined(own, point), "encrypt");
  const closed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: joined(aad) }, key, joined(plaintext));
  return joined(own, new Uint8Array(closed));
}

/** The text; null where this key, these bytes and these words beside it do not belong together. */
export async function openSealed(keys: CryptoKeyPair, sealed: Uint8Array, aad: Uint8Array): Promise<Uint8Array | null> {
  const point = sealed.subarray(0, POINT_BYTES);
  try {
    const points = joined(point, await compressed(keys.publicKey));
    const { key, iv } = await keyOf(keys.privateKey, point, points, "decrypt");
    const closed = joined(sealed.subarray(POINT_BYTES));
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: joined(aad) }, key, closed));
  } catch {
    return null;
  }
}

/** Key and nonce of one message: HKDF over the shared x, no salt, info of the purpose and both points, the message's first. */
async function keyOf(
  own: CryptoKey,
  other: Uint8Array,
  points: Uint8Array,
  use: "encrypt" | "decrypt",
): Promise<{ key: CryptoKey; iv: Uint8Array<ArrayBuffer> }> {
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: await imported(other) }, own, 8 * KEY_BYTES);
  const material = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveBits"]);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: joined(PURPOSE, points) };
  const bits = new Uint8Array(await crypto.subtle.deriveBits(derivation, material, 8 * (KEY_BYTES + NONCE_BYTES)));
  const key = await crypto.subtle.importKey("raw", bits.slice(0, KEY_BYTES), "AES-GCM", false, [use]);
  return { key, iv: bits.slice(KEY_BYTES) };
}

async function imported(point: Uint8Array): Promise<CryptoKey> {
  const read = pointOf(point);
  const y = read && otherCoordinate(read);
  if (!y) throw new TypeError("no point of the curve");
  return crypto.subtle.importKey("raw", joined(Uint8Array.of(4), read.x, y), ECDH, false, []);
}
