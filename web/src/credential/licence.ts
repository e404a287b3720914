/** What one scanner is allowed: at which checkpoint, in which hours, until when. The twin of core/checkpoints/licence.py. */

import { equal } from "./bytes";
import { type Key, LONGEST, type Value } from "./cbor";
import { EXPIRES, isNumber, ISSUED, openClaims, SIGNED_KIND } from "./policySigned";
import { Refused } from "./refusals";
import type { TrustList } from "./trust";

const [DEVICE, CHECKPOINT, TITLE_ZH, TITLE_EN, ZONE, DISTRICT, HOURS, TRAINING, CONTROL_HOURS] = [4, 5, 6, 7, 8, 9, 10, 11, 12];
const ZONES = ["ordinary", "control"] as const;
const CONTROL = 2;
const [CLAIMS, DEVICE_BYTES, LONGEST_TITLE, MOST_HOURS, EVERY_DAY, MINUTES] = [11, 16, 60, 20, 127, 1440];

/** Days are a sum of 1 for Monday to 64 for Sunday; minutes of the city's day, both inside; `to` before `from`: past midnight. */
export type AllowedHours = readonly [days: number, from: number, to: number];
export const ALWAYS: AllowedHours = [EVERY_DAY, 0, MINUTES - 1];

/**
 * `district` is the six digits of a county; times are seconds. Without hours nothing is allowed. A control zone with
 * `controlHours` is one in those hours alone, and an ordinary one in all others.
 */
export interface Licence {
  readonly device: Uint8Array;
  readonly checkpoint: number;
  readonly titleZh: string;
  readonly titleEn: string;
  readonly zone: (typeof ZONES)[number];
  readonly district: number;
  readonly hours: readonly AllowedHours[];
  readonly controlHours: readonly AllowedHours[];
  readonly issued: number;
  readonly expires: number;
  readonly training: boolean;
}

/** The licence, when the policy key signed it for this device and its time is not over. */
export async function openLicence(
  bytes: Uint8Array,
  { trust, now, device }: { readonly trust: TrustList; readonly now: number; readonly device: Uint8Array },
): Promise<Licence | Refused> {
  const claims = await openClaims(bytes, SIGNED_KIND.licence, { trust, now, longest: LONGEST });
  if (claims instanceof Refused) return claims;
  const licence = licenceOf(claims);
  if (!licence) return new Refused("malformed", "list-form");
  if (!equal(licence.device, device)) return new Refused("other-device");
  return now > licence.expires ? new Refused("list-over") : licence;
}

/** Whether work is allowed at a second: inside the licence's time, and in its hours of the day of a city `ahead` of UTC. */
export function licenceAllows(licence: Licence, now: number, ahead: number): boolean {
  if (now < licence.issued || now > licence.expires) return false;
  return within(licence.hours, now, ahead);
}

/** What the checkpoint is at a second, in a city whose clock is so many seconds ahead of UTC. */
export function zoneAt({ zone, controlHours }: Licence, now: number, ahead: number): Licence["zone"] {
  return zone === "control" && controlHours.length > 0 && !within(controlHours, now, ahead) ? "ordinary" : zone;
}

function within(hours: readonly AllowedHours[], now: number, ahead: number): boolean {
  const minutes = Math.floor((now + ahead) / 60);
  const day = Math.floor(minutes / MINUTES);
  return hours.some((entry) => covers(entry, day, minutes - day * MINUTES));
}

function covers([days, first, last]: AllowedHours, day: number, minute: number): boolean {
  if (first <= last) return isOn(days, day) && first <= minute && minute <= last;
  return (isOn(days, day) && minute >= first) || (isOn(days, day - 1) && minute <= last);
}

/** Whether the weekday of a day (days since 1970, a Thursday) is among them. */
const isOn = (days: number, day: number): boolean => ((days >> ((day + 3) % 7)) & 1) === 1;

function licenceOf(claims: Map<Key, Value>): Licence | null {
  const [device, checkpoint, zone, district] = [claims.get(DEVICE), claims.get(CHECKPOINT), claims.get(ZONE), claims.get(DISTRICT)];
  const [titleZh, titleEn, training] = [claims.get(TITLE_ZH), claims.get(TITLE_EN), claims.get(TRAINING)];
  const [hours, controlHours] = [hoursOf(claims.get(HOURS)), claims.has(CONTROL_HOURS) ? hoursOf(claims.get(CONTROL_HOURS)) : []];
  if (!controlHours || claims.has(CONTROL_HOURS) !== controlHours.length > 0 || (controlHours.length > 0 && zone !== CONTROL)) return null;
  if (claims.size !== CLAIMS + (controlHours.length > 0 ? 1 : 0) || !(device instanceof Uint8Array) || device.length !== DEVICE_BYTES || !hours) return null;
  if (!isNumber(checkpoint, 1, 2 ** 31 - 1) || !isNumber(zone, 1, ZONES.length) || !isNumber(district, 100_000, 999_999)) return null;
  if (!isTitle(titleZh) || !isTitle(titleEn) || typeof training !== "boolean") return null;
  const [issued, expires] = [Number(claims.get(ISSUED)), Number(claims.get(EXPIRES))];
  return { device, checkpoint, titleZh, titleEn, zone: ZONES[zone - 1] ?? "control", district, hours, controlHours, issued, expires, training };
}

/** A title has at most 60 signs, counted as Unicode counts them. */
const isTitle = (value: Value | undefined): value is string => {
  const signs = typeof value === "string" ? [...value].length : 0;
  return signs > 0 && signs <= LONGEST_TITLE;
};

function hoursOf(value: Value | undefined): AllowedHours[] | null {
  if (!Array.isArray(value) || value.length > MOST_HOURS) return null;
  const read = value.map((entry): AllowedHours | null => {
    if (!Array.isArray(entry) || entry.length !== 3) return null;
    const [days, from, to] = entry;
    return isNumber(days, 1, EVERY_DAY) && isNumber(from, 0, MINUTES - 1) && isNumber(to, 0, MINUTES - 1) ? [days, from, to] : null;
  });
  return read.every((entry) => entry !== null) ? read : null;
}
