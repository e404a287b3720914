/** Why a code or a list is refused: the closed list of reasons.json, which the Python package reads too. */

import table from "../../../src/yimatong/core/credential/reasons.json";

export type Reason = keyof typeof table.reasons;

/** A "no" with its reason. `detail` is a word of reasons.json that says what exactly is wrong. */
export class Refused {
  constructor(
    readonly reason: Reason,
    readonly detail = "",
  ) {}

  /** What is wrong, in a sentence for the person at the gate: English, which the catalogues translate. */
  get sentence(): string {
    return table.reasons[this.reason].sentence;
  }

  /** What to do now. */
  get remedy(): string {
    return table.reasons[this.reason].remedy;
  }
}
