/**
 * What lies on the tablet about people is closed with a key that needs two things: this device's own key, which nobody can read
 * out, and the clerk's PIN. After too many wrong PINs the key is destroyed, and what it closed with it; what waits to be sent is
 * closed to the server and is still sent.
 */

import { joined } from "../../credential/bytes";

const ROUNDS = 310_000;
const [SALT_BYTES, NONCE_BYTES, KEY_BYTES] = [16, 12, 32];
export const PIN = /^\d{6,12}$/;
export const MOST_TRIES = 10;

/** The closed key as it is stored. */
export interface KeptVault {
  readonly salt: Uint8Array;
  readonly box: Uint8Array;
  readonly tries: number;
}

/** The device's half: made once, never read out. */
export async function newDeviceKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** A new vault under a PIN, and its key. */
export async function newVault(device: CryptoKey, pin: string): Promise<{ kept: KeptVault; key: CryptoKey }> {
  const [raw, salt] = [crypto.getRandomValues(new Uint8Array(KEY_BYTES)), crypto.getRandomValues(new Uint8Array(SALT_BYTES))];
  const box = await close(device, await close(await pinKey(pin, salt), raw));
  const key = await imported(raw);
  raw.fill(0);
  return { kept: { salt, box, tries: 0 }, key };
}

/** The vault's key; null for a wrong PIN. */
export async function openVault(device: CryptoKey, { salt, box }: KeptVault, pin: string): Promise<CryptoKey | null> {
  try {
    const raw = await open(await pinKey(pin, salt), await open(device, box));
    const key = await imported(raw);
    raw.fill(0);
    return key;
  } catch {
    return null;
  }
}

/** A nonce, then the closed bytes with their tag. */
export async function close(key: CryptoKey, plain: Uint8Array): Promise<Uint8Array> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  return joined(iv, new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, joined(plain))));
}

export async function open(key: CryptoKey, closed: Uint8Array): Promise<Uint8Array> {
  const iv = joined(closed.subarray(0, NONCE_BYTES));
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, joined(closed.subarray(NONCE_BYTES))));
}

export async function closeJson(key: CryptoKey, value: unknown): Promise<Uint8Array> {
  return close(key, new TextEncoder().encode(JSON.stringify(value)));
}

export async function openJson<T>(key: CryptoKey, closed: Uint8Array): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await open(key, closed))) as T;
}

async function pinKey(pin: string, salt: Uint8Array): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", joined(new TextEncoder().encode(pin)), "PBKDF2", false, ["deriveKey"]);
  const derivation = { name: "PBKDF2", hash: "SHA-256", salt: joined(salt), iterations: ROUNDS };
  return crypto.subtle.deriveKey(derivation, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

const imported = (raw: Uint8Array): Promise<CryptoKey> => crypto.subtle.importKey("raw", joined(raw), "AES-GCM", false, ["encrypt", "decrypt"]);
