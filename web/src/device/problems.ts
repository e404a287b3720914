/** The mistakes that a device's engine tells people about: each has a code that never changes. */

import type { Words } from "../checkpoints";
import { _, inAll } from "./messages";

/** What is wrong, and what to do; the code never changes. */
export interface Told {
  readonly code: string;
  readonly sentence: Words;
  readonly remedy: Words;
}

/** A mistake, or the state of the device that somebody has to know of. */
export interface Problem extends Told {
  /** Of a form: which answers are wrong. */
  readonly fields?: readonly FieldProblem[];
}

export interface FieldProblem {
  readonly field: string;
  readonly code: string;
  readonly sentence: Words;
}

/** A mistake that an engine's promises reject with. */
export class Trouble extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code);
  }
}

/** What is wrong, and what to do: messages. */
export type Row = readonly [sentence: string, remedy: string];

/** What can be wrong with any device, whatever it is for. */
export const DEVICE_TOLD = {
  "no-connection": [_("The server cannot be reached."), _("Work goes on offline; it uploads by itself when there is a network.")],
  "already-enrolled": [_("This device is enrolled already."), _("To enrol it anew, delete its data first.")],
  "no-store": [_("The browser does not let this page keep data."), _("Use no private window; make room on the device and open the page again.")],
  "answer-wrong": [_("The server's answer is not in the agreed form."), _("Try another network; if it stays so, tell the control office.")],
} satisfies Record<string, Row>;

export function problemOf(code: string, [sentence, remedy]: Row): Problem {
  return { code, sentence: inAll(sentence), remedy: inAll(remedy) };
}

export const deviceTrouble = (code: keyof typeof DEVICE_TOLD): Trouble => new Trouble(problemOf(code, DEVICE_TOLD[code]));
