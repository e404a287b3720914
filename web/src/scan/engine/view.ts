/** What the screens see, made of what the device holds. Pure. */

import { ahead } from "../../device/calendar";
import { licenceAllows, zoneAt } from "../../credential/licence";
import { agesOf, FIRST_HOURS, isStopped, rungOf } from "./ages";
import type { Held } from "./held";
import type { Lists } from "./lists";
import { problem } from "./problems";
import type { Ages, Mode, Problem, State, View } from "./types";

/** What changes from moment to moment beside what is stored. */
export interface Moment {
  readonly now: number;
  readonly online: boolean;
  readonly syncing: boolean;
  readonly clock: View["clock"];
  readonly problem: Problem | null;
  /** The server does not know this device. */
  readonly unknown: boolean;
}

export function viewOf(held: Held, lists: Lists, moment: Moment): View {
  const { licence, shift } = held;
  const ages = agesOf(lists.issued(), moment.now, lists.policy?.hours ?? FIRST_HOURS);
  const state = stateOf(held, lists, ages, moment);
  const rung = rungOf(lists.policy?.gate.ladder ?? [], ages, moment.online, registered(held, moment.now));
  return {
    now: moment.now,
    state,
    checkpoint: licence && { id: licence.checkpoint, title: { zh: licence.titleZh, en: licence.titleEn }, zone: zoneAt(licence, moment.now, ahead) },
    training: licence?.training ?? false,
    hours: licence?.hours.map(([days, from, to]) => ({ days, from, to })) ?? [],
    guard: shift?.guard ?? null,
    shiftSince: shift?.from ?? null,
    online: moment.online,
    syncing: moment.syncing,
    ages,
    rung,
    down: isDown(state, held, lists, ages, moment.now),
    override: overridden(held, moment.now) ? { until: held.override?.until ?? 0 } : null,
    gate: held.gate && { turnstile: held.gate.turnstile },
    queued: held.queued,
    lastSync: held.synced,
    clock: moment.clock,
    counts: shift?.counts ?? {},
    policy: lists.policy?.gate ?? null,
    problem: held.ended ? problem("device-revoked") : moment.problem,
    waiting: held.waiting,
    notTaken: held.notTaken,
    register: registerOf(held),
  };
}

/**
 * Whether somebody may be looked up: as long as the scanner may work, and also when its lists are too old for codes, because the
 * register extract has a time of its own.
 */
export function mayLookUp({ state, ages }: View, { register, licence }: Held, now: number): boolean {
  if (state === "ready") return true;
  const allowed = licence !== null && licenceAllows(licence, Math.max(now, licence.issued), ahead);
  return state === "stopped" && allowed && ages.policy.level !== "stopped" && register !== null;
}

/**
 * Whether codes decide nothing here, and the scanner may still work: its lists are past their stop, its time and hours are not.
 * An override does not change that: its lists are as old as before.
 */
function isDown(state: State, { licence }: Held, lists: Lists, ages: Ages, now: number): boolean {
  const allowed = licence !== null && licenceAllows(licence, Math.max(now, licence.issued), ahead);
  return (state === "stopped" || state === "ready") && allowed && lists.policy !== null && isStopped(ages);
}

export const overridden = ({ override }: Held, now: number): boolean => override !== null && override.until > now;

function registerOf({ register }: Held): View["register"] {
  if (!register) return null;
  const { count, issued, expires } = register.extract;
  return { count, issued, expires };
}

const registered = ({ register }: Held, now: number): boolean => register !== null && register.extract.expires >= now;

function stateOf(held: Held, lists: Lists, ages: Ages, { now, unknown }: Moment): State {
  if (held.ended) return "revoked";
  if (!held.device) return held.enrolling ? "enrolling" : "empty";
  if (unknown) return "broken";
  const { licence } = held;
  if (!licence || now > licence.expires || !lists.trust || !lists.policy) return "stopped";
  // A licence of this very second is one of now, whichever clock is a second behind.
  if (!licenceAllows(licence, Math.max(now, licence.issued), ahead)) return "outside-hours";
  return isStopped(ages) && !overridden(held, now) ? "stopped" : "ready";
}

export function modeOf({ training, override, online, ages }: View): Mode {
  if (training) return "training";
  if (override && isStopped(ages)) return "override";
  return online ? "ordinary" : "offline";
}
