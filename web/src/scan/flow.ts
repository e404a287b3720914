/**
 * What the guard goes through with one person, as a machine without screens: scan, verdict, temperature, document, what the matrix
 * asks besides, decision. The matrix alone decides; this knows only which question comes next.
 */

import type { ApplyAnswer, Decision, Scanned, Situation } from "./engine/types";
import { entryOf, erase, press, readingOf, tenthsOf } from "./temperature";

export interface Rules {
  readonly decide: (situation: Situation) => Decision;
  readonly feverTenths: number;
  readonly zone: Situation["zone"];
  /** No guard touches the screen: alone.ts says what happens by itself. */
  readonly unattended?: boolean;
}

/** The person before the guard. `replaces`: the passage that this one corrects. */
export interface Traveller {
  readonly scanned: Scanned;
  readonly situation: Situation;
  /** Tenths of a degree. */
  readonly temperature: number | null;
  readonly replaces: number | null;
}

/** A decision about somebody; `n` is its record, null where nothing was decided that is worth one. */
export interface Decided {
  readonly traveller: Traveller;
  readonly decision: Decision;
  readonly n: number | null;
}

export interface Check {
  readonly at: "check";
  readonly traveller: Traveller;
  readonly needs: { readonly temperature: boolean; readonly document: boolean };
  readonly entry: string;
  /** The guard said that this odd or feverish reading is right. */
  readonly sure: boolean;
  /** The answers about the document are open. */
  readonly choosing: boolean;
}

/** At an unattended gate: the person waits for the guard. `decision` and `n`: what was decided and recorded, if anything was. */
export interface Called {
  readonly at: "called";
  readonly traveller: Traveller;
  readonly decision: Decision | null;
  readonly n: number | null;
  /** The reading that was taken. */
  readonly entry: string;
}

export type Note = "hidden" | "annulled" | "refused" | "complained" | "handed" | "unfinished";

export type Step =
  | { readonly at: "scan"; readonly note: Note | null }
  | { readonly at: "no_code" }
  | { readonly at: "look_up" }
  | Check
  | { readonly at: "ask"; readonly field: "origin" | "person"; readonly traveller: Traveller }
  | { readonly at: "recording"; readonly traveller: Traveller; readonly decision: Decision }
  | { readonly at: "unstored"; readonly traveller: Traveller; readonly decision: Decision }
  | ({ readonly at: "decision" } & Decided)
  | ({ readonly at: "hand_over" } & Decided)
  | ({ readonly at: "own_phone" } & Decided)
  | ({ readonly at: "refuse" } & Decided)
  | ({ readonly at: "apply"; readonly answer: ApplyAnswer | null } & Decided)
  | ({ readonly at: "slip"; readonly number: string | null } & Decided)
  | { readonly at: "complain"; readonly of: number | null }
  | Called;

/** One vehicle and how many of its people are done. */
export interface Group {
  readonly id: string;
  readonly people: number;
}

export interface Flow {
  readonly step: Step;
  readonly group: Group | null;
  /** The last passage, so that it can be taken back after the next person has come. */
  readonly last: { readonly n: number; readonly action: Decision["action"] } | null;
  /** Somebody's data is on the screen and nobody touched it for a minute. */
  readonly covered: boolean;
}

export type Event =
  | { readonly type: "scanned"; readonly scanned: Scanned }
  | { readonly type: "key"; readonly digit: number }
  | { readonly type: "reading"; readonly tenths: number }
  | { readonly type: "document"; readonly value: Situation["document"] }
  | { readonly type: "origin"; readonly value: Situation["origin"] }
  | { readonly type: "person"; readonly value: Situation["person"] }
  | { readonly type: "recorded"; readonly n: number }
  | { readonly type: "slip_made"; readonly number: string }
  | { readonly type: "applied"; readonly answer: ApplyAnswer }
  | { readonly type: "done"; readonly note: Note }
  | { readonly type: "vehicle"; readonly id: string }
  | { readonly type: Plain };

type Plain =
  | "no_code" | "look_up" | "erase" | "measure_again" | "sure" | "go_on" | "otherwise" | "back" | "failed" | "next" | "correct"
  | "call" | "attend" | "hand_over" | "slip" | "apply_here" | "own_phone" | "refuse" | "complain" | "idle" | "uncover" | "vehicle_over";

export const START: Flow = { step: { at: "scan", note: null }, group: null, last: null, covered: false };

/** Verdicts that say nothing about a person: nothing is recorded until the code was read well. */
const UNSAID: readonly string[] = ["again", "stopped"];
/** Decisions after which the guard turns to the vehicle's next person. */
const SETTLED: readonly string[] = ["release", "turn_back", "hand_over"];
/** Screens with a form that somebody may be filling in: they are covered, the others are cleared. */
const FORMS: readonly string[] = ["hand_over", "apply", "refuse", "complain", "slip", "own_phone"];

/** The flow after an event with a guard at the screen; an event that has no meaning on a screen changes nothing. */
export function attended(flow: Flow, event: Event, rules: Rules): Flow {
  switch (event.type) {
    case "scanned":
      return canScan(flow.step) ? at(flow, advance(newcomer(event.scanned, rules), rules)) : flow;
    case "idle":
      return idle(flow);
    case "uncover":
      return { ...flow, covered: false };
    case "vehicle":
      return { ...flow, group: { id: event.id, people: 0 } };
    case "vehicle_over":
      return { ...flow, group: null };
    case "done":
      return at(event.note === "annulled" ? annulled(flow) : flow, { at: "scan", note: event.note });
    case "next":
      return at(flow, { at: "scan", note: null });
    case "recorded":
      return flow.step.at === "recording" ? recorded(flow, flow.step, event.n) : flow;
    default:
      return at(flow, stepAfter(flow.step, event, rules));
  }
}

const at = (flow: Flow, step: Step): Flow => (step === flow.step ? flow : { ...flow, step, covered: false });

/** A new code begins a new person, except over a form that somebody fills in and while something is being stored. */
export const canScan = ({ at: where }: Step): boolean => !FORMS.includes(where) && where !== "recording" && where !== "unstored";

function stepAfter(step: Step, event: Event, rules: Rules): Step {
  switch (event.type) {
    case "no_code":
      return { at: "no_code" };
    case "look_up":
      return { at: "look_up" };
    case "complain":
      return { at: "complain", of: "n" in step ? step.n : null };
    case "back":
      return back(step);
    case "call":
      return called(step);
    case "attend":
      return taken(step, rules);
    case "applied":
      return step.at === "apply" ? applied(step, event.answer, rules) : step;
    case "slip_made":
      return step.at === "slip" ? { ...step, number: event.number } : step;
    case "failed":
      return step.at === "recording" ? { ...step, at: "unstored" } : step;
    case "origin":
    case "person":
      return step.at === "ask" && step.field === event.type ? advance(told(step.traveller, { [event.type]: event.value }), rules) : step;
    default:
      if (step.at === "check") return checked(step, event, rules);
      if (step.at === "unstored" && event.type === "go_on") return { ...step, at: "recording" };
      return step.at === "decision" ? decided(step, event) : step;
  }
}

/** Who was scanned, before anything was asked. */
function newcomer(scanned: Scanned, { zone, unattended }: Rules): Traveller {
  const { verdict, carrier, permit } = scanned;
  const document = unattended ? "unattended" : "not_shown";
  const asked = { temperature: "not_taken", document, origin: "not_asked", person: "not_asked" } as const;
  return { scanned, situation: { verdict, carrier, permit, zone, ...asked }, temperature: null, replaces: null };
}

const told = (traveller: Traveller, more: Partial<Situation>, temperature = traveller.temperature): Traveller => ({
  ...traveller,
  situation: { ...traveller.situation, ...more },
  temperature,
});

/** The screen that the matrix wants next for this person. */
function advance(traveller: Traveller, { decide }: Rules): Step {
  const decision = decide(traveller.situation);
  const { action, ask } = decision;
  if (action === "ask" && (ask === "origin" || ask === "person")) return { at: "ask", field: ask, traveller };
  if (action === "ask") {
    const measured = { ...traveller.situation, temperature: "normal" } as const;
    const document = ask === "document" || decide(measured).ask === "document";
    return check(traveller, { temperature: ask === "temperature", document });
  }
  if (action === "show_again" && UNSAID.includes(traveller.situation.verdict)) return { at: "decision", traveller, decision, n: null };
  return { at: "recording", traveller, decision };
}

const check = (traveller: Traveller, needs: Check["needs"]): Check => ({ at: "check", traveller, needs, entry: "", sure: false, choosing: false });

/** What the guard typed, by the policy's threshold. */
export const readingIn = ({ entry }: Check, feverTenths: number) => readingOf(tenthsOf(entry), feverTenths);

function checked(step: Check, event: Event, rules: Rules): Step {
  switch (event.type) {
    case "key":
      return step.needs.temperature ? { ...step, entry: press(step.entry, event.digit), sure: false } : step;
    case "erase":
      return { ...step, entry: erase(step.entry), sure: false };
    case "measure_again":
      return { ...step, entry: "", sure: false };
    case "reading":
      return step.needs.temperature ? { ...step, entry: entryOf(event.tenths), sure: false } : step;
    case "otherwise":
      return isReady(step, rules) ? { ...step, choosing: true } : step;
    case "sure":
      return confirmed(step, rules);
    case "document":
      return isReady(step, rules) ? answered(step, event.value, rules) : step;
    case "go_on":
      return isReady(step, rules) && !step.needs.document ? answered(step, null, rules) : step;
    default:
      return step;
  }
}

/** An odd reading that is right counts like any other; fever is decided at once, whatever else is still to be asked. */
function confirmed(step: Check, rules: Rules): Step {
  const reading = readingIn(step, rules.feverTenths);
  if (reading !== "fever" && reading !== "odd") return step;
  const tenths = tenthsOf(step.entry) ?? 0;
  if (tenths < rules.feverTenths) return { ...step, sure: true };
  return advance(told(step.traveller, { temperature: "fever" }, tenths), rules);
}

/** Whether the temperature is there, and is one that may be gone on with. */
export function isReady(step: Check, { feverTenths }: Pick<Rules, "feverTenths">): boolean {
  if (!step.needs.temperature) return true;
  const reading = readingIn(step, feverTenths);
  return reading === "normal" || (reading === "odd" && step.sure);
}

function answered(step: Check, document: Situation["document"] | null, rules: Rules): Step {
  const measured: Partial<Situation> = step.needs.temperature ? { temperature: "normal" } : {};
  const temperature = step.needs.temperature ? tenthsOf(step.entry) : step.traveller.temperature;
  const traveller = told(step.traveller, { ...measured, ...(document && { document }) }, temperature);
  const decision = rules.decide(traveller.situation);
  // The matrix goes on asking for the document: the guard tells the person so, or refuses on that ground.
  if (decision.ask === "document") return { at: "decision", traveller, decision, n: null };
  return advance(traveller, rules);
}

function recorded(flow: Flow, { traveller, decision }: Step & { at: "recording" }, n: number): Flow {
  const counts = traveller.replaces === null && SETTLED.includes(decision.action);
  const group = flow.group && { ...flow.group, people: flow.group.people + (counts ? 1 : 0) };
  return { ...flow, group, last: { n, action: decision.action }, step: { at: "decision", traveller, decision, n } };
}

function annulled(flow: Flow): Flow {
  return { ...flow, last: null, group: flow.group && { ...flow.group, people: Math.max(0, flow.group.people - 1) } };
}

function decided(step: Step & { at: "decision" }, event: Event): Step {
  switch (event.type) {
    case "hand_over":
    case "own_phone":
    case "refuse":
      return { ...step, at: event.type };
    case "apply_here":
      return { ...step, at: "apply", answer: null };
    case "slip":
      return step.decision.slip ? { ...step, at: "slip", number: null } : step;
    case "correct": {
      const asked = { temperature: "not_taken", document: "not_shown", origin: "not_asked", person: "not_asked" } as const;
      const traveller = { ...told(step.traveller, asked, null), replaces: step.n ?? step.traveller.replaces };
      return check(traveller, { temperature: true, document: true });
    }
    default:
      return step;
  }
}

/** Whoever applied and has a colour now is somebody of the register: the guard compares the document, and the matrix decides anew. */
function applied(step: Step & { at: "apply" }, answer: ApplyAnswer, rules: Rules): Step {
  const { colour, name, tail } = answer;
  if (!colour) return { ...step, answer };
  const scanned: Scanned = { ...step.traveller.scanned, verdict: colour, colour, carrier: "register", name, tail, reason: null, told: null, word: null };
  const { temperature, zone } = step.traveller.situation;
  const found = newcomer(scanned, { ...rules, zone });
  return advance(told(found, { temperature }, step.traveller.temperature), rules);
}

/** From an unattended gate: whoever was begun with, or is not let through, waits for the guard. */
function called(step: Step): Step {
  if (!("traveller" in step) || step.at === "called") return step;
  const stands = step.at === "decision" && step.decision.action !== "release";
  const decided = stands ? { decision: step.decision, n: step.n } : { decision: null, n: null };
  return { at: "called", traveller: step.traveller, ...decided, entry: step.at === "check" ? step.entry : "" };
}

/** What the guard goes on with after a call: the forms and slips stand, the rest is asked again, the document for the first time. */
const STANDING: readonly string[] = ["hand_over", "turn_back", "apply_now"];

/** The guard is there. Whoever is on the screen is the guard's to finish. */
function taken(step: Step, rules: Rules): Step {
  if (step.at !== "called") return step.at === "check" ? taken(called(step), rules) : step;
  const { traveller, decision, n, entry } = step;
  if (decision && n !== null && STANDING.includes(decision.action)) return { at: "decision", traveller, decision, n };
  const { temperature } = traveller.situation;
  const next = advance({ ...told(newcomer(traveller.scanned, rules), { temperature }, traveller.temperature), replaces: n }, rules);
  return next.at === "check" && next.needs.temperature ? { ...next, entry } : next;
}

function back(step: Step): Step {
  switch (step.at) {
    case "hand_over":
    case "own_phone":
    case "refuse":
    case "apply":
      return { at: "decision", traveller: step.traveller, decision: step.decision, n: step.n };
    case "check":
      return step.choosing ? { ...step, choosing: false } : { at: "scan", note: null };
    case "decision":
      return step.decision.action === "ask" ? check(step.traveller, { temperature: false, document: true }) : { at: "scan", note: null };
    default:
      return { at: "scan", note: null };
  }
}

/** A minute without a touch: a form is covered, and cleared after another; every other screen with somebody on it is cleared. */
function idle(flow: Flow): Flow {
  const { step } = flow;
  if (step.at === "scan" || step.at === "recording" || step.at === "unstored") return flow;
  if (FORMS.includes(step.at) && !flow.covered) return { ...flow, covered: true };
  const finished = step.at === "decision" && step.decision.action === "release";
  return at(flow, { at: "scan", note: finished ? null : "hidden" });
}
