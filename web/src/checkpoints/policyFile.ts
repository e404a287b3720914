/** The city's policy for scanners, as its policy key signed it. */

import { refusedFor } from "../credential/passes";
import { type Circumstances, EXPIRES, isNumber, ISSUED, LATEST, openClaims, SIGNED_KIND } from "../credential/policySigned";
import { Refused } from "../credential/refusals";
import { type Body, readBody, versionOf } from "./body";

const [VERSION, CITY, BODY] = [4, 5, 6];
const LONGEST_FILE = 1024 * 1024;

/** A city's policy for scanners; `version` grows with every change, `issued` (seconds) with every signing. */
export interface PolicyFile {
  readonly version: number;
  readonly issued: number;
  readonly expires: number;
  readonly city: string;
  readonly body: Body;
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
