/**
 * The unattended gate: the flow goes on by itself, and opens for what the matrix releases without anybody comparing a document.
 * Everybody else waits for the guard. No key and no touch decides anything here.
 */

import { attended, type Event, type Flow, readingIn, type Rules, type Step } from "./flow";

/** What happens at an unattended gate: a code, a reading, what was stored, and time that passes. */
const HEARD: readonly Event["type"][] = ["scanned", "reading", "recorded", "failed", "next", "done", "call"];

/** The flow after an event, whether a guard is at the screen or not. */
export function follow(flow: Flow, event: Event, rules: Rules): Flow {
  return rules.unattended ? alone(flow, event, rules) : attended(flow, event, rules);
}

export function alone(flow: Flow, event: Event, rules: Rules): Flow {
  const { at } = flow.step;
  if (!HEARD.includes(event.type) || (event.type === "scanned" && at !== "scan")) return flow;
  return goneOn(attended(flow, event, rules), rules);
}

function goneOn(flow: Flow, rules: Rules): Flow {
  const { step } = flow;
  if (step.at === "check" && step.needs.temperature) {
    const reading = readingIn(step, rules.feverTenths);
    if (reading === "normal") return goneOn(attended(flow, { type: "go_on" }, rules), rules);
    // Fever is the guard's to confirm; an odd reading is measured again.
    return reading === "fever" ? attended(flow, { type: "call" }, rules) : flow;
  }
  return waitsForGuard(step) ? attended(flow, { type: "call" }, rules) : flow;
}

/** A code that only has to be shown once more is told so; anything else that is not released is the guard's. */
function waitsForGuard(step: Step): boolean {
  if (step.at === "ask" || step.at === "unstored" || step.at === "check") return true;
  if (step.at !== "decision" || step.decision.action === "release") return false;
  return step.decision.action !== "show_again" || step.traveller.situation.verdict === "green";
}
