/** The buttons under a screen: two at most, the first is what nearly everybody needs. */

import { isReady, readingIn, type Rules, type Step } from "./flow";

export type Button =
  | "matches" | "otherwise" | "go_on" | "measure_again" | "is_fever" | "is_right" | "different" | "not_shown" | "minor_without"
  | "key_area" | "elsewhere" | "resident" | "visitor" | "next" | "undo" | "slip" | "apply_here" | "own_phone" | "hand_over"
  | "scan" | "no_code" | "look_up" | "ladder" | "back" | "refuse" | "try_again";

export interface Offered {
  readonly id: Button;
  readonly off: boolean;
}

/** What a screen offers; a screen that is a form brings its own. */
export function buttonsOf(step: Step, rules: Pick<Rules, "feverTenths">): readonly Offered[] {
  switch (step.at) {
    case "check":
      return ofCheck(step, rules);
    case "ask":
      return offer(...(step.field === "origin" ? (["elsewhere", "key_area"] as const) : (["resident", "visitor"] as const)));
    case "unstored":
      return offer("try_again", "back");
    case "decision":
      return offer(...ofDecision(step));
    default:
      return [];
  }
}

const offer = (...ids: Button[]): readonly Offered[] => ids.map((id) => ({ id, off: false }));

function ofCheck(step: Step & { at: "check" }, rules: Pick<Rules, "feverTenths">): readonly Offered[] {
  if (step.choosing) return offer("different", "not_shown", "minor_without", "back");
  const reading = step.needs.temperature ? readingIn(step, rules.feverTenths) : "normal";
  if (reading === "fever") return offer("measure_again", "is_fever");
  if (reading === "impossible") return offer("measure_again");
  if (reading === "odd" && !step.sure) return offer("measure_again", "is_right");
  const off = !isReady(step, rules);
  return (step.needs.document ? (["matches", "otherwise"] as const) : (["go_on"] as const)).map((id) => ({ id, off }));
}

function ofDecision({ decision, traveller }: Step & { at: "decision" }): Button[] {
  const { verdict } = traveller.situation;
  switch (decision.action) {
    case "release":
      return ["next", "undo"];
    case "hand_over":
      return ["hand_over", "undo"];
    case "turn_back":
      return [decision.slip ? "slip" : "next", "undo"];
    case "apply_now":
      return ["apply_here", "own_phone"];
    case "ask":
      return ["back", "refuse"];
    default:
      return verdict === "stopped" ? ["ladder", "scan"] : ["scan", verdict === "expired" ? "look_up" : "no_code"];
  }
}
