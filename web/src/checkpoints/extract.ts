/** The register's extract for one district, looked up by document number without a network. The twin of extract.py. */

import { compared, equal, joined } from "../credential/bytes";
import { type Key, LONGEST, type Value } from "../credential/cbor";
import type { Colour } from "../credential/claims";
import { EXPIRES, isNumber, ISSUED, openClaims, SIGNED_KIND } from "../credential/policySigned";
import { Refused } from "../credential/refusals";
import type { TrustList } from "../credential/trust";
import type { Permit } from "./situation";

const [EPOCH, DISTRICT, COUNT, DIGEST] = [4, 5, 6, 7];
const MARK = new TextEncoder().encode("YMX1");
const HEADER_AT = MARK.length + 2;
const [TAG_BYTES, NAME_BYTES, DIGEST_BYTES] = [8, 8, 32];
const ROW_BYTES = TAG_BYTES + 1 + NAME_BYTES + 1;
const MOST_ROWS = 4_000_000;
const PURPOSE = new TextEncoder().encode("yimatong-extract");
const COLOURS: readonly Colour[] = ["green", "yellow", "red"];
const PERMITS: readonly Permit[] = ["none", "goods", "commuter"];

/** An opened extract: its header's claims, and the sorted rows as bytes. */
export interface Extract {
  readonly epoch: number;
  readonly district: number;
  readonly issued: number;
  readonly expires: number;
  readonly count: number;
  readonly rows: Uint8Array;
}

/** Somebody was found, or nobody; `tag` names the row in the record of the look, and nobody without the key. */
export interface Found {
  readonly found: true;
  readonly colour: Colour;
  readonly name: string;
  readonly permit: Permit;
  readonly tag: Uint8Array;
}
export interface Nobody {
  readonly found: false;
  readonly tag: Uint8Array;
}

/** The extract, when the policy key signed its header, its body is whole, and its time is not over. */
export async function openExtract(
  bytes: Uint8Array,
  { trust, now }: { readonly trust: TrustList; readonly now: number },
): Promise<Extract | Refused> {
  const size = ((bytes[MARK.length] ?? 0) << 8) | (bytes[MARK.length + 1] ?? 0);
  if (!equal(bytes.subarray(0, MARK.length), MARK) || bytes.length < HEADER_AT + size) return new Refused("malformed", "list-form");
  const header = bytes.subarray(HEADER_AT, HEADER_AT + size);
  const claims = await openClaims(header, SIGNED_KIND.extract, { trust, now, longest: LONGEST });
  if (claims instanceof Refused) return claims;
  const rows = bytes.subarray(HEADER_AT + size);
  const read = extractOf(claims, rows);
  if (!read) return new Refused("malformed", "list-form");
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", rows as BufferSource));
  if (!equal(digest, read.digest)) return new Refused("bad-signature");
  return now > read.extract.expires ? new Refused("list-over") : read.extract;
}

function extractOf(claims: Map<Key, Value>, rows: Uint8Array): { extract: Extract; digest: Uint8Array } | null {
  const [epoch, district, count, digest] = [EPOCH, DISTRICT, COUNT, DIGEST].map((key) => claims.get(key));
  if (claims.size !== 7 || !isNumber(epoch, 0, 2 ** 32 - 1) || !isNumber(district, 100_000, 999_999)) return null;
  if (!isNumber(count, 0, MOST_ROWS) || rows.length !== count * ROW_BYTES) return null;
  if (!(digest instanceof Uint8Array) || digest.length !== DIGEST_BYTES) return null;
  const [issued, expires] = [Number(claims.get(ISSUED)), Number(claims.get(EXPIRES))];
  return { extract: { epoch, district, issued, expires, count, rows }, digest };
}

/** The key of an extract's epoch as the browser holds it: it never gives it out again. */
export async function extractKey(bytes: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", joined(bytes), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

/** Who has this document number, by the key of the extract's epoch; list-over once its time is over. */
export async function lookUp(extract: Extract, key: CryptoKey, document: string, now: number): Promise<Found | Nobody | Refused> {
  if (now > extract.expires) return new Refused("list-over");
  const mac = await macOf(key, extract.epoch, document);
  const tag = mac.slice(0, TAG_BYTES);
  const place = placeOf(extract, tag);
  const row = extract.rows.subarray(place * ROW_BYTES, (place + 1) * ROW_BYTES);
  if (row.length === 0 || !equal(row.subarray(0, TAG_BYTES), tag)) return { found: false, tag };
  const content = row.slice(TAG_BYTES).map((byte, index) => byte ^ (mac[TAG_BYTES + index] ?? 0));
  return opened(tag, content);
}

/** HMAC-SHA256(key, purpose + epoch as 8 bytes + document): the first 8 bytes are the tag, the next 10 the pad. */
async function macOf(key: CryptoKey, epoch: number, document: string): Promise<Uint8Array> {
  const at = new DataView(new ArrayBuffer(8));
  at.setBigUint64(0, BigInt(epoch));
  const plain = new TextEncoder().encode(document.replace(/\s+/gu, "").toUpperCase());
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, joined(PURPOSE, new Uint8Array(at.buffer), plain)));
}

/** The first row whose tag is not below this one. */
function placeOf({ rows, count }: Extract, tag: Uint8Array): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    const below = compared(rows.subarray(middle * ROW_BYTES, middle * ROW_BYTES + TAG_BYTES), tag) < 0;
    [low, high] = below ? [middle + 1, high] : [low, middle];
  }
  return low;
}

/** The row's content; malformed where the key is another than that of the extract. */
function opened(tag: Uint8Array, content: Uint8Array): Found | Refused {
  const [colour, permit] = [COLOURS[(content[0] ?? 0) - 1], PERMITS[content[NAME_BYTES + 1] ?? PERMITS.length]];
  const padded = content.subarray(1, 1 + NAME_BYTES);
  let length = NAME_BYTES;
  while (length > 0 && padded[length - 1] === 0) length -= 1;
  try {
    const name = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(padded.subarray(0, length));
    return colour && permit ? { found: true, colour, name, permit, tag } : new Refused("malformed", "list-form");
  } catch {
    return new Refused("malformed", "list-form");
  }
}
