/**
 * What the city's policy key signs for scanners: policy files, licences, register extracts.
 *
 * Each is a COSE_Sign1 over a CBOR map of known claims, the first of which says what it is, so that none passes for another.
 */

import { decode, type Key, type Value } from "./cbor";
import { open1, type Signed } from "./cose";
import { isSigned } from "./keys";
import { refusedFor } from "./passes";
import { Refused } from "./refusals";
import { type TrustList, USE } from "./trust";

export const [KIND, ISSUED, EXPIRES] = [1, 2, 3];
/** Seconds, and versions, are below this. */
export const LATEST = 2 ** 32 - 1;
/** What a signed map is. */
export const SIGNED_KIND = { policy: 1, licence: 2, extract: 3 } as const;

export interface Circumstances {
  readonly trust: TrustList;
  readonly now: number;
}

/** The claims of a map that the policy key signed as this kind, its times in order; its own claims are the caller's to look at. */
export async function openClaims(
  bytes: Uint8Array,
  kind: number,
  { trust, now, longest }: Circumstances & { longest: number },
): Promise<Map<Key, Value> | Refused> {
  let signed: Signed;
  try {
    signed = open1(bytes, longest);
  } catch (flaw) {
    return refusedFor("malformed", flaw);
  }
  const key = trust.keyFor(signed, USE.policy, now);
  if (key instanceof Refused) return key;
  if (!(await isSigned(key, signed.signature, signed.toBeSigned))) return new Refused("bad-signature");
  let claims: Value;
  try {
    claims = decode(signed.payload, longest);
  } catch (flaw) {
    return refusedFor("malformed", flaw);
  }
  return claims instanceof Map && claims.get(KIND) === kind && isDated(claims) ? claims : new Refused("malformed", "list-form");
}

function isDated(claims: Map<Key, Value>): boolean {
  const [issued, expires] = [claims.get(ISSUED), claims.get(EXPIRES)];
  return isNumber(issued, 0, LATEST) && isNumber(expires, issued, LATEST);
}

/** Whether a value is a whole number of these bounds, both inside. */
export function isNumber(value: Value | undefined, least: number, most: number): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && least <= value && value <= most;
}
