/** Looking somebody up without code or pass: the encrypted extract of the district's register, on the device. */

import { type Extract, lookUp, openExtract } from "../../checkpoints/extract";
import { Refused } from "../../credential/refusals";
import type { TrustList } from "../../credential/trust";
import { plain } from "./judging";
import { trouble } from "./problems";
import type { Kept, Store } from "./store";
import type { Scanned } from "./types";

const TAIL_SIGNS = 4;

/** An opened extract, and the server's name of its bytes: it is opened once, however often the rest is read. */
export interface Register {
  readonly etag: string;
  readonly extract: Extract;
}

/** What a look needs of what the device holds. */
export interface Lookable {
  readonly register: Register | null;
  readonly extractKey: Kept["extractKey"] | null;
}

/** The extract that is stored, when the city signed it; `before` where it is still the same. */
export async function readRegister(store: Store, trust: TrustList | null, now: number, before: Register | null): Promise<Register | null> {
  const etag = await store.get("extractTag");
  if (etag === undefined || !trust) return null;
  if (before?.etag === etag) return before;
  const bytes = await store.get("extract");
  const opened = bytes && (await openExtract(bytes, { trust, now }));
  return !opened || opened instanceof Refused ? null : { etag, extract: opened };
}

/** What the register says of a document number, and the tag by which the look is recorded. Rejects where there is no register. */
export async function lookedUp(document: string, { register, extractKey }: Lookable, now: number): Promise<{ scanned: Scanned; tag: Uint8Array }> {
  if (!register || !extractKey || extractKey.epoch !== register.extract.epoch) throw trouble("no-register");
  const answer = await lookUp(register.extract, extractKey.key, document, now);
  if (answer instanceof Refused) throw trouble(answer.reason === "list-over" ? "register-over" : "no-register");
  if (!answer.found) return { scanned: plain("nothing", now), tag: answer.tag };
  const { colour, name, permit, tag } = answer;
  const tail = document.replace(/\s+/gu, "").slice(-TAIL_SIGNS).toUpperCase();
  return { scanned: { ...plain("nothing", now), verdict: colour, carrier: "register", colour, name, tail, permit }, tag };
}
