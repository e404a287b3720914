/** Where in the desk's page the clerk is: the screen, and whom it is about. */

import type { No } from "./engine/judging";
import type { Document, Draft, Handed, Whom } from "./engine/types";

/** Whom a pass is being issued to, and what is printed on it. */
export interface Handling {
  readonly whom: Whom;
  readonly name: string;
  readonly document: string;
  readonly parent: Document | null;
  readonly line: string | null;
}

export type Place =
  | { readonly at: "home" | "route" | "stubs" | "blanks" | "diary" }
  | { readonly at: "find"; readonly document?: Document }
  | { readonly at: "sign"; readonly handling: Handling }
  | { readonly at: "issued"; readonly handling: Handling; readonly handed: Handed }
  | { readonly at: "refused"; readonly no: No; readonly stored: boolean }
  | { readonly at: "declare"; readonly draft: Draft };
