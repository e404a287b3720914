/** What the screen shows of a person: decided here from what the phone holds and the city's time, and nowhere else. */

import { hex } from "../credential/bytes";
import { type Claims, TRAINING } from "../credential/claims";
import { MARGIN } from "../credential/epochs";
import { readCode } from "../credential/passes";
import type { Standing, StoredPass } from "./kept";

/** A pass of one window as the phone holds it. */
export interface Held {
  readonly claims: Claims;
  /** The signed pass, as it came. */
  readonly pass: Uint8Array;
  /** What the rotating word is made with; it is not in the QR code. */
  readonly secret: Uint8Array | null;
  /** The name of the key that this pass is bound to. */
  readonly key: string;
}

export type Face =
  /** A pass is valid now: show its colour. */
  | { readonly kind: "valid"; readonly held: Held; readonly last: number }
  /** Passes for exercises: grey, never a colour. */
  | { readonly kind: "training"; readonly held: Held }
  /** Passes ran out: connect once. `since` is the end of the last window, in seconds of city time. */
  | { readonly kind: "stale"; readonly since: number }
  /** The first pass begins later than now: the clock is wrong, or the day has not begun. */
  | { readonly kind: "early"; readonly from: number }
  /** The person is bound, and nobody has judged them yet. */
  | { readonly kind: "not-judged" }
  /** The passes here are recalled, and others are being fetched. */
  | { readonly kind: "renewing" }
  /** Another phone shows this person's code now. */
  | { readonly kind: "moved" }
  /** The binding was ended for another reason. */
  | { readonly kind: "ended" }
  /** Bound, and no pass has come yet. */
  | { readonly kind: "waiting" };

/** The face of a person at `now` (seconds of city time). Without a valid pass it is never a colour, nor with one that is recalled. */
export function face(standing: Standing, held: readonly Held[], now: number, recalled = false): Face {
  if (standing === "moved" || standing === "ended") return { kind: standing };
  if (recalled) return { kind: "renewing" };
  const valid = held.filter(({ claims }) => claims.nbf <= now && now <= claims.exp);
  const [best] = [...valid].sort((one, other) => distance(one, now) - distance(other, now) || newer(one, other));
  if (best) {
    if (best.claims.kind === TRAINING) return { kind: "training", held: best };
    return { kind: "valid", held: best, last: unbroken(held, best) };
  }
  const over = held.filter(({ claims }) => claims.exp < now).map(({ claims }) => claims.exp);
  const ahead = held.filter(({ claims }) => claims.nbf > now).map(({ claims }) => claims.nbf);
  if (over.length > 0) return { kind: "stale", since: Math.max(...over) - MARGIN };
  if (ahead.length > 0) return { kind: "early", from: Math.min(...ahead) };
  return { kind: standing === "not-judged" ? "not-judged" : "waiting" };
}

/** When a pass's window ends, without the margin (seconds): what "valid until" says. */
export const windowEnd = ({ claims }: Held): number => claims.exp - MARGIN;

/** Seconds between `now` and a pass's own window; 0 inside it. Where two passes overlap, the one of the hour is shown. */
function distance({ claims }: Held, now: number): number {
  return Math.max(claims.nbf + MARGIN - now, now - (claims.exp - MARGIN), 0);
}

const newer = (one: Held, other: Held): number => other.claims.iat - one.claims.iat;

/** Until when (seconds) passes follow each other without a gap, from `first` on: so long it works without a network. */
function unbroken(held: readonly Held[], first: Held): number {
  let until = windowEnd(first);
  const order = [...held].sort((one, other) => one.claims.nbf - other.claims.nbf);
  for (const next of order) if (next.claims.nbf <= until) until = Math.max(until, windowEnd(next));
  return until;
}

/** Passes that no clock makes valid again. They stay two days beyond their end, so that "ran out at" can be said. */
export function isOver({ expires }: { readonly expires: number }, now: number): boolean {
  return expires + 2 * 86_400 < now;
}

/** A stored pass, read; null where it cannot be (a newer form than this page knows): then it is not shown. */
export function heldOf(stored: StoredPass): Held | null {
  try {
    const { claims } = readCode(stored.pass);
    if (!claims.device) return null;
    return { claims, pass: stored.pass, secret: stored.secret, key: hex(claims.device.x) };
  } catch {
    return null;
  }
}
