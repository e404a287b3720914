/** Recent recalls: what the last minutes, or hours, added to an epoch's recall list. What phones read, each for its own slot. */

import { decode, type Key, Malformed, type Value } from "./cbor";
import { open1, type Signed } from "./cose";
import { isSigned } from "./keys";
import { refusedFor } from "./passes";
import { FEWEST_BITS, LONGEST_DELTA, MOST_BITS } from "./recall";
import { Refused } from "./refusals";
import { decodeRice } from "./rice";
import { type TrustList, USE } from "./trust";

const [EPOCH, SEQUENCE, ISSUED, EXPIRES, BITS, COUNT, SLOTS, AFTER, SINCE, LEAST, WITHIN] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] as const;
const NUMBERS = [EPOCH, SEQUENCE, ISSUED, EXPIRES, BITS, COUNT, AFTER, SINCE, LEAST, WITHIN];

/** The slots that the lists `after + 1` to `sequence` of an epoch added. Whoever knows the list of `after`, issued at `since`, then knows all. */
export interface RecentRecalls {
  readonly epoch: number;
  readonly sequence: number;
  readonly issued: number;
  readonly expires: number;
  readonly bits: number;
  readonly slots: ReadonlySet<number>;
  readonly after: number;
  readonly since: number;
  /** Passes issued before this second are old: others are asked for at a moment by chance `within` so many seconds. */
  readonly least: number;
  readonly within: number;
}

/** What a recall key signed whose time it was when they were issued. By no clock: how old they are, the reader says. */
export async function openRecent(bytes: Uint8Array, trust: TrustList): Promise<RecentRecalls | Refused> {
  let [signed, recent]: [Signed | null, RecentRecalls | null] = [null, null];
  try {
    signed = open1(bytes, LONGEST_DELTA);
    recent = recentOf(decode(signed.payload, LONGEST_DELTA));
  } catch (flaw) {
    return refusedFor("malformed", flaw);
  }
  const key = trust.keyFor(signed, USE.recall, recent.issued);
  if (key instanceof Refused) return key;
  return (await isSigned(key, signed.signature, signed.toBeSigned)) ? recent : new Refused("bad-signature");
}

function recentOf(claims: Value): RecentRecalls {
  if (!(claims instanceof Map) || claims.size !== 11) throw new Malformed("list-form");
  const int = (key: Key): number => whole(claims.get(key));
  const [epoch, sequence, issued, expires, bits, count, after, since, least, within] = NUMBERS.map(int) as Ten;
  const coded = claims.get(SLOTS);
  if (!(coded instanceof Uint8Array) || since > issued || issued > expires || after > sequence) throw new Malformed("list-form");
  if (bits < FEWEST_BITS || bits > MOST_BITS) throw new Malformed("list-form");
  return { epoch, sequence, issued, expires, bits, slots: new Set(decodeRice(coded, count, bits)), after, since, least, within };
}

type Ten = [number, number, number, number, number, number, number, number, number, number];

function whole(value: Value | undefined): number {
  if ((typeof value !== "number" && typeof value !== "bigint") || value < 0) throw new Malformed("list-form");
  return Number(value);
}
