/**
 * Other cities whose codes are verified here: the policy names them, their root keys and which of their colours count; each
 * sends its own trust list, which the server hands on. Nothing of it is believed but what its root key signed.
 */

import type { Recognised, Words } from "../../checkpoints";
import { fromHex, hex } from "../../credential/bytes";
import { Refused } from "../../credential/refusals";
import { openTrustList, TrustList } from "../../credential/trust";

export interface City {
  readonly title: Words;
  readonly trust: TrustList;
  readonly counts: readonly string[];
}
/** By the six digits of the city. */
export type Cities = ReadonlyMap<string, City>;
/** Trust lists as they came, by city. */
export type KeptLists = Readonly<Record<string, Uint8Array>>;

const TAG_SIGNS = 16;

/** The name by which the index tells one list from another: the first signs of its SHA-256. */
export async function tagOf(bytes: Uint8Array): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource))).slice(0, TAG_SIGNS);
}

/** What is kept, opened anew; a city that the policy does not recognise any more is not among them. Its time is looked at later. */
export async function openCities(kept: KeptLists, recognised: readonly Recognised[]): Promise<Cities> {
  const found = new Map<string, City>();
  for (const { city, root, counts, ...title } of recognised) {
    const bytes = kept[city];
    const trust = bytes && (await openTrustList(bytes, fromHex(root), { now: 0, city }));
    if (trust instanceof TrustList) found.set(city, { title, trust, counts });
  }
  return found;
}

/** A list that came, or why it is not taken: not signed by that city, of another one, over, or older than the known. */
export function openNext(bytes: Uint8Array, one: Recognised, known: City | undefined, now: number): Promise<TrustList | Refused> {
  return openTrustList(bytes, fromHex(one.root), { now, city: one.city, knownVersion: known?.trust.version ?? 0 });
}
