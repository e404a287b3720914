/**
 * What the city's policy key signs for scanners: the policy file here, licences beside, register extracts in checkpoints.
 *
 * Each is a COSE_Sign1 over a CBOR map of known claims, the first of which says what it is, so that none passes for another.
 */

import { type Body, readBody, versionOf } from "../checkpoints/body";
import { decode, type Key, type Value } from "./cbor";
import { open1, type Signed } from "./cose";
import { isSigned } from "./keys";
import { refusedFor } from "./passes";
import { Refused } from "./refusals";
import { type TrustList, USE } from "./trust";

export const [KIND, ISSUED, EXPIRES] = [1, 2, 3];
const [VERSION, CITY, BODY] = [4, 5, 6];
const LONGEST_FILE = 1024 * 1024;
const LATEST = 2 ** 32 - 1;
/** What a signed map is. */
export const SIGNED_KIND = { policy: 1, licence: 2, extract: 3 } as const;

/** A city's policy for scanners; `version` grows with every change, `issued` (seconds) with every signing. */
export interface PolicyFile {
  readonly version: number;
  readonly issued: number;
  readonly expires: number;
  readonly city: string;
  readonly body: Body;
}

interface Circumstances {
  readonly trust: TrustList;
  readonly now: number;
}

/** The file, when the policy key signed it, its time is not over, and it is not older than the known one. */
export async function openPolicyFile(
  bytes: Uint8Array,
  { trust, now, knownIssued = 0, city = null }: Circumstances & { knownIssued?: number; city?: string | null },
): Promise<PolicyFile | Refused> {
  const claims = await openClaims(bytes, SIGNED_KIND.policy, { trust, now, longest: LONGEST_FILE });
  if (claims instanceof Refused) return claims;
  const [version, named, body] = [claims.get(VERSION), claims.get(CITY), claims.get(BODY)];
  if (claims.size !== 6 || !isNumber(version, 1, LATEST) || typeof named !== "string" || !(body instanceof Uint8Array)) {
    return new Refused("malformed", "list-form");
  }
  const [issued, expires] = [Number(claims.get(ISSUED)), Number(claims.get(EXPIRES))];
  if (city !== null && named !== city) return new Refused("wrong-city");
  if (issued < knownIssued) return new Refused("rolled-back");
  if (now > expires) return new Refused("list-over");
  let read: Body;
  try {
    read = readBody(body);
  } catch (flaw) {
    return refusedFor("malformed", flaw);
  }
  if (read.version !== (await versionOf(read))) return new Refused("malformed", "body-form");
  return { version, issued, expires, city: named, body: read };
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
