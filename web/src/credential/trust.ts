/** The trust list: which keys count, for what, from when until when. Signed by the root key; its version only grows. */

import { equal, hex, joined } from "./bytes";
import { decode, Malformed, type Value } from "./cbor";
import { ES256, open1, type Signed } from "./cose";
import { compressed, importedPoint, isSigned, kidOf, publicKey, pointOf } from "./keys";
import { refusedFor } from "./passes";
import { Refused } from "./refusals";

const [VERSION, ISSUED, EXPIRES, CITY, MIN_IAT, KEYS] = [1, 2, 3, 4, 5, 6];
const LONGEST_LIST = 64 * 1024;

/** What a key may sign. */
export const USE = { pass: 1, recall: 2, training: 3, policy: 4 } as const;
const USES: readonly number[] = Object.values(USE);
const [ACTIVE, RETIRED, COMPROMISED] = [1, 2, 3];

/** A key of the list: times are seconds, both ends inside. */
export interface TrustedKey {
  readonly kid: Uint8Array;
  readonly alg: number;
  readonly key: CryptoKey;
  readonly use: number;
  readonly from: number;
  readonly until: number;
  readonly state: number;
}

/** The list of a city. Passes issued before `minIat` count no more. */
export class TrustList {
  private readonly loaded: Map<string, TrustedKey>;

  constructor(
    readonly version: number,
    readonly issued: number,
    readonly expires: number,
    readonly city: string,
    readonly minIat: number,
    readonly keys: readonly TrustedKey[],
  ) {
    this.loaded = new Map(keys.map((key) => [hex(key.kid), key]));
    if (this.loaded.size !== keys.length) throw new Malformed("list-key");
  }

  /** The key that may have signed this, or why none counts: unknown, another use, another algorithm, state, time. */
  keyFor(signed: Signed, use: number, now: number): CryptoKey | Refused {
    const found = this.loaded.get(hex(signed.kid));
    if (!found) return new Refused("unknown-key");
    if (found.state === COMPROMISED) return new Refused("key-compromised");
    if (found.use !== use) return new Refused("key-not-for-this");
    if (signed.alg !== found.alg || found.alg !== ES256) return new Refused("wrong-algorithm");
    if (now < found.from) return new Refused("key-not-yet");
    return now > found.until ? new Refused("key-over") : found.key;
  }

  /** Seconds since it was issued. */
  age(now: number): number {
    return now - this.issued;
  }
}

/** The list of these bytes, when the root key (a compressed point) signed it and it is not older than the known. */
export async function openTrustList(
  bytes: Uint8Array,
  root: Uint8Array,
  { now, knownVersion = 0, city = null }: { now: number; knownVersion?: number; city?: string | null },
): Promise<TrustList | Refused> {
  const point = pointOf(root);
  const key = point && (await publicKey(point));
  if (!key) throw new TypeError("the root key is no point of the curve");
  let signed: Signed;
  try {
    signed = open1(bytes, LONGEST_LIST);
  } catch (flaw) {
    return refusedFor("malformed", flaw);
  }
  if (!equal(signed.kid, await kidOf(root))) return new Refused("unknown-key");
  if (signed.alg !== ES256) return new Refused("wrong-algorithm");
  if (!(await isSigned(key, signed.signature, signed.toBeSigned))) return new Refused("bad-signature");
  let trust: TrustList;
  try {
    trust = await listOf(decode(signed.payload, LONGEST_LIST));
  } catch (flaw) {
    return refusedFor("malformed", flaw);
  }
  if (city !== null && trust.city !== city) return new Refused("wrong-city");
  if (trust.version < knownVersion) return new Refused("rolled-back");
  return now > trust.expires ? new Refused("list-over") : trust;
}

async function listOf(value: Value): Promise<TrustList> {
  if (!(value instanceof Map) || value.size !== 6) throw new Malformed("list-form");
  const int = (key: number): number => whole(value.get(key));
  const [city, keys] = [value.get(CITY), value.get(KEYS)];
  const [version, issued, expires, minIat] = [int(VERSION), int(ISSUED), int(EXPIRES), int(MIN_IAT)];
  if (typeof city !== "string" || !Array.isArray(keys)) throw new Malformed("list-form");
  if (issued < 0 || issued > expires || version < 1 || minIat < 0) throw new Malformed("list-form");
  return new TrustList(version, issued, expires, city, minIat, await Promise.all(keys.map(keyOf)));
}

async function keyOf(entry: Value): Promise<TrustedKey> {
  if (!Array.isArray(entry) || entry.length !== 8) throw new Malformed("list-form");
  const [kid, algorithm, x, y, ...numbers] = entry;
  if (!(kid instanceof Uint8Array && x instanceof Uint8Array && y instanceof Uint8Array)) throw new Malformed("list-form");
  const alg = whole(algorithm);
  const [use = 0, from = 0, until = 0, state = 0] = numbers.map(whole);
  const key = await importedPoint(joined(Uint8Array.of(4), x, y));
  if (!key || !USES.includes(use) || ![ACTIVE, RETIRED, COMPROMISED].includes(state)) throw new Malformed("list-key");
  if (!equal(kid, await kidOf(await compressed(key))) || from < 0 || from > until) throw new Malformed("list-key");
  return { kid, alg, key, use, from, until, state };
}

function whole(value: Value | undefined): number {
  if (typeof value !== "number" && typeof value !== "bigint") throw new Malformed("list-form");
  return Number(value);
}
