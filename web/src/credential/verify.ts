/**
 * Is this code good? A text in, accepted or refused out. Pure: the time, the lists and the memory are arguments.
 *
 * When something is missing we fall as the Python package does: no trust list or one whose time is over: refused. No recall
 * list for the code's epoch: accepted, with `recallAge` null, which the scanner must show. A list whose time is over still recalls.
 */

import { type Claims, TRAINING } from "./claims";
import { isSigned, publicKey } from "./keys";
import { type Read, read, shownMessage } from "./passes";
import type { RecallList } from "./recall";
import { Refused } from "./refusals";
import type { Seen } from "./seen";
import { type TrustList, USE } from "./trust";

/** Seconds that the phone's second of showing may lie before and after the scanner's, both inside. */
export const BEHIND = 60;
export const AHEAD = 30;
/** Up to this many seconds behind, it is told as a clock problem; older, as a code of earlier. */
export const CLOCK_PROBLEM = 600;

/** A good code: what it says, when it was shown (null on paper), and how old the recall list is (null: there is none). */
export interface Accepted {
  readonly claims: Claims;
  readonly ts: number | null;
  readonly recallAge: number | null;
}

export interface Circumstances {
  readonly now: number;
  readonly trust: TrustList;
  readonly recall: ReadonlyMap<number, RecallList> | null;
  readonly city: string;
  readonly seen?: Seen | null;
}

/** The answer for a scanned text at the second `now` of city time. Never an exception, whatever the text. */
export async function verify(text: string, { now, trust, recall, city, seen = null }: Circumstances): Promise<Accepted | Refused> {
  const code = read(text);
  if (code instanceof Refused) return code;
  const refused = (await byOffice(code, now, trust, city)) ?? byTimes(code.claims, now, trust) ?? (await byPhone(code, now));
  if (refused) return refused;
  const { claims, ts } = code;
  const listed = recall?.get(claims.epoch) ?? null;
  if (listed?.has(claims.slot)) return new Refused("recalled");
  if (claims.kind === TRAINING) return new Refused("training");
  if (seen && ts !== null && seen.again(claims.cti, ts, now)) return new Refused("seen-already");
  return { claims, ts, recallAge: listed ? listed.age(now) : null };
}

/** Did the city sign it? */
async function byOffice({ claims, signed }: Read, now: number, trust: TrustList, city: string): Promise<Refused | null> {
  if (now > trust.expires) return new Refused("list-over");
  const key = trust.keyFor(signed, claims.kind === TRAINING ? USE.training : USE.pass, now);
  if (key instanceof Refused) return key;
  if (!(await isSigned(key, signed.signature, signed.toBeSigned))) return new Refused("bad-signature");
  return claims.city !== city || trust.city !== city ? new Refused("wrong-city") : null;
}

function byTimes(claims: Claims, now: number, trust: TrustList): Refused | null {
  if (now < claims.nbf) return new Refused("not-yet");
  if (now > claims.exp) return new Refused("expired");
  return claims.iat < trust.minIat ? new Refused("too-old-issue") : null;
}

/** Does it come from the phone that it was given to, just now? */
async function byPhone({ claims, pass, ts, deviceSignature }: Read, now: number): Promise<Refused | null> {
  if (!claims.device) return null;
  if (ts === null || !deviceSignature) return new Refused("copied");
  const key = await publicKey(claims.device);
  if (!key) return new Refused("malformed", "device-key");
  if (!(await isSigned(key, deviceSignature, shownMessage(pass, ts)))) return new Refused("copied");
  const behind = now - ts;
  if (-AHEAD <= behind && behind <= BEHIND) return null;
  return new Refused(behind > CLOCK_PROBLEM ? "stale" : "clock");
}
