/** Passes and their texts: what paper carries, what a phone shows. */

import { decode45, encode45 } from "./base45";
import { decode, encode, LONGEST, Malformed } from "./cbor";
import { type Claims, PAPER, readClaims } from "./claims";
import { open1, type Signed } from "./cose";
import { Refused } from "./refusals";

export const PREFIX = "YMT1:";
const LONGEST_TEXT = PREFIX.length + Math.floor((LONGEST * 3) / 2);
const LATEST = 2 ** 32 - 1;

/** A code in the right form that nobody has verified. `ts`, `pass` and the device's signature are those of a shown code. */
export interface Read {
  readonly claims: Claims;
  readonly signed: Signed;
  readonly pass: Uint8Array;
  readonly ts: number | null;
  readonly deviceSignature: Uint8Array | null;
}

/** The text of the QR code on paper. */
export const paperText = (pass: Uint8Array): string => PREFIX + encode45(pass);

/** What the phone signs: ["YMT1-shown", pass, ts]. */
export const shownMessage = (pass: Uint8Array, ts: number): Uint8Array => encode(["YMT1-shown", pass, ts]);

/** The text of the QR code that a phone shows at the second `ts` of city time. `sign` is the key that the pass is bound to. */
export async function shownText(pass: Uint8Array, ts: number, sign: (message: Uint8Array) => Promise<Uint8Array>): Promise<string> {
  return PREFIX + encode45(encode([pass, ts, await sign(shownMessage(pass, ts))]));
}

/** The parts of a text, nothing of it verified: no clock, no key. Never an exception, whatever the text. */
export function read(text: string): Read | Refused {
  if (!text.startsWith(PREFIX)) return new Refused("not-ours");
  // Signs are counted as in every other program: one outside the plane is one.
  if (Array.from(text).length > LONGEST_TEXT) return new Refused("malformed", "too-long");
  let bytes: Uint8Array;
  try {
    bytes = decode45(text.slice(PREFIX.length));
  } catch (flaw) {
    return refusedFor("unreadable", flaw);
  }
  try {
    return readCode(bytes);
  } catch (flaw) {
    return refusedFor("malformed", flaw);
  }
}

/** The refusal for a mistake of form; any other mistake is one of ours and goes on. */
export function refusedFor(reason: "unreadable" | "malformed", flaw: unknown): Refused {
  if (flaw instanceof Malformed) return new Refused(reason, flaw.detail);
  throw flaw;
}

/** The parts of a code's bytes; throws Malformed when they are not in the form. */
export function readCode(bytes: Uint8Array): Read {
  const first = bytes[0];
  if (first === undefined) throw new Malformed("truncated");
  if (first >> 5 === 4) {
    const { pass, ts, signature } = shownParts(bytes);
    const signed = open1(pass);
    const claims = readClaims(signed.payload);
    if (!claims.device) throw new Malformed(claims.kind === PAPER ? "paper-shown" : "cnf-missing");
    return { claims, signed, pass, ts, deviceSignature: signature };
  }
  if (first >> 5 !== 6) {
    decode(bytes);
    throw new Malformed("not-a-code");
  }
  const signed = open1(bytes);
  return { claims: readClaims(signed.payload), signed, pass: bytes, ts: null, deviceSignature: null };
}

function shownParts(bytes: Uint8Array): { pass: Uint8Array; ts: number; signature: Uint8Array } {
  const value = decode(bytes);
  if (!Array.isArray(value) || value.length !== 3) throw new Malformed("not-a-code");
  const [pass, ts, signature] = value;
  if (!(pass instanceof Uint8Array) || !(signature instanceof Uint8Array)) throw new Malformed("not-a-code");
  if (typeof ts !== "number" || ts < 0 || ts > LATEST) throw new Malformed("shown-time");
  if (signature.length !== 64) throw new Malformed("signature-length");
  return { pass, ts, signature };
}
