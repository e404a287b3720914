/** The text in the QR code, signed anew every few seconds by the phone's key of the pass's window. */

import { sign } from "../credential/keys";
import { shownText } from "../credential/passes";
import type { Held } from "./face";

/** Seconds that one drawing stands. A checkpoint accepts a minute; a forwarded picture dies with it. */
export const EVERY = 12;

export interface Shown {
  readonly text: string;
  /** Seconds of city time in the signature. */
  readonly at: number;
  readonly pass: Uint8Array;
}

/** Whether another signature is due: the pass changed, the time is up, or the clock went back. */
export function isDue(shown: Shown | null, held: Held, now: number): boolean {
  return shown === null || shown.pass !== held.pass || now - shown.at >= EVERY || now < shown.at;
}

export async function signShown(held: Held, now: number, key: CryptoKey): Promise<Shown> {
  return { text: await shownText(held.pass, now, (message) => sign(key, message)), at: now, pass: held.pass };
}
