/**
 * Epochs: the windows of a day. A pass lives through one of them, with ten minutes at either end.
 *
 * An epoch is the number of the full hour of UTC+8 at which its window begins, counted from 1970-01-01T00:00 there. All times in seconds.
 */

const HOUR = 3600;
/** Seconds by which the clock of the codes is ahead of UTC, in whatever city: they are read in others too. */
export const AHEAD = 8 * HOUR;
export const MARGIN = 600;
/** Seconds that an e-code lives at most: a stale code dies by itself within a day. */
export const LONGEST_LIFE = 24 * HOUR + 2 * MARGIN;

/** When the window of an epoch begins. */
export const windowStart = (epoch: number): number => epoch * HOUR - AHEAD;

/** The epoch of a pass that begins at `nbf`, or null where no window begins ten minutes later. */
export function epochOf(nbf: number): number | null {
  const hours = (nbf + MARGIN + AHEAD) / HOUR;
  // Beyond 2**53 numbers are not exact; the Python package finds no epoch there either.
  return Number.isSafeInteger(nbf) && Number.isInteger(hours) ? hours : null;
}

/** The day by the clock of the codes (days since 1970) at an instant. */
export const dayOf = (now: number): number => Math.floor((now + AHEAD) / (24 * HOUR));
