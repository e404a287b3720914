/** What the scanner's screens and its engine say to each other. Times are seconds of city time, but where a name says `Ms`. */

import type { Problem } from "../../device/problems";
import type { Action, Asked, Authority, Carrier, Decision, Listed, Permit, Situation, Verdict, Words } from "../../checkpoints";

export type { Listed, Words };
export { type FieldProblem, type Problem, Trouble } from "../../device/problems";

export type Colour = "green" | "yellow" | "red";
export type { Action, Asked, Authority, Carrier, Decision, Permit, Situation, Verdict };

/** Amber: go on, and fetch a newer one. Stopped: nothing is released on it any more. `seconds` is null where there is none. */
export type Level = "fresh" | "amber" | "stopped";
export interface Age {
  readonly seconds: number | null;
  readonly level: Level;
}
export interface Ages {
  readonly trust: Age;
  readonly recall: Age;
  readonly policy: Age;
}

/** A refusal slip: reason and way to object. */
export type SlipText = Listed;
export type Ground = Listed;
/** A rung of the fallback ladder: its title, what the guard does, and from which age of the lists on (seconds). */
export interface Rung {
  readonly id: string;
  readonly title: Words;
  readonly text: Words;
  readonly fromAge: number;
}
export interface Shade {
  readonly hex: string;
  readonly shape: string;
  readonly word: Words;
}

/** The signed policy file, as far as the screens read it. */
export interface GatePolicy {
  readonly version: string;
  readonly issued: number;
  readonly feverTenths: number;
  readonly palette: Readonly<Record<string, Shade>>;
  readonly actions: Readonly<Record<string, Words>>;
  readonly authorities: Readonly<Record<string, Words>>;
  /** Words of the situation's fields, and of their values by field. */
  readonly fields: Readonly<Record<string, Words>>;
  readonly values: Readonly<Record<string, Readonly<Record<string, Words>>>>;
  readonly refusalGrounds: readonly Ground[];
  readonly complaintKinds: readonly Listed[];
  readonly slips: readonly SlipText[];
  /** Who passes by a work card while the code is down. */
  readonly duties: readonly Listed[];
  readonly ladder: readonly Rung[];
  readonly notice: readonly Words[];
  readonly script: readonly Words[];
  readonly acknowledgeMinutes: number;
  readonly escalateMinutes: number;
  readonly overrideMinutes: number;
  readonly plates: boolean;
  /** Titles of the matrix's rules and why they say so, by id: what the guard and the traveller may read. */
  readonly rules: Readonly<Record<string, { readonly title: Words; readonly because: Words }>>;
}

/** A hand-over that nobody has acknowledged yet, or that was a moment ago (`by` is then who did). */
export interface HandOverState {
  readonly n: number;
  readonly at: number;
  readonly to: Authority;
  readonly why: HandOverReason;
  /** When it is late, and when it is very late, by the policy. */
  readonly due: number;
  readonly acknowledged: { readonly at: number; readonly by: string } | null;
}

/** A record that the server did not take: told to the guard, kept for the office. */
export interface NotTaken {
  readonly n: number;
  readonly code: string;
  readonly sentence: Words;
}

export type State = "empty" | "enrolling" | "ready" | "outside-hours" | "stopped" | "revoked" | "broken";
export type Mode = "ordinary" | "training" | "override" | "offline";

/** The scanner as it is: immutable, and a new one after every change. */
export interface View {
  /** City time, in seconds, of this view. */
  readonly now: number;
  readonly state: State;
  readonly checkpoint: { readonly id: number; readonly title: Words; readonly zone: "ordinary" | "control" } | null;
  readonly training: boolean;
  /** Allowed hours, to be read: [{days, from, to}], minutes of the city's day. */
  readonly hours: readonly { readonly days: number; readonly from: number; readonly to: number }[];
  readonly guard: string | null;
  readonly shiftSince: number | null;
  readonly online: boolean;
  readonly syncing: boolean;
  readonly ages: Ages;
  /** Place in the policy's ladder. */
  readonly rung: number;
  /** Nothing is decided by codes: the guard stands on the register's rung or below, or the scanner is stopped. */
  readonly down: boolean;
  readonly override: { readonly until: number } | null;
  /** An unattended gate; whether it needs a turnstile to open. */
  readonly gate: { readonly turnstile: boolean } | null;
  readonly queued: number;
  readonly lastSync: number | null;
  /** `offset` ms that the device's clock is behind the city's; `known` false: nobody told us yet, or the clock was set since. */
  readonly clock: { readonly offset: number; readonly known: boolean };
  /** Of this shift, by verdict and by action: `green`, `release`, ... */
  readonly counts: Readonly<Record<string, number>>;
  readonly policy: GatePolicy | null;
  readonly problem: Problem | null;
  readonly waiting: readonly HandOverState[];
  readonly notTaken: readonly NotTaken[];
  /** The register extract for look-ups without a network: how many people, how old. */
  readonly register: { readonly count: number; readonly issued: number; readonly expires: number } | null;
}

/** The answer to a scanned text or a look-up. Nothing of it is kept until `finish`. */
export interface Scanned {
  readonly verdict: Verdict;
  readonly carrier: Carrier;
  /** Why it is refused: the code of reasons.json. */
  readonly reason: string | null;
  /** What is wrong and what to do; null where it was accepted. */
  readonly told: { readonly what: Words; readonly remedy: Words } | null;
  readonly colour: Colour | null;
  readonly name: string | null;
  readonly tail: string | null;
  readonly permit: Permit;
  /** The recognised city that issued it; null: ours, or nothing was accepted. */
  readonly city: Words | null;
  readonly number: string | null;
  /** The rotating word that the holder's phone shows too. */
  readonly word: Words | null;
  readonly epoch: number | null;
  readonly slot: number | null;
  readonly cti: string | null;
  readonly at: number;
  /** Seconds; null: there is no recall list for this code's epoch, and the screen says so. */
  readonly recallAge: number | null;
}

export interface PassageInput {
  readonly scanned: Scanned;
  readonly situation: Situation;
  readonly decision: Decision;
  /** Tenths of a degree, or null. */
  readonly temperature: number | null;
  /** The vehicle's group, or null. */
  readonly group: string | null;
}

export type HandOverReason = "red" | "yellow" | "fever" | "recalled" | "other";
export interface HandOverInput {
  readonly of: number | null;
  readonly to: Authority;
  readonly why: HandOverReason;
  readonly temperature: number | null;
  readonly epoch: number | null;
  readonly slot: number | null;
  readonly cti: string | null;
  /** Sealed for the server before it is stored; null where nothing was written down. */
  readonly person: { readonly name: string; readonly document: string; readonly phone: string } | null;
}

export interface ApplyAnswer {
  readonly state: "judged" | "waiting" | "held" | "known";
  readonly colour: Colour | null;
  readonly name: string;
  readonly tail: string;
  readonly receipt: string;
}

/** What is asked of somebody who applies on the spot. */
export interface ApplyForm {
  readonly statement: Words & { readonly version: string };
  readonly id_types: Readonly<Record<string, Words>>;
  readonly symptoms: Readonly<Record<string, Words>>;
  readonly questions: Readonly<Record<string, Words>>;
}

/** An official division: nine digits and its name. */
export interface Division {
  readonly division: string;
  readonly name: string;
}

export interface ShiftReport {
  readonly guard: string;
  readonly from: number;
  readonly to: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly note: string;
}

export type CameraState = "starting" | "on" | "denied" | "none" | "lost";
export interface Camera {
  stop(): void;
  /** Whether the light is now as wanted; false on a device without one. */
  torch(on: boolean): Promise<boolean>;
}

/** `none`: nobody chose one, or it was put away. `gone`: it was chosen and is not there now. */
export type Link = "none" | "on" | "gone";

export interface Thermometer {
  readonly available: { readonly bluetooth: boolean; readonly serial: boolean };
  /** Asks which thermometer to use and listens to it; rejects with Trouble when nobody chose one or it went away. */
  bluetooth(): Promise<void>;
  serial(): Promise<void>;
  /** Looks for the one that is gone; rejects with Trouble while it is not there. */
  reconnect(): Promise<void>;
  /** Works without it from now on. */
  forget(): void;
  link(): Link;
  /** Hears whenever it comes or goes; the answer ends that. */
  onLink(heard: (link: Link) => void): () => void;
  /** Hears readings in tenths of a degree; the answer ends that. */
  onReading(heard: (tenths: number) => void): () => void;
}

/** At the end of a serial cable; engine/turnstile.ts says which lines. */
export interface Turnstile {
  readonly available: boolean;
  /** Asks which one; rejects with Trouble `no-turnstile`. */
  connect(): Promise<void>;
  forget(): void;
  link(): Link;
  onLink(heard: (link: Link) => void): () => void;
  /** Lets one person through, for a passage; rejects with Trouble where it did not hear. */
  open(n: number): Promise<void>;
  close(n: number): Promise<void>;
  /** Hears whether somebody went through; the answer ends that. */
  onAnswer(heard: (n: number, passed: boolean) => void): () => void;
}

export interface Engine {
  view(): View;
  /** Hears every new view; the answer ends that. */
  subscribe(heard: (view: View) => void): () => void;
  enrol(secret: string, name: string): Promise<void>;
  camera(video: HTMLVideoElement, onText: (text: string) => void, onState: (state: CameraState) => void): Camera;
  /** A USB scanner that types the text and Enter; the answer ends listening. */
  wedge(onText: (text: string) => void): () => void;
  /** Verifies only; nothing is recorded. Never rejects. */
  judge(text: string): Promise<Scanned>;
  /** Looks a document number up in the register extract; the look is recorded. */
  lookUp(document: string): Promise<Scanned>;
  /** Nobody showed anything: what a passage without code, pass and register begins with. */
  nothingShown(): Scanned;
  decide(situation: Situation): Decision;
  /** Durable on the device when it resolves. */
  finish(passage: PassageInput): Promise<{ n: number }>;
  /** Nobody passed. */
  annul(n: number): Promise<void>;
  handOver(input: HandOverInput): Promise<{ n: number }>;
  slip(input: { readonly of: number | null; readonly slip: string }): Promise<{ n: number; number: string }>;
  refuse(input: { readonly of: number | null; readonly ground: string }): Promise<{ n: number }>;
  complain(input: { readonly of: number | null; readonly complaint: string; readonly text: string }): Promise<{ n: number }>;
  /** The form of an application on the spot, and divisions by name or pinyin (at most 12); both need the network. */
  applyForm(): Promise<ApplyForm>;
  divisions(words: string): Promise<readonly Division[]>;
  /** Applies for a code on the spot; needs the network. The form's fields are those of POST /s/apply. */
  apply(form: Readonly<Record<string, unknown>>): Promise<ApplyAnswer>;
  /** Somebody passes by a work card: only while the code is down, and never with a fever (Trouble `not-down`, `fever`). */
  emergency(input: { readonly duty: string; readonly temperature: number }): Promise<{ n: number }>;
  /** A new vehicle: the id that its people's passages share. */
  newGroup(): string;
  /** Six digits to read to the control office by phone. */
  challenge(): Promise<string>;
  /** Whether the office's eight digits are right; the scanner then works on for the policy's minutes. */
  override(response: string): Promise<boolean>;
  beginShift(guard: string): Promise<void>;
  endShift(note: string): Promise<ShiftReport>;
  /** Leaves the gate by itself: from now on the guard's screens open with this PIN alone, also when the page is opened anew. */
  beginGate(pin: string, turnstile: boolean): Promise<void>;
  /** Whether the PIN is right; Trouble `pin-wait` after too many wrong ones. */
  opensGate(pin: string): Promise<boolean>;
  endGate(): Promise<void>;
  syncNow(): Promise<void>;
  refreshLists(): Promise<void>;
  /** Takes a problem off the screen. */
  dismiss(): void;
  /** Deletes everything, the key too; the device has to be enrolled again. */
  wipe(): Promise<void>;
  readonly thermometer: Thermometer;
  readonly turnstile: Turnstile;
}
