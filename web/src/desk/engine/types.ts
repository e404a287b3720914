/** What the desk's screens and its engine say to each other. Times are seconds of city time. */

import type { Words } from "../../checkpoints";
import type { Problem, Told } from "../../device/problems";

export type { Told, Words };
export { type Problem, Trouble } from "../../device/problems";
export type Colour = "green" | "yellow" | "red";

export interface Document {
  readonly id_type: string;
  readonly id_number: string;
  readonly name: string;
}
export type Answers = Readonly<Record<string, unknown>>;
/** Somebody: by their document, as a line of the route, by what they declared, or by name as a child of the parent who is named beside. */
export type Whom =
  | { readonly document: Document }
  | { readonly line: string }
  | { readonly answers: Answers; readonly statement: string }
  | { readonly child: string };

export type Outcome = "issued" | "refused" | "away" | "later" | "no_need";

/** A record before it is closed to the server: docs/reference/offline-desk.md. */
export type Body = { readonly at: number } & (
  | { readonly kind: "card" | "blank"; readonly number: string; readonly whom: Whom; readonly parent?: Document; readonly strokes?: string }
  | { readonly kind: "declaration"; readonly whom: Whom; readonly parent?: Document }
  | { readonly kind: "spoiled" | "lost"; readonly number: string; readonly why: string }
  | { readonly kind: "visit"; readonly line: string; readonly outcome: Outcome; readonly again?: string }
  | { readonly kind: "look"; readonly document: Document; readonly found: boolean }
);

/** What the clerk sees of a record; `name` is as the clerk wrote it, the document's last signs alone. */
export interface Noted {
  readonly kind: Body["kind"];
  readonly at: number;
  readonly number: string;
  readonly name: string;
  readonly tail: string;
  readonly child: boolean;
}
/** `waiting` until the server has named it. */
export type Fate = "waiting" | "taken" | "again" | "held" | "refused";
export interface Entry extends Noted {
  readonly n: number;
  readonly fate: Fate;
  readonly told: Told | null;
}

export interface Home {
  readonly id: string;
  readonly compound: string;
  readonly building: string;
  readonly stairwell: string;
  readonly name: string;
  readonly tail: string;
  readonly colour: Colour | "unknown";
  readonly child: boolean;
  readonly again: string;
}
export interface Block {
  readonly district: number;
  readonly first: number;
  readonly last: number;
}
/** What was taken along. */
export interface Luggage {
  readonly point: { readonly id: number; readonly title: string; readonly address: string; readonly division: number };
  readonly clerk: string;
  readonly terms: { readonly valid_days: number; readonly child_below: number; readonly offline_hours: number; readonly block: number };
  readonly statement: Words & { readonly version: string };
  readonly id_types: Readonly<Record<string, Words>>;
  readonly symptoms: Readonly<Record<string, Words>>;
  readonly questions: Readonly<Record<string, Words>>;
  readonly refusals: Readonly<Record<string, Omit<Told, "code">>>;
  readonly colours: Readonly<Record<string, Words>>;
  readonly at: number;
}

/** What a form holds, saved as one goes. */
export interface Draft {
  readonly answers: Answers;
  readonly parent: Document | null;
  readonly line: string | null;
}

/**
 * `empty`: not enrolled. `pin`: enrolled, no PIN yet. `locked`: the PIN is asked for. `over`: the licence is over, nothing is issued.
 * `shut`: too many wrong PINs, it only sends. `revoked`: stopped by the point. `unknown`: the server does not know it.
 */
export type State = "empty" | "enrolling" | "pin" | "locked" | "ready" | "over" | "shut" | "revoked" | "unknown";

export interface View {
  readonly state: State;
  readonly online: boolean;
  readonly syncing: boolean;
  readonly now: number;
  readonly clockKnown: boolean;
  readonly queued: number;
  readonly held: number;
  readonly lastSync: number | null;
  readonly licenceUntil: number | null;
  readonly extract: { readonly issued: number; readonly expires: number; readonly count: number } | null;
  readonly left: number;
  readonly nextNumber: string | null;
  readonly triesLeft: number;
  readonly luggage: Luggage | null;
  readonly route: readonly Home[];
  readonly visited: Readonly<Record<string, { readonly outcome: Outcome; readonly again: string }>>;
  readonly entries: readonly Entry[];
  readonly draft: Draft | null;
  readonly problem: Problem | null;
}

export interface FoundOne {
  readonly found: boolean;
  readonly colour: Colour | null;
  readonly name: string;
}
export interface Handed {
  readonly n: number;
  readonly number: string;
  readonly at: number;
  readonly until: number;
}
