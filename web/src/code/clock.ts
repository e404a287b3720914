/** What a phone learns of the city's time from signed lists. */

import { cityTime, type Learned } from "../device/cityTime";

/** The real time (ms) at which an answer came about, as its headers tell: not before `from`, not after `to`. */
export interface Heard {
  readonly from: number;
  readonly to: number;
}

/** A list is fresh for so long after it was issued: only then it says how many days the city lives back. */
export const FRESH = 10 * 60_000;
const DAY = 86_400_000;
const NEARLY = 2_000;

/** When a list was issued (ms of city time), and whether it is no older than what is known. */
export interface Issue {
  readonly issued: number;
  readonly isNews: boolean;
}

/**
 * What a signed list teaches that came at the phone's time `own`. Seconds are the answer's, which a list that is old has too, because
 * nothing is learned from how old it is; whole days are the list's own, where it is fresh. A clock that agrees is left as it is.
 * Null when it cannot be said.
 */
export function learnFromList({ issued, isNews }: Issue, heard: Heard, own: number, before: Learned): Learned | null {
  const days = Math.floor((heard.to - issued) / DAY);
  const isFresh = isNews && days >= 0 && heard.to - issued - days * DAY <= FRESH;
  if (!isFresh && before.at === 0) return null;
  const shift = isFresh ? days * DAY : before.shift;
  const least = heard.from - shift - NEARLY;
  const now = cityTime(own, before);
  if (shift === before.shift && now >= least && now <= heard.to - shift + NEARLY) return { ...before, at: own };
  return { shift, drift: Math.round((heard.from + heard.to) / 2 - own), at: own };
}
