/** The city's time on a device whose own clock may be wrong: what an answer said of it once holds offline too. */

/** What the server said about time: whole days that the city lives back, and how far this phone is behind (both in ms). */
export interface Learned {
  readonly shift: number;
  /** Added to the phone's own time. Positive: the phone is slow. */
  readonly drift: number;
  /** The phone's own time when it was learned; 0: never. */
  readonly at: number;
}

export const NOTHING_LEARNED: Learned = { shift: 0, drift: 0, at: 0 };
/** A phone that is wrong by less is told nothing: the checkpoint accepts it anyway. */
export const WORTH_TELLING = 60_000;
/** A question that took longer to be answered says too little about the time. */
export const SLOWEST_ANSWER = 8_000;

/** The city's time now (ms), from the phone's own. */
export function cityTime(own: number, learned: Learned): number {
  return own - learned.shift + learned.drift;
}

/**
 * What an answer of GET /e/time teaches: the server's time is that of the middle between asking and hearing.
 * Null when the answer took too long, or when the phone's clock was set in between.
 */
export function learn(said: { now: number; shift: number }, asked: number, heard: number): Learned | null {
  if (heard < asked || heard - asked > SLOWEST_ANSWER) return null;
  const middle = (asked + heard) / 2;
  return { shift: said.shift, drift: Math.round(said.now - (middle - said.shift)), at: heard };
}

/** How far off the phone's clock is in whole minutes (positive: it is slow), or null when nobody needs to know. */
export function toldDrift(learned: Learned): number | null {
  if (Math.abs(learned.drift) <= WORTH_TELLING) return null;
  return Math.sign(learned.drift) * Math.max(1, Math.round(Math.abs(learned.drift) / 60_000));
}

/** Whether the phone's clock was set back since `last`, its own time when the page last looked. What was learned is then unsure. */
export function wasSetBack(own: number, last: number): boolean {
  return own < last - WORTH_TELLING;
}
