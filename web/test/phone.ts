/** Passes for tests: claims as the city writes them, of a person's windows. */

import type { Claims } from "../src/credential/claims";
import { MARGIN, windowStart } from "../src/credential/epochs";
import type { Held } from "../src/code/face";

/** 2020-02-20, day 18312 of the city's calendar. */
export const DAY = 18_312;
const HOURS = 6;

export const at = (hour: number, minute = 0, day = DAY): number => windowStart(day * 24 + hour) + minute * 60;

export function held(epoch: number, change: Partial<Claims> = {}, pass = new Uint8Array([epoch % 251])): Held {
  const start = windowStart(epoch);
  const claims: Claims = {
    city: "330200",
    nbf: start - MARGIN,
    exp: start + HOURS * 3600 + MARGIN,
    iat: start - 7 * 3600,
    cti: new Uint8Array(8),
    kind: 1,
    colour: "green",
    name: "王*明",
    tail: "0417",
    check: 0,
    slot: 0,
    epoch,
    device: { x: new Uint8Array(32), odd: false },
    number: null,
    permit: null,
    ...change,
  };
  return { claims, pass, secret: null, key: "00" };
}

/** The four windows of a day. */
export const strip = (day = DAY, change: Partial<Claims> = {}): Held[] => [0, 6, 12, 18].map((hour) => held(day * 24 + hour, change));
