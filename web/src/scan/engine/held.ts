/** What the device holds, in memory: read from the store when the page opens and whenever something changed there. */

import { type Licence, openLicence } from "../../credential/licence";
import { Refused } from "../../credential/refusals";
import type { Lists } from "./lists";
import { readRegister, type Register } from "./register";
import { deviceBytes } from "./server";
import type { Device } from "../../device/enrolment";
import type { Kept, Override, Shift, Store } from "./store";
import type { HandOverState, NotTaken } from "./types";

export interface Held {
  readonly ended: boolean;
  readonly enrolling: boolean;
  readonly device: Device | null;
  readonly licence: Licence | null;
  readonly shift: Shift | null;
  readonly override: Override | null;
  readonly overrideKey: CryptoKey | null;
  readonly sealing: Uint8Array | null;
  readonly gate: Kept["gate"] | null;
  readonly words: Readonly<Record<string, Uint8Array>>;
  readonly extractKey: Kept["extractKey"] | null;
  readonly register: Register | null;
  readonly queued: number;
  readonly synced: number | null;
  readonly waiting: readonly HandOverState[];
  readonly notTaken: readonly NotTaken[];
}

export const NOTHING_HELD: Held = {
  ended: false,
  enrolling: false,
  device: null,
  licence: null,
  shift: null,
  override: null,
  overrideKey: null,
  sealing: null,
  gate: null,
  words: {},
  extractKey: null,
  register: null,
  queued: 0,
  synced: null,
  waiting: [],
  notTaken: [],
};

export async function readHeld(store: Store, lists: Lists, now: number, before: Held): Promise<Held> {
  const device = (await store.get("device")) ?? null;
  return {
    ended: (await store.get("ended")) !== undefined,
    enrolling: (await store.get("enrolling")) !== undefined,
    device,
    licence: device ? await licenceOf(device, store, lists, now) : null,
    shift: (await store.get("shift")) ?? null,
    override: (await store.get("override")) ?? null,
    overrideKey: (await store.get("overrideKey")) ?? null,
    sealing: (await store.get("sealing")) ?? null,
    gate: (await store.get("gate")) ?? null,
    words: (await store.get("words")) ?? {},
    extractKey: (await store.get("extractKey")) ?? null,
    register: await readRegister(store, lists.trust, now, before.register),
    queued: await store.queued(),
    synced: (await store.get("synced")) ?? null,
    waiting: await store.waiting(),
    notTaken: await store.notTaken(),
  };
}

/** The licence, when it is this device's and the city signed it; one whose time is over is none. */
async function licenceOf(device: Device, store: Store, { trust }: Lists, now: number): Promise<Licence | null> {
  const bytes = await store.get("licence");
  if (!bytes || !trust) return null;
  const opened = await openLicence(bytes, { trust, now, device: deviceBytes(device) });
  return opened instanceof Refused ? null : opened;
}
