/**
 * The unattended gate, as the device keeps it: opening the page again does not end it, only the guard's PIN does.
 *
 * The PIN keeps travellers from the guard's screens. It protects nothing that is stored, and the device stands in a housing.
 */

import { joined } from "../../credential/bytes";
import type { Core } from "./core";
import { trouble } from "./problems";

const ROUNDS = 100_000;
const SALT_BYTES = 16;
/** Wrong tries in a row, and the seconds to wait after them. */
const [TRIES, WAIT] = [5, 60];
const PIN = /^\d{4,8}$/;

export const isPin = (said: string): boolean => PIN.test(said);

export async function begin(core: Core, pin: string, turnstile: boolean): Promise<void> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  await core.store.put({ gate: { salt, digest: await digestOf(pin, salt), turnstile, wrong: 0, from: 0 } });
  await core.changed();
}

/** Whether this is the PIN; Trouble `pin-wait` while too many were wrong. */
export async function opens(core: Core, pin: string): Promise<boolean> {
  const gate = await core.store.get("gate");
  if (!gate) return true;
  const now = core.clock.seconds();
  if (now < gate.from) throw trouble("pin-wait");
  const digest = await digestOf(pin, gate.salt);
  const right = digest.every((byte, place) => byte === gate.digest[place]);
  const wrong = right ? 0 : gate.wrong + 1;
  const held = wrong >= TRIES;
  await core.store.put({ gate: { ...gate, wrong: held ? 0 : wrong, from: held ? now + WAIT : 0 } });
  return right;
}

export async function end(core: Core): Promise<void> {
  await core.store.put({ gate: undefined });
  await core.changed();
}

async function digestOf(pin: string, salt: Uint8Array): Promise<Uint8Array> {
  const material = await crypto.subtle.importKey("raw", joined(new TextEncoder().encode(pin)), "PBKDF2", false, ["deriveBits"]);
  const derivation = { name: "PBKDF2", hash: "SHA-256", salt: joined(salt), iterations: ROUNDS };
  return new Uint8Array(await crypto.subtle.deriveBits(derivation, material, 256));
}
