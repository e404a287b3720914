/** What the phone keeps of people: the store writes it, faces and renewal are told from it. */

import type { Language, Words } from "../device/messages";

/** What the server said last about the person's binding to this phone. */
export type Standing = "bound" | "moved" | "ended" | "not-judged";

/** What the server says with each answer, in seconds: not before `after`, somewhere within `within` from there. */
export interface Hint {
  readonly after: number;
  readonly within: number;
}

/** Something that a person was told; `at` is a second of city time. */
export interface News {
  readonly id: number;
  readonly at: number;
  readonly title: Words;
}

/** A person whose code is on this phone. */
export interface Person {
  /** Made by the phone; it says nothing about the person. */
  readonly id: string;
  /** Tells people apart who were put here by different accounts: who, masked name and tail. */
  readonly handle: string;
  readonly label: string;
  readonly self: boolean;
  /** Proves this phone to the server when strips are fetched. */
  readonly token: string;
  /** The device's own key, with which it proved itself. It cannot be exported. */
  readonly deviceKey: CryptoKey;
  readonly standing: Standing;
  /** The phone's own time (ms) when the server was last heard about this person, and when it is to be asked again. */
  readonly heard: number;
  readonly next: number;
  readonly hint: Hint;
  /** How many days are fetched, today among them. */
  readonly days: number;
  /** The server's name of each day's strip, so that the same one is not sent twice. */
  readonly etags: Readonly<Record<string, string>>;
  readonly order: number;
  /** The issue of the passes that are here, and the one that a list recalled: while they are no newer, nothing of them is shown. */
  readonly issue?: number;
  readonly recalled?: number | undefined;
  /** The second of city time at which the server gave or confirmed the passes. */
  readonly asOf?: number;
  /** The second before which passes are old, as a list said for which others are asked. */
  readonly least?: number;
  /** What the person was told lately, the newest first, and the newest of it that was put aside here. */
  readonly news?: readonly News[];
  readonly aside?: number;
}

/** Whether what is here of a person is known to be recalled. */
export const isRecalled = ({ issue = 0, recalled }: Person): boolean => recalled !== undefined && issue <= recalled;

/** The key of one window; `name` is the hexadecimal first coordinate of its public point. */
export interface WindowKey {
  readonly name: string;
  readonly person: string;
  readonly key: CryptoKey;
}

export interface StoredPass {
  readonly person: string;
  readonly epoch: number;
  readonly expires: number;
  readonly pass: Uint8Array;
  readonly secret: Uint8Array | null;
}

export interface Settings {
  language: Language | null;
  large: boolean;
  sound: boolean;
  vibration: boolean;
}

export const FIRST_SETTINGS: Settings = { language: null, large: false, sound: false, vibration: true };
