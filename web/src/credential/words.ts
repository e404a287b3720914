/** The rotating word: phone and gate show the same word for half a minute, so that the holder knows a genuine scanner. */

import list from "../../../src/yimatong/core/credential/words.json";
import { joined } from "./bytes";

export const SECONDS = 30;

/** A word and its twin. */
export type Word = Readonly<Record<"zh" | "en", string>>;

/** The word at a second: that of the list at the first byte of HMAC-SHA256(secret, ts / 30 as 8 bytes). */
export async function word(secret: Uint8Array, ts: number): Promise<Word> {
  const key = await crypto.subtle.importKey("raw", joined(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const turn = new DataView(new ArrayBuffer(8));
  turn.setBigUint64(0, BigInt(Math.floor(ts / SECONDS)));
  const [place = 0] = new Uint8Array(await crypto.subtle.sign("HMAC", key, turn.buffer));
  const [zh = "", en = ""] = list[place] ?? [];
  return { zh, en };
}
