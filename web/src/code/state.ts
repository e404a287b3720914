/** What the page knows at a moment; the screen shows it. */

import { type Learned, NOTHING_LEARNED } from "../device/cityTime";
import type { Held } from "./face";
import { FIRST_SETTINGS, type Person, type Settings } from "./kept";
import type { Language, Words } from "../device/messages";

/** A person with their passes, read. */
export interface Shown {
  readonly person: Person;
  readonly held: readonly Held[];
}

/** Until when passes are stored (ms), of the person who has them longest. */
export const storedUntil = (people: readonly Shown[]): number =>
  Math.max(0, ...people.flatMap(({ held }) => held.map(({ claims }) => (claims.exp - 600) * 1000)));

/** Somebody who can be put on this phone. `who` is the server's word for them, `handle` the phone's own. */
export interface Offer {
  readonly who: string;
  readonly handle: string;
  readonly label: string;
  readonly self: boolean;
  readonly elsewhere: boolean;
  readonly here: boolean;
}

export interface State {
  readonly ready: boolean;
  readonly language: Language;
  readonly settings: Settings;
  readonly learned: Learned;
  /** The second of city time at which the last list that is known was issued; 0: none. */
  readonly known: number;
  /** The phone's clock was set back since it was checked. */
  readonly unsure: boolean;
  readonly people: readonly Shown[];
  readonly chosen: number;
  /** The last question was answered, by whatever answer; as long as nothing was asked, it can be. */
  readonly online: boolean;
  readonly busy: boolean;
  readonly failed: boolean;
  /** What somebody here asked for got no answer. */
  readonly tried: boolean;
  readonly choosing: boolean;
  readonly offers: readonly Offer[] | null;
  readonly binding: string | null;
  readonly problem: Words | null;
}

export const firstState = (language: Language): State => ({
  ready: false,
  language,
  settings: FIRST_SETTINGS,
  learned: NOTHING_LEARNED,
  known: 0,
  unsure: false,
  people: [],
  chosen: 0,
  online: true,
  busy: false,
  failed: false,
  tried: false,
  choosing: false,
  offers: null,
  binding: null,
  problem: null,
});
