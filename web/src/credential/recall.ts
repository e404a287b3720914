/** Recall lists: which slots of an epoch were recalled. Exact, signed, chained; a list only grows. */

import { equal, joined } from "./bytes";
import { decode, encode, type Key, Malformed, type Value } from "./cbor";
import { open1, type Signed } from "./cose";
import { isSigned } from "./keys";
import { refusedFor } from "./passes";
import { Refused } from "./refusals";
import { decodeRice, encodeRice } from "./rice";
import { type TrustList, USE } from "./trust";

const [EPOCH, SEQUENCE, ISSUED, EXPIRES, BITS, COUNT, SLOTS] = [1, 2, 3, 4, 5, 6, 7];
/** In a delta the digest of the list before stands where a snapshot has its bits. */
const BEFORE = 5;
const LONGEST_SNAPSHOT = 16 * 1024 * 1024;
export const LONGEST_DELTA = 1024 * 1024;
const DIGEST_BYTES = 16;
export const [FEWEST_BITS, MOST_BITS] = [8, 32];

/** The slots recalled in an epoch, of a space of 2^bits, as of `sequence`. */
export class RecallList {
  constructor(
    readonly epoch: number,
    readonly sequence: number,
    readonly issued: number,
    readonly expires: number,
    readonly bits: number,
    readonly slots: ReadonlySet<number>,
  ) {}

  has(slot: number): boolean {
    return this.slots.has(slot);
  }

  /** Seconds since it was issued; it can always be told, also after its time is over. */
  age(now: number): number {
    return now - this.issued;
  }

  /** 16 bytes that name the list by its content: SHA-256 over [epoch, sequence, bits, count, coded slots]. */
  async digest(): Promise<Uint8Array> {
    const content = encode([this.epoch, this.sequence, this.bits, this.slots.size, encodeRice(this.slots, this.bits)]);
    return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(content))).slice(0, DIGEST_BYTES);
  }
}

interface Circumstances {
  readonly trust: TrustList;
  readonly now: number;
}

/** The list of a snapshot, when a recall key signed it, its time is not over, and it does not go behind the known list. */
export async function openSnapshot(
  bytes: Uint8Array,
  { trust, now, epoch = null, known = null }: Circumstances & { epoch?: number | null; known?: RecallList | null },
): Promise<RecallList | Refused> {
  const claims = await opened(bytes, trust, now, LONGEST_SNAPSHOT);
  if (claims instanceof Refused) return claims;
  let listed: RecallList;
  try {
    listed = snapshotOf(claims);
  } catch (flaw) {
    return refusedFor("malformed", flaw);
  }
  const wanted = known ? known.epoch : epoch;
  if (wanted !== null && listed.epoch !== wanted) return new Refused("wrong-epoch");
  if (now > listed.expires) return new Refused("list-over");
  return (known && behind(listed, known)) ?? listed;
}

/** The list after a delta that follows on `before`; rolled back, with a gap, or on another list it is refused. */
export async function applyDelta(
  bytes: Uint8Array,
  before: RecallList,
  { trust, now }: Circumstances,
): Promise<RecallList | Refused> {
  const claims = await opened(bytes, trust, now, LONGEST_DELTA);
  if (claims instanceof Refused) return claims;
  const [digest, coded] = [claims.get(BEFORE), claims.get(SLOTS)];
  if (!(digest instanceof Uint8Array) || digest.length !== DIGEST_BYTES || !(coded instanceof Uint8Array)) {
    return new Refused("malformed", "list-form");
  }
  const int = (key: number): number => Number(claims.get(key));
  if (int(EPOCH) !== before.epoch) return new Refused("wrong-epoch");
  if (now > int(EXPIRES)) return new Refused("list-over");
  const step = int(SEQUENCE) - before.sequence;
  if (step !== 1) return new Refused(step > 1 ? "gap" : "rolled-back");
  if (!equal(digest, await before.digest())) return new Refused("gap", "list-before");
  let added: number[];
  try {
    added = decodeRice(coded, int(COUNT), before.bits);
  } catch (flaw) {
    return refusedFor("malformed", flaw);
  }
  if (added.some((slot) => before.has(slot))) return new Refused("malformed", "list-slots");
  const slots = new Set([...before.slots, ...added]);
  return new RecallList(before.epoch, before.sequence + 1, int(ISSUED), int(EXPIRES), before.bits, slots);
}

/** The claims of a list that a recall key signed; those that both kinds of list have are of their kind. */
async function opened(bytes: Uint8Array, trust: TrustList, now: number, longest: number): Promise<Map<Key, Value> | Refused> {
  let signed: Signed;
  try {
    signed = open1(bytes, longest);
  } catch (flaw) {
    return refusedFor("malformed", flaw);
  }
  const key = trust.keyFor(signed, USE.recall, now);
  if (key instanceof Refused) return key;
  if (!(await isSigned(key, signed.signature, signed.toBeSigned))) return new Refused("bad-signature");
  let claims: Value;
  try {
    claims = decode(signed.payload, longest);
  } catch (flaw) {
    return refusedFor("malformed", flaw);
  }
  if (!(claims instanceof Map) || claims.size !== 7) return new Refused("malformed", "list-form");
  const numbers = [EPOCH, SEQUENCE, ISSUED, EXPIRES, COUNT].map((key) => claims.get(key));
  if (!claims.has(BITS) || !claims.has(SLOTS) || !numbers.every(isCount)) return new Refused("malformed", "list-form");
  return Number(claims.get(ISSUED)) > Number(claims.get(EXPIRES)) ? new Refused("malformed", "list-form") : claims;
}

const isCount = (value: Value | undefined): boolean => (typeof value === "number" || typeof value === "bigint") && value >= 0;

function snapshotOf(claims: Map<Key, Value>): RecallList {
  const [bits, coded] = [claims.get(BITS), claims.get(SLOTS)];
  if (typeof bits !== "number" || bits < FEWEST_BITS || bits > MOST_BITS || !(coded instanceof Uint8Array)) {
    throw new Malformed("list-form");
  }
  const int = (key: number): number => Number(claims.get(key));
  const slots = new Set(decodeRice(coded, int(COUNT), bits));
  return new RecallList(int(EPOCH), int(SEQUENCE), int(ISSUED), int(EXPIRES), bits, slots);
}

/** Why a snapshot does not go on from the known list. */
function behind(listed: RecallList, known: RecallList): Refused | null {
  if (listed.sequence < known.sequence) return new Refused("rolled-back");
  const forgets = [...known.slots].some((slot) => !listed.has(slot));
  if (listed.bits !== known.bits || forgets) return new Refused("rolled-back", "list-shrank");
  if (listed.sequence === known.sequence && listed.slots.size !== known.slots.size) {
    return new Refused("rolled-back", "list-changed");
  }
  return null;
}
