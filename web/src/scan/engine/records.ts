/** The records that the scanner sends, with exactly the fields of docs/reference/checkpoints.md. `at` is city time in seconds. */

import type { Authority, HandOverReason, Mode, Situation } from "./types";

export interface PassageRecord {
  readonly kind: "passage";
  readonly at: number;
  readonly situation: Situation;
  readonly reason: string | null;
  readonly action: string;
  readonly rule: string;
  readonly temperature: number | null;
  readonly epoch: number | null;
  readonly slot: number | null;
  readonly cti: string | null;
  readonly number: string | null;
  readonly policy: string;
  readonly group: string | null;
  readonly mode: Mode;
  readonly ages: { readonly trust: number | null; readonly recall: number | null; readonly policy: number | null };
  readonly rung: number;
  /** City second at which the licence was signed: by its control hours the zone was told. */
  readonly licence: number | null;
}

export interface HandOverRecord {
  readonly kind: "hand_over";
  readonly at: number;
  readonly of: number | null;
  readonly to: Authority;
  readonly why: HandOverReason;
  readonly temperature: number | null;
  readonly epoch: number | null;
  readonly slot: number | null;
  readonly cti: string | null;
  readonly sealed: string | null;
}

/** A record before it is numbered. */
export type Body =
  | PassageRecord
  | HandOverRecord
  | { readonly kind: "slip"; readonly at: number; readonly of: number | null; readonly slip: string; readonly number: string }
  | { readonly kind: "refusal"; readonly at: number; readonly of: number | null; readonly ground: string }
  | { readonly kind: "complaint"; readonly at: number; readonly of: number | null; readonly complaint: string; readonly text: string }
  | { readonly kind: "look"; readonly at: number; readonly found: boolean; readonly tag: string }
  | { readonly kind: "override"; readonly at: number; readonly minutes: number; readonly by: "code" }
  | { readonly kind: "emergency"; readonly at: number; readonly duty: string; readonly temperature: number; readonly rung: number; readonly recall: number | null }
  | { readonly kind: "annulled"; readonly at: number; readonly of: number }
  | {
      readonly kind: "shift";
      readonly at: number;
      readonly event: "begin" | "end";
      readonly guard: string;
      readonly counts: Readonly<Record<string, number>>;
      readonly note: string;
    };

/** A record as it is stored and sent: `n` counts from 1 on this device and is never used again. */
export type Stored = Body & { readonly n: number };
