/** What a scanner has seen a moment ago, so that the very same code is not taken twice for two people. */

import { hex } from "./bytes";

/** Seconds in which the same code counts as the same look at the same screen: the phone shows another one after that. */
export const REPLAY_GRACE = 15;
const KEPT = 120;

/** Codes by cti and second of showing, never by their signature: ECDSA signatures can be rewritten. */
export class Seen {
  private first = new Map<string, number>();
  constructor(private readonly replayGrace = REPLAY_GRACE) {}

  /** Remembers the code; whether it was first seen more than the grace ago. */
  again(cti: Uint8Array, ts: number, now: number): boolean {
    if (this.first.size > 1000) this.first = new Map([...this.first].filter(([, at]) => now - at <= KEPT));
    const code = `${hex(cti)}:${ts}`;
    const at = this.first.get(code) ?? now;
    this.first.set(code, at);
    return now - at > this.replayGrace;
  }
}
