/** What a guard goes through with one person: every cell of the matrix to its last screen, and the ways beside it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { beforeAll, describe, expect, it } from "vitest";

import { cells, decide, FIELDS, readBody } from "../src/checkpoints";
import { buttonsOf } from "../src/scan/buttons";
import type { Action, Decision, Scanned, Situation } from "../src/scan/engine/types";
import { canScan, type Check, type Event, type Flow, type Rules, START, type Step } from "../src/scan/flow";
import { follow } from "../src/scan/alone";
import { entryOf, erase, press, readingOf, shown, tenthsOf } from "../src/scan/temperature";

interface Line {
  readonly action: Action;
  readonly to: string | null;
  readonly slip: string | null;
  readonly ask: string | null;
}
interface Matrix {
  readonly body: object;
  readonly cells: number;
  readonly lines: Readonly<Record<string, Line>>;
  readonly runs: readonly (readonly [string, number])[];
}

const FILE = join(import.meta.dirname, "../../vectors/checkpoints/matrix.json");
const MATRIX = JSON.parse(readFileSync(FILE, "utf8")) as Matrix;
const BODY = readBody(new TextEncoder().encode(JSON.stringify(MATRIX.body)));
const [NORMAL, FEVER] = [365, 381];

/** What the vectors say of a cell; the matrix of the engine is held to the same file elsewhere. */
const EXPECTED = new Map<string, string>();
const nameOf = (situation: Situation): string => Object.keys(FIELDS).map((field) => situation[field as keyof Situation]).join(" ");

beforeAll(() => {
  const lines = MATRIX.runs.flatMap(([line, count]) => Array<string>(count).fill(line));
  let place = 0;
  for (const situation of cells()) EXPECTED.set(nameOf(situation), lines[place++] ?? "");
});

const rules = (zone: Situation["zone"] = "ordinary"): Rules => ({
  decide: (situation) => decide(situation, BODY.matrix),
  feverTenths: BODY.fever_tenths,
  zone,
});

function scanned(verdict: Situation["verdict"], carrier: Situation["carrier"] = "code", permit: Situation["permit"] = "none"): Scanned {
  const colour = verdict === "green" || verdict === "yellow" || verdict === "red" ? verdict : null;
  const nothing = { reason: null, told: null, number: null, word: null, epoch: null, slot: null, cti: null, recallAge: null };
  return { ...nothing, verdict, carrier, colour, permit, city: null, name: "王*明", tail: "123X", at: 1_582_164_000 };
}

/** The flow with its records: what is to be stored is stored at once, and counted. */
class Guard {
  flow: Flow = START;
  stored: { decision: Decision; situation: Situation; temperature: number | null; replaces: number | null }[] = [];

  constructor(readonly rules: Rules) {}

  send(...events: Event[]): this {
    for (const event of events) {
      this.flow = follow(this.flow, event, this.rules);
      while (this.flow.step.at === "recording") this.store(this.flow.step);
    }
    return this;
  }

  private store({ traveller, decision }: Step & { at: "recording" }): void {
    const { situation, temperature, replaces } = traveller;
    this.stored.push({ decision, situation, temperature, replaces });
    this.flow = follow(this.flow, { type: "recorded", n: this.stored.length }, this.rules);
  }

  get step(): Step {
    return this.flow.step;
  }

  get buttons(): string[] {
    return buttonsOf(this.step, this.rules).map(({ id }) => id);
  }

  type(tenths: number): this {
    for (const digit of entryOf(tenths)) this.send({ type: "key", digit: Number(digit) });
    return this;
  }
}

/** Answers what the screen asks as the cell has it; false where the cell has no answer, or nothing is asked any more. */
function answer(guard: Guard, cell: Situation): boolean {
  const { step } = guard;
  if (step.at === "ask") {
    if (cell[step.field] === "not_asked") return false;
    guard.send(step.field === "origin" ? { type: "origin", value: cell.origin } : { type: "person", value: cell.person });
    return true;
  }
  if (step.at !== "check") return false;
  if (step.needs.temperature) {
    if (cell.temperature === "not_taken") return false;
    guard.type(cell.temperature === "fever" ? FEVER : NORMAL);
    if (cell.temperature === "fever") {
      guard.send({ type: "sure" });
      return true;
    }
  }
  guard.send(step.needs.document ? { type: "document", value: cell.document } : { type: "go_on" });
  return true;
}

function walk(guard: Guard, cell: Situation): void {
  for (let asked = 0; answer(guard, cell); asked += 1) if (asked > 8) throw new Error(`${nameOf(cell)}: asked without end`);
}

const decided = (step: Step): Decision | null => ("decision" in step ? step.decision : null);
/** The situation that the screen is about, and what is asked on it. */
function reached({ step, rules }: Guard): { situation: Situation; decision: Decision } {
  if (!("traveller" in step)) throw new Error(`nobody is on the screen: ${step.at}`);
  const { situation } = step.traveller;
  return { situation, decision: decided(step) ?? rules.decide(situation) };
}

const LAST: Readonly<Record<Action, readonly string[]>> = {
  release: ["next", "undo"],
  hand_over: ["hand_over", "undo"],
  turn_back: ["slip", "undo"],
  apply_now: ["apply_here", "own_phone"],
  show_again: [],
  ask: [],
};

/** The buttons of the last screen of a cell. */
function buttonsFor(situation: Situation, { action, ask }: Decision): readonly string[] {
  if (action === "ask" && ask === "document") return ["back", "refuse"];
  if (action === "ask" && ask === "origin") return ["elsewhere", "key_area"];
  if (action === "ask" && ask === "person") return ["resident", "visitor"];
  if (action !== "show_again") return LAST[action];
  if (situation.verdict === "stopped") return ["ladder", "scan"];
  return ["scan", situation.verdict === "expired" ? "look_up" : "no_code"];
}

describe("every cell of the matrix", () => {
  it("ends on the screen that the vectors say, with the buttons of its decision", () => {
    const wrong: string[] = [];
    let walked = 0;
    for (const cell of cells()) {
      const guard = new Guard(rules(cell.zone)).send({ type: "scanned", scanned: scanned(cell.verdict, cell.carrier, cell.permit) });
      walk(guard, cell);
      const { situation, decision } = reached(guard);
      const line = EXPECTED.get(nameOf(situation)) ?? "";
      const said = MATRIX.lines[line];
      const right = decision.rule === line && decision.action === said?.action && decision.to === said.to && decision.slip === said.slip;
      const waits = guard.step.at === "check";
      const buttons = waits ? guard.buttons : buttonsFor(situation, decision);
      if (!right || guard.buttons.join() !== buttons.join()) wrong.push(`${nameOf(cell)} -> ${decision.rule} ${guard.buttons.join()}`);
      if (waits && (cell.temperature !== "not_taken" || decision.ask !== "temperature")) wrong.push(`${nameOf(cell)} waits`);
      walked += 1;
    }
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(walked).toBe(MATRIX.cells);
  });

  it("is reached: where the matrix decided before everything was asked, a correction asks the rest and the cell's own line decides", () => {
    const wrong: string[] = [];
    let corrected = 0;
    for (const cell of cells()) {
      const guard = new Guard(rules(cell.zone)).send({ type: "scanned", scanned: scanned(cell.verdict, cell.carrier, cell.permit) });
      walk(guard, cell);
      const expected = MATRIX.lines[EXPECTED.get(nameOf(cell)) ?? ""];
      if (cell.temperature === "not_taken" || reached(guard).decision.action === expected?.action) continue;
      corrected += 1;
      guard.send({ type: "correct" });
      walk(guard, cell);
      const { situation, decision } = reached(guard);
      if (decision.action !== expected?.action || decision.to !== expected.to) wrong.push(`${nameOf(cell)} -> ${nameOf(situation)} ${decision.action}`);
    }
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(corrected).toBeGreaterThan(0);
  });

  it("never has more than two buttons, but for the answers about the document", () => {
    let most = 0;
    for (const cell of cells()) {
      const guard = new Guard(rules(cell.zone)).send({ type: "scanned", scanned: scanned(cell.verdict, cell.carrier, cell.permit) });
      walk(guard, cell);
      most = Math.max(most, guard.buttons.length);
    }
    expect(most).toBe(2);
  });

  it("stores everybody who was decided about, with the situation and the temperature, and nobody who was not", () => {
    const wrong: string[] = [];
    for (const cell of cells()) {
      const guard = new Guard(rules(cell.zone)).send({ type: "scanned", scanned: scanned(cell.verdict, cell.carrier, cell.permit) });
      walk(guard, cell);
      const { situation, decision } = reached(guard);
      const unsaid = decision.action === "ask" || (decision.action === "show_again" && ["again", "stopped"].includes(cell.verdict));
      if (guard.stored.length !== (unsaid ? 0 : 1)) wrong.push(`${nameOf(cell)}: ${guard.stored.length} records`);
      const [record] = guard.stored;
      const taken = { normal: NORMAL, fever: FEVER, not_taken: null }[situation.temperature];
      if (record && (nameOf(record.situation) !== nameOf(situation) || record.temperature !== taken)) wrong.push(`${nameOf(cell)}: another record`);
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });
});

describe("a plain green person", () => {
  it("needs a scan, a temperature and one tap", () => {
    const guard = new Guard(rules()).send({ type: "scanned", scanned: scanned("green") });
    expect(guard.buttons).toEqual(["matches", "otherwise"]);
    expect(buttonsOf(guard.step, guard.rules).every(({ off }) => off)).toBe(true);
    guard.send({ type: "key", digit: 6 }, { type: "key", digit: 5 });
    expect(buttonsOf(guard.step, guard.rules).some(({ off }) => off)).toBe(false);
    guard.send({ type: "document", value: "matched" });
    expect(decided(guard.step)?.action).toBe("release");
    expect(guard.stored).toHaveLength(1);
  });

  it("needs one tap after a thermometer's reading", () => {
    const guard = new Guard(rules()).send({ type: "scanned", scanned: scanned("green") }, { type: "reading", tenths: NORMAL });
    guard.send({ type: "document", value: "matched" });
    expect(guard.stored[0]?.temperature).toBe(NORMAL);
  });

  it("is not released before the temperature was taken, whatever is tapped", () => {
    const guard = new Guard(rules()).send({ type: "scanned", scanned: scanned("green") });
    guard.send({ type: "document", value: "matched" }, { type: "go_on" }, { type: "otherwise" }, { type: "sure" });
    expect(guard.step.at).toBe("check");
    expect(guard.stored).toEqual([]);
  });

  it("who shows no document is told to, and may be refused on a ground alone", () => {
    const guard = new Guard(rules()).send({ type: "scanned", scanned: scanned("green") }).type(NORMAL);
    guard.send({ type: "otherwise" });
    expect(guard.buttons).toEqual(["different", "not_shown", "minor_without", "back"]);
    guard.send({ type: "document", value: "not_shown" });
    expect(guard.buttons).toEqual(["back", "refuse"]);
    expect(guard.stored).toEqual([]);
    guard.send({ type: "back" });
    expect((guard.step as Check).needs).toEqual({ temperature: false, document: true });
    guard.send({ type: "document", value: "matched" });
    expect(decided(guard.step)?.action).toBe("release");
    expect(guard.stored[0]?.temperature).toBe(NORMAL);
  });
});

describe("a temperature", () => {
  it("of fever is measured again or confirmed, and then handed to the health department whatever is still open", () => {
    const guard = new Guard(rules()).send({ type: "scanned", scanned: scanned("green") }).type(FEVER);
    expect(guard.buttons).toEqual(["measure_again", "is_fever"]);
    guard.send({ type: "document", value: "matched" });
    expect(guard.stored).toEqual([]);
    guard.send({ type: "sure" });
    expect(decided(guard.step)).toMatchObject({ action: "hand_over", to: "health" });
    expect(guard.stored[0]?.situation).toMatchObject({ temperature: "fever", document: "not_shown" });
  });

  it("that is odd is asked for again, and may be right", () => {
    const guard = new Guard(rules()).send({ type: "scanned", scanned: scanned("green") }).type(345);
    expect(guard.buttons).toEqual(["measure_again", "is_right"]);
    guard.send({ type: "document", value: "matched" });
    expect(guard.stored).toEqual([]);
    guard.send({ type: "sure" }, { type: "document", value: "matched" });
    expect(guard.stored[0]?.temperature).toBe(345);
  });

  it("that nobody can have can only be measured again", () => {
    for (const tenths of [339, 431, 499]) {
      const guard = new Guard(rules()).send({ type: "scanned", scanned: scanned("green") }).type(tenths);
      expect(guard.buttons).toEqual(["measure_again"]);
      guard.send({ type: "sure" }, { type: "document", value: "matched" });
      expect(guard.stored).toEqual([]);
      guard.send({ type: "measure_again" });
      expect((guard.step as Check).entry).toBe("");
    }
  });

  it.each([["65", 365], ["365", 365], ["68", 368], ["401", 401], ["72", 372], ["59", 359]])("typed as %s is %i tenths", (typed, tenths) => {
    expect(tenthsOf([...typed].reduce((entry, digit) => press(entry, Number(digit)), ""))).toBe(tenths);
  });

  it("begins anew with a digit after the last, ignores a first digit that no person has, and is taken back digit by digit", () => {
    expect(press("365", 7)).toBe("37");
    expect(press("", 1)).toBe("");
    expect([erase("365"), erase("36"), erase("4"), erase("")]).toEqual(["36", "", "", ""]);
    expect([shown(""), shown("36"), shown("365")]).toEqual(["––.–", "36.–", "36.5"]);
  });

  it("is fever from the policy's threshold on", () => {
    expect([339, 340, 349, 350, 372, 373, 415, 416, 430, 431].map((tenths) => readingOf(tenths, 373))).toEqual(
      ["impossible", "odd", "odd", "normal", "normal", "fever", "fever", "odd", "odd", "impossible"],
    );
    const hot = new Guard(rules()).send({ type: "scanned", scanned: scanned("green") }).type(421).send({ type: "sure" });
    expect(decided(hot.step)).toMatchObject({ action: "hand_over", to: "health" });
  });
});

describe("beside the matrix", () => {
  it("a decision is shown only once it is stored, and a record that failed can be stored again", () => {
    const machine = rules();
    let flow = follow(START, { type: "scanned", scanned: scanned("red") }, machine);
    expect(flow.step.at).toBe("recording");
    expect(buttonsOf(flow.step, machine)).toEqual([]);
    flow = follow(flow, { type: "failed" }, machine);
    expect(flow.step.at).toBe("unstored");
    expect(follow(flow, { type: "scanned", scanned: scanned("green") }, machine)).toBe(flow);
    expect(buttonsOf(flow.step, machine).map(({ id }) => id)).toEqual(["try_again", "back"]);
    flow = follow(follow(flow, { type: "go_on" }, machine), { type: "recorded", n: 7 }, machine);
    expect(flow.step).toMatchObject({ at: "decision", n: 7 });
  });

  it("a correction asks again and names the passage that it replaces", () => {
    const guard = new Guard(rules()).send({ type: "scanned", scanned: scanned("green") }).type(FEVER).send({ type: "sure" }, { type: "correct" });
    expect(guard.step).toMatchObject({ at: "check", needs: { temperature: true, document: true }, traveller: { replaces: 1 } });
    guard.type(NORMAL).send({ type: "document", value: "matched" });
    expect(decided(guard.step)?.action).toBe("release");
    expect(guard.stored[1]).toMatchObject({ replaces: 1, temperature: NORMAL });
  });

  it("whoever applies on the spot and is green is asked for the document alone, and released", () => {
    const guard = new Guard(rules()).send({ type: "no_code" }, { type: "scanned", scanned: scanned("nothing", "none") }).type(NORMAL);
    guard.send({ type: "go_on" }, { type: "origin", value: "elsewhere" });
    expect(guard.buttons).toEqual(["apply_here", "own_phone"]);
    guard.send({ type: "apply_here" });
    const waiting = { state: "waiting", colour: null, name: "王*明", tail: "123X", receipt: "AAAA-BBBB-CCCC" } as const;
    guard.send({ type: "applied", answer: waiting });
    expect(guard.step).toMatchObject({ at: "apply", answer: waiting });
    guard.send({ type: "applied", answer: { ...waiting, state: "judged", colour: "green" } });
    expect(guard.step).toMatchObject({ at: "check", needs: { temperature: false, document: true } });
    guard.send({ type: "document", value: "matched" });
    expect(guard.stored.map(({ decision }) => decision.action)).toEqual(["apply_now", "release"]);
    expect(guard.stored[1]).toMatchObject({ temperature: NORMAL, situation: { carrier: "register", verdict: "green" } });
  });

  it("whoever applies and is red is handed over", () => {
    const guard = new Guard(rules()).send({ type: "scanned", scanned: scanned("nothing", "none") }).type(NORMAL);
    guard.send({ type: "go_on" }, { type: "origin", value: "elsewhere" }, { type: "apply_here" });
    guard.send({ type: "applied", answer: { state: "judged", colour: "red", name: "王*明", tail: "123X", receipt: "" } });
    expect(decided(guard.step)).toMatchObject({ action: "hand_over", to: "health" });
  });

  it("a turned-back traveller gets a slip with its number", () => {
    const guard = new Guard(rules()).send({ type: "scanned", scanned: scanned("nothing", "none") }).type(NORMAL);
    guard.send({ type: "go_on" }, { type: "origin", value: "key_area" }, { type: "slip" });
    expect(guard.step).toMatchObject({ at: "slip", number: null, n: 1, decision: { slip: "key_area_without_code" } });
    guard.send({ type: "slip_made", number: "ABC234" });
    expect(guard.step).toMatchObject({ at: "slip", number: "ABC234" });
  });

  it("a vehicle's people share its id, and are counted once they are settled", () => {
    const guard = new Guard(rules()).send({ type: "vehicle", id: "bus" });
    const person = (): Guard => guard.send({ type: "scanned", scanned: scanned("green") }).type(NORMAL).send({ type: "document", value: "matched" });
    person();
    person();
    expect(guard.flow.group).toEqual({ id: "bus", people: 2 });
    guard.send({ type: "done", note: "annulled" });
    expect(guard.flow.group?.people).toBe(1);
    guard.send({ type: "scanned", scanned: scanned("again") });
    expect(guard.flow.group?.people).toBe(1);
    expect(guard.send({ type: "vehicle_over" }).flow.group).toBeNull();
  });

  it("a new code begins a new person, but never over a form that somebody fills in", () => {
    const guard = new Guard(rules()).send({ type: "scanned", scanned: scanned("red") }, { type: "hand_over" });
    expect(canScan(guard.step)).toBe(false);
    const before = guard.flow;
    expect(guard.send({ type: "scanned", scanned: scanned("green") }).flow).toBe(before);
    guard.send({ type: "back" }, { type: "scanned", scanned: scanned("green") });
    expect(guard.step).toMatchObject({ at: "check", traveller: { situation: { verdict: "green" } } });
  });
});

describe("a minute without a touch", () => {
  it("clears the person from every screen that is no form, and leaves the last passage to be taken back", () => {
    const guard = new Guard(rules()).send({ type: "scanned", scanned: scanned("green") }, { type: "idle" });
    expect(guard.step).toEqual({ at: "scan", note: "hidden" });
    guard.send({ type: "scanned", scanned: scanned("red") }, { type: "idle" });
    expect(guard.step).toEqual({ at: "scan", note: "hidden" });
    expect(guard.flow.last).toMatchObject({ n: 1, action: "hand_over" });
    expect(JSON.stringify(guard.flow)).not.toContain("王");
  });

  it("covers a form, and clears it after another", () => {
    const guard = new Guard(rules()).send({ type: "scanned", scanned: scanned("red") }, { type: "hand_over" }, { type: "idle" });
    expect(guard.flow).toMatchObject({ covered: true, step: { at: "hand_over" } });
    expect(guard.send({ type: "uncover" }).flow.covered).toBe(false);
    guard.send({ type: "idle" }, { type: "idle" });
    expect(guard.flow).toMatchObject({ covered: false, step: { at: "scan" } });
  });

  it("does not interrupt what is being stored", () => {
    const recording = follow(START, { type: "scanned", scanned: scanned("red") }, rules());
    expect(follow(recording, { type: "idle" }, rules())).toBe(recording);
  });
});
