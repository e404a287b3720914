/** Why a code or a list is refused: the closed list of reasons.json, which the Python package reads too. */

import table from "../../../src/yimatong/core/credential/reasons.json";
import { translate } from "../device/messages";

export type Reason = keyof typeof table.reasons;

/** A "no" with its reason. `detail` is a word of reasons.json that says what exactly is wrong. */
export class Refused {
  constructor(
    readonly reason: Reason,
    readonly detail = "",
  ) {}

  /** What is wrong, in a sentence for the person at the gate. */
  sentence(language: string): string {
    return translate(language, table.reasons[this.reason].sentence);
  }

  /** What to do now. */
  remedy(language: string): string {
    return translate(language, table.reasons[this.reason].remedy);
  }

  /** What exactly is wrong, or nothing. */
  toldDetail(language: string): string {
    return this.detail ? translate(language, table.details[this.detail as keyof typeof table.details]) : "";
  }
}
