/** How old the lists are, and what that means by the policy's hours. */

import type { Age, Ages, Level, Rung } from "./types";

const HOUR = 3600;
/** Places in the ladder. */
const [OFFLINE, REGISTER, PAPER] = [1, 2, 3];

/** Hours from the policy file; from so many on a list is amber, or stops the scanner. */
export interface Hours {
  readonly trust_amber: number;
  readonly trust_stop: number;
  readonly recall_amber: number;
  readonly recall_stop: number;
  readonly policy_amber: number;
  readonly policy_stop: number;
}

/** Until a policy file is here: what the trust list allows itself anyway. A scanner without a policy file decides nothing. */
export const FIRST_HOURS: Hours = { trust_amber: 24, trust_stop: 72, recall_amber: 4, recall_stop: 24, policy_amber: 24, policy_stop: 72 };

/** Seconds when each was issued, null where there is none. */
export interface Issued {
  readonly trust: number | null;
  readonly recall: number | null;
  readonly policy: number | null;
}

export function agesOf(issued: Issued, now: number, hours: Hours): Ages {
  return {
    trust: age(issued.trust, now, hours.trust_amber, hours.trust_stop),
    recall: age(issued.recall, now, hours.recall_amber, hours.recall_stop),
    policy: age(issued.policy, now, hours.policy_amber, hours.policy_stop),
  };
}

/** A list from the future is as fresh as one of now: the clock is then told elsewhere. None at all stops. */
function age(issued: number | null, now: number, amber: number, stop: number): Age {
  if (issued === null) return { seconds: null, level: "stopped" };
  const seconds = Math.max(0, now - issued);
  const level: Level = seconds >= stop * HOUR ? "stopped" : seconds >= amber * HOUR ? "amber" : "fresh";
  return { seconds, level };
}

export const isStopped = (ages: Ages): boolean => Object.values(ages).some(({ level }: Age) => level === "stopped");
export const isAmber = (ages: Ages): boolean => Object.values(ages).some(({ level }: Age) => level !== "fresh");

/**
 * The rung of the ladder that the guard stands on, by the age of the recall list: lists of now; lists of before; the register
 * extract, once nothing is decided by lists any more; paper lists, where there is no extract either.
 */
export function rungOf(ladder: readonly Rung[], ages: Ages, online: boolean, register: boolean): number {
  const last = Math.max(0, ladder.length - 1);
  const { seconds } = ages.recall;
  const byAge = seconds === null ? last : ladder.findLastIndex(({ fromAge }) => fromAge <= seconds);
  const rung = Math.max(byAge, online ? 0 : OFFLINE, isStopped(ages) ? REGISTER : 0);
  return Math.min(rung === REGISTER && !register ? PAPER : rung, last);
}
