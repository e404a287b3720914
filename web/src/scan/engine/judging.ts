/** From a scanned text to a verdict: what the credential package answers, in the words of the matrix. */

import { toBase64 } from "../../credential/bytes";
import { type Claims, PAPER } from "../../credential/claims";
import { read } from "../../credential/passes";
import type { RecallList } from "../../credential/recall";
import { Refused } from "../../credential/refusals";
import type { Seen } from "../../credential/seen";
import type { TrustList } from "../../credential/trust";
import { verify } from "../../credential/verify";
import { word, type Word } from "../../credential/words";
import { inEach, translate } from "../../device/messages";
import type { Cities } from "./cities";
import type { Carrier, Permit, Scanned, Verdict } from "./types";

export interface Circumstances {
  readonly now: number;
  readonly trust: TrustList;
  readonly recall: ReadonlyMap<number, RecallList>;
  readonly seen: Seen;
  readonly cities: Cities;
  /** The key of the words of a day (days since 1970), or null. */
  readonly words: (day: number) => Uint8Array | null;
}

/** Every reason that a code can be refused for; one that is not here is doubtful. */
const VERDICTS: Readonly<Record<string, Verdict>> = {
  recalled: "recalled",
  clock: "again",
  stale: "again",
  "seen-already": "again",
  "not-yet": "again",
  unreadable: "again",
  "not-ours": "again",
  expired: "expired",
  "too-old-issue": "expired",
  "wrong-city": "other_city",
  training: "training",
  "list-over": "stopped",
};
/** Refusals that a good code of another city gets from our own trust list: it is not our key, or not our city. */
const ABROAD = new Set(["unknown-key", "wrong-city"]);
/** Refusals by another city's list after which we know no more than that it is theirs. */
const UNKNOWN_THERE = new Set(["list-over", "unknown-key", "key-not-yet", "key-over", "key-not-for-this", "wrong-city"]);
/** Refusals after the office's signature was found right: what the code says of itself may then be believed. */
const AFTER_SIGNATURE = new Set(["recalled", "clock", "stale", "seen-already", "not-yet", "expired", "too-old-issue", "copied", "training"]);
/** Refusals in which the person is told from the document: name and tail help, and belong to who holds the code or paper. */
const NAMED = new Set(["recalled", "expired", "too-old-issue", "training"]);
const PERMITS: Readonly<Record<number, Permit>> = { 1: "goods", 2: "commuter" };
const NOBODY = { colour: null, name: null, tail: null, permit: "none", city: null, number: null, word: null, epoch: null, slot: null, cti: null, recallAge: null } as const;
const WORD_SECRET_BYTES = 16;

export async function judged(text: string, circumstances: Circumstances): Promise<Scanned> {
  const { now, trust, recall, seen, words } = circumstances;
  const answer = await verify(text, { now, trust, recall, city: trust.city, seen });
  const code = read(text);
  const claims = code instanceof Refused ? null : code.claims;
  const carrier: Carrier = claims?.kind === PAPER || (claims && !claims.device) ? "paper" : "code";
  if (answer instanceof Refused && claims && claims.city !== trust.city && ABROAD.has(answer.reason)) return ofAnotherCity(text, claims, carrier, circumstances);
  if (answer instanceof Refused) return refused(answer, carrier, claims, now);
  const { name, tail, colour, number } = answer.claims;
  const shown = { colour, name, tail, number, permit: PERMITS[answer.claims.permit ?? 0] ?? "none", recallAge: answer.recallAge };
  const rotating = answer.ts === null ? null : await wordOf(answer.claims, now, words);
  return { ...NOBODY, ...shown, ...placeOf(answer.claims), verdict: colour, carrier, reason: null, told: null, word: rotating, at: now };
}

/**
 * A code of another city, by that city's own trust list, where the policy recognises it: a colour that counts here is the verdict, and
 * the matrix decides. Its place in their recall list says nothing here, and we have no list of theirs: the screen says so.
 */
async function ofAnotherCity(text: string, claims: Claims, carrier: Carrier, { now, seen, cities }: Circumstances): Promise<Scanned> {
  const city = cities.get(claims.city);
  const answer = city ? await verify(text, { now, trust: city.trust, recall: null, city: claims.city, seen }) : new Refused("wrong-city");
  const nowhere = { epoch: null, slot: null, cti: null, number: null };
  if (answer instanceof Refused) {
    const why = UNKNOWN_THERE.has(answer.reason) ? new Refused("wrong-city") : answer;
    return { ...refused(why, carrier, claims, now), ...nowhere };
  }
  const { name, tail, colour } = answer.claims;
  if (!city?.counts.includes(colour)) return refused(new Refused("wrong-city"), carrier, claims, now);
  return { ...NOBODY, verdict: colour, carrier, colour, name, tail, city: city.title, reason: null, told: null, at: now };
}

/** A refusal with what may be believed of the code. A colour is never shown with one. */
function refused(why: Refused, carrier: Carrier, claims: Claims | null, now: number): Scanned {
  const believed = claims && AFTER_SIGNATURE.has(why.reason) ? { ...placeOf(claims), number: claims.number } : {};
  const named = claims && NAMED.has(why.reason) ? { name: claims.name, tail: claims.tail } : {};
  const told = {
    what: inEach((language) => translate(language, why.sentence)),
    remedy: inEach((language) => translate(language, why.remedy)),
  };
  const verdict = VERDICTS[why.reason] ?? "doubtful";
  return { ...NOBODY, ...believed, ...named, verdict, carrier, reason: why.reason, told, at: now };
}

const placeOf = ({ epoch, slot, cti }: Claims): Pick<Scanned, "epoch" | "slot" | "cti"> => ({ epoch, slot, cti: toBase64(cti) });

/** The word that the holder's phone shows at this moment, too. */
async function wordOf(claims: Claims, now: number, words: Circumstances["words"]): Promise<Word | null> {
  const key = words(Math.floor(claims.epoch / 24));
  if (!key) return null;
  const secret = await hmac(key, claims.cti);
  return word(secret.subarray(0, WORD_SECRET_BYTES), now);
}

async function hmac(key: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const signing = await crypto.subtle.importKey("raw", key as BufferSource, algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", signing, message as BufferSource));
}

/** What stands before any code: nobody showed anything, or the scanner may not decide. */
export function plain(verdict: "nothing" | "stopped", now: number): Scanned {
  return { ...NOBODY, verdict, carrier: "none", reason: null, told: null, at: now };
}
