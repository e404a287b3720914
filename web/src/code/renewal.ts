/** When to ask the server again: spread by chance over the time that the server names, later and later while it fails. */

import { dayOf } from "../credential/epochs";
import type { Held } from "./face";
import type { Hint } from "./kept";

/** Without a hint: somewhere in the next day. */
export const NO_HINT: Hint = { after: 16 * 3_600, within: 8 * 3_600 };
/** Seconds until the first question more while something is awaited; each wait is twice the one before. */
const FIRST_GAP = 20;
const FIRST_WAIT = 5;
const LONGEST_WAIT = 15 * 60;
/** ms: a server that did not answer is left alone for less; a clock that was set back makes more of it. */
export const LONGEST_REST = 2 * 3_600_000;

/** Seconds to wait after an answer. `chance` in [0, 1) makes a city's phones ask one after another. */
export function afterAnswer(hint: Hint, chance: number): number {
  return Math.max(0, hint.after) + Math.max(0, hint.within) * chance;
}

/** Seconds to wait after the `waits`-th answer (from 1) that did not bring what is awaited: a first colour, or other passes. */
export function afterNothing(waits: number): number {
  return Math.min(LONGEST_WAIT, FIRST_GAP * 2 ** Math.max(0, waits - 1));
}

/**
 * Seconds to wait after the `failures`-th failure in a row (from 1): somewhere between half and all of a time that doubles.
 * A server that names a time (Retry-After) is waited for at least so long.
 */
export function afterFailure(failures: number, chance: number, named = 0): number {
  const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.max(0, failures - 1));
  const wait = longest / 2 + (longest / 2) * chance;
  return named > 0 ? named + wait : wait;
}

/** The days to have: today and the next `ahead`, as days since 1970 in the city's own calendar. */
export function daysWanted(now: number, ahead: number): number[] {
  const today = dayOf(now);
  return Array.from({ length: ahead + 1 }, (_, day) => today + day);
}

/** `2020-02-15` of a day since 1970. */
export function dayName(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** Passes for less than this (seconds) are too few: a missing day is asked for whatever the server hinted. */
const LEAST_STORE = 86_400;

/** Whether a person's passes are nearly out, or there are none. */
export function isUrgent(held: readonly Held[], now: number): boolean {
  return Math.max(0, ...held.map(({ claims }) => claims.exp)) < now + LEAST_STORE;
}
