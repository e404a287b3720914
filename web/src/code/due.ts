/** Of whom the server is to be asked, and when: for what is missing, for what is recalled or old, for a first colour. Never to see whether anything changed. */

import { dayOf } from "../credential/epochs";
import { isUrgent } from "./renewal";
import type { Shown } from "./state";
import { isRecalled } from "./kept";

/** ms */
const LONGEST_WAIT = 26 * 3_600_000;

/** A binding that lives: of any other the server is asked nothing. */
export const isLive = ({ person }: Shown): boolean => person.standing !== "moved" && person.standing !== "ended";

/** Whoever has no slot cannot find it on a list: never judged, or bound a moment ago. */
export const isUnlisted = ({ person, held }: Shown): boolean => person.standing === "not-judged" || held.length === 0;

/** Whether other passes are wanted, at the time that was named: a list recalled those that are here, or said that they are old. */
export const isWanted = (shown: Shown): boolean => isUnlisted(shown) || isRecalled(shown.person) || isOld(shown);

/** Whether the server is to be asked about somebody at `own`, the phone's own time (ms), and `now`, the city's (seconds). */
export function isDue(shown: Shown, own: number, now: number): boolean {
  if (!isLive(shown)) return false;
  // Further ahead than the server ever names it lies only where the phone's clock was set back.
  const isTime = shown.person.next <= own || shown.person.next > own + LONGEST_WAIT;
  return isWanted(shown) ? isTime : isMissing(shown, now) && (isTime || isUrgent(shown.held, now));
}

const isOld = ({ person: { least = 0 }, held }: Shown): boolean => held.some(({ claims }) => claims.iat < least);

/** A day within reach has no passes here. */
function isMissing({ person, held }: Shown, now: number): boolean {
  const days = new Set(held.map(({ claims }) => Math.floor(claims.epoch / 24)));
  return Array.from({ length: person.days }, (_, ahead) => dayOf(now) + ahead).some((day) => !days.has(day));
}
