/** One guard at work: the flow with its effects on the engine. The screens show it and send events; they decide nothing. */

import { type Engine, type HandOverReason, type Link, type PassageInput, type Problem, type Scanned, type ShiftReport, Trouble } from "./engine/types";
import { canScan, type Decided, type Event, type Flow, type Note, type Rules, START, type Step, type Traveller } from "./flow";
import { follow } from "./alone";
import { problem } from "./engine/problems";
import { keepSettings, type Settings } from "./settings";
import { signal } from "./signals";

export type Panel = "menu" | "hand_overs" | "shift" | "notice" | "script" | "ladder" | "lists" | "override" | "emergency" | "gate" | "settings";

export interface Shown {
  readonly flow: Flow;
  readonly panel: Panel | null;
  readonly settings: Settings;
  /** What went wrong with the last thing that was asked of the engine. */
  readonly problem: Problem | null;
  /** Of the shift that has just ended. */
  readonly report: ShiftReport | null;
  /** The device is being enrolled, and its first shift begun. */
  readonly entering: boolean;
  readonly thermometer: Link;
  readonly turnstile: Link;
  /** A guard stands at the gate that is left by itself otherwise. Not kept: a page that is opened anew is unattended. */
  readonly attended: boolean;
}

/** ms that a person's data stays without a touch; that "released" stays; in which the same code is the person just gone. */
const [PRIVATE, RELEASED, GONE] = [60_000, 4_000, 10_000];
/** ms at an unattended gate: to step up to the thermometer; to read what is wrong with a code; to go through the turnstile. */
const [MEASURED, TOLD, THROUGH] = [20_000, 6_000, 15_000];

export class Session {
  shown: Shown;
  private readonly hearing = new Set<() => void>();
  private idle = 0;
  private leaving = 0;
  private gone = { code: "", at: 0 };

  constructor(
    readonly engine: Engine,
    settings: Settings,
  ) {
    this.shown = { flow: START, panel: null, settings, problem: null, report: null, entering: false, ...linksOf(engine), attended: false };
    engine.thermometer.onLink((thermometer) => this.show({ thermometer }));
    engine.turnstile.onLink((turnstile) => this.show({ turnstile }));
    engine.turnstile.onAnswer((n, passed) => void this.answered(n, passed));
    engine.thermometer.onReading((tenths) => this.send({ type: "reading", tenths }));
  }

  subscribe(heard: () => void): () => void {
    this.hearing.add(heard);
    return () => void this.hearing.delete(heard);
  }

  get rules(): Rules {
    const { policy, checkpoint } = this.engine.view();
    const decide: Rules["decide"] = (situation) => this.engine.decide(situation);
    return { decide, feverTenths: policy?.feverTenths ?? 0, zone: checkpoint?.zone ?? "control", unattended: this.unattended };
  }

  get unattended(): boolean {
    return this.engine.view().gate !== null && !this.shown.attended;
  }

  /** Whether the gate can do without a guard: who is not measured is not released, and a turnstile that is gone lets nobody through. */
  get canBeAlone(): boolean {
    const { thermometer, turnstile } = this.shown;
    const { gate, state } = this.engine.view();
    return state === "ready" && thermometer === "on" && (gate?.turnstile ? turnstile === "on" : turnstile !== "gone");
  }

  send(event: Event): void {
    const before = this.shown.flow;
    try {
      const flow = follow(before, event, this.rules);
      this.show({ flow, problem: null, ...(event.type === "scanned" && { panel: null }) });
      if (flow.step !== before.step) this.entered(before.step, flow.step);
    } catch (flaw) {
      this.failed(flaw);
    }
    this.touched();
  }

  open(panel: Panel | null): void {
    if (this.unattended) return;
    this.show({ panel, problem: null });
    this.touched();
  }

  change(change: Partial<Settings>): void {
    const settings = { ...this.shown.settings, ...change };
    keepSettings(settings);
    this.show({ settings });
  }

  /** A text from the camera or a hand scanner. While somebody is asked, the camera waits and a hand scanner begins the next. */
  async read(text: string, from: "camera" | "wedge"): Promise<void> {
    const { flow, panel } = this.shown;
    const { state, guard } = this.engine.view();
    if (state !== "ready" || guard === null || !canScan(flow.step)) return;
    if (this.unattended && (flow.step.at !== "scan" || !this.canBeAlone)) return;
    const looking = panel === null && (flow.step.at === "scan" || flow.step.at === "no_code" || this.released);
    if (from === "camera" && !looking) return;
    const scanned = await this.engine.judge(text);
    if (from === "camera" && this.isGone(scanned)) return;
    this.send({ type: "scanned", scanned });
  }

  async lookUp(document: string): Promise<void> {
    await this.asked(async () => this.send({ type: "scanned", scanned: await this.engine.lookUp(document) }));
  }

  /** Does something with the engine; what goes wrong is told, and answered with false. */
  async asked(work: () => Promise<void>): Promise<boolean> {
    this.show({ problem: null });
    try {
      await work();
      return true;
    } catch (flaw) {
      this.failed(flaw);
      return false;
    }
  }

  /** A refusal is of a passage: one that the matrix was still asking about is recorded first, as it stands. */
  async refuse({ traveller, decision, n }: Decided, ground: string): Promise<void> {
    const { scanned, situation, temperature } = traveller;
    const of = n ?? (await this.engine.finish({ scanned, situation, decision, temperature, group: this.shown.flow.group?.id ?? null })).n;
    await this.engine.refuse({ of, ground });
  }

  /** Whoever enrols the device begins its first shift. */
  async enrol(secret: string, guard: string): Promise<void> {
    this.show({ entering: true });
    if (await this.asked(() => this.engine.enrol(secret, guard))) await this.asked(() => this.engine.beginShift(guard));
    this.show({ entering: false });
  }

  async endShift(note: string): Promise<void> {
    await this.asked(async () => {
      await this.endGate();
      this.show({ report: await this.engine.endShift(note), panel: null });
    });
  }

  /** The gate is left by itself: the next screen is the travellers'. */
  async leaveAlone(pin: string): Promise<void> {
    await this.asked(() => this.engine.beginGate(pin, this.shown.turnstile === "on"));
    this.goAlone();
  }

  goAlone(): void {
    this.show({ flow: { ...START, last: this.shown.flow.last }, panel: null, attended: false });
  }

  /** The guard's PIN; whether it is right. Whoever waits is then on the guard's screen. */
  async attend(pin: string): Promise<boolean> {
    let right = false;
    await this.asked(async () => void (right = await this.engine.opensGate(pin)));
    if (!right) return false;
    this.show({ attended: true });
    this.send({ type: "attend" });
    return true;
  }

  async endGate(): Promise<void> {
    if (this.engine.view().gate) await this.engine.endGate();
    this.show({ attended: false });
  }

  closeReport(): void {
    this.show({ report: null });
  }

  done(note: Note): void {
    this.send({ type: "done", note });
  }

  async takeBack(): Promise<void> {
    const { last } = this.shown.flow;
    if (!last) return;
    if (await this.asked(() => this.engine.annul(last.n))) this.done("annulled");
  }

  /** Somebody touched the screen: the minute begins anew. */
  touched(): void {
    clearTimeout(this.idle);
    if (this.unattended) return;
    if (this.shown.flow.step.at !== "scan") this.idle = setTimeout(() => this.send({ type: "idle" }), PRIVATE) as unknown as number;
  }

  dismiss(): void {
    this.show({ problem: null });
    this.engine.dismiss();
  }

  private get released(): boolean {
    const { step } = this.shown.flow;
    return step.at === "decision" && step.decision.action === "release";
  }

  private isGone(scanned: Scanned): boolean {
    return codeOf(scanned) !== "" && codeOf(scanned) === this.gone.code && Date.now() - this.gone.at < GONE;
  }

  private entered(before: Step, step: Step): void {
    clearTimeout(this.leaving);
    if (step.at === "recording") void this.record(step.traveller, step.decision);
    if (step.at === "slip" && before.at !== "slip") void this.makeSlip(step.n, step.decision.slip ?? "");
    if (step.at === "decision") this.decided(step);
    if (step.at === "check" && before.at !== "check") signal(step.traveller.situation.verdict, this.shown.settings);
    if (step.at === "called") signal("stop", this.shown.settings);
    if (this.unattended) this.waiting(step);
  }

  /** What an unattended gate does when nothing comes. */
  private waiting(step: Step): void {
    const after = (ms: number, event: Event): void => void (this.leaving = setTimeout(() => this.send(event), ms) as unknown as number);
    if (step.at === "check") after(MEASURED, { type: "call" });
    if (step.at === "called") after(PRIVATE, { type: "next" });
    if (step.at === "decision" && step.decision.action !== "release") after(TOLD, { type: "next" });
    if (step.at === "decision" && step.decision.action === "release" && this.engine.view().gate?.turnstile) void this.letThrough(step.n ?? 0);
  }

  /** Opens the turnstile; who does not go through in time, or could not, did not pass. */
  private async letThrough(n: number): Promise<void> {
    clearTimeout(this.leaving);
    this.leaving = setTimeout(() => void this.answered(n, false), THROUGH) as unknown as number;
    try {
      await this.engine.turnstile.open(n);
    } catch {
      await this.asked(() => this.engine.annul(n));
      this.send({ type: "call" });
    }
  }

  private async answered(n: number, passed: boolean): Promise<void> {
    const { step } = this.shown.flow;
    if (!this.unattended || step.at !== "decision" || step.n !== n) return;
    clearTimeout(this.leaving);
    if (passed) return this.send({ type: "next" });
    void this.engine.turnstile.close(n).catch(() => undefined);
    if (await this.asked(() => this.engine.annul(n))) this.done("annulled");
  }

  private decided({ traveller, decision }: Step & { at: "decision" }): void {
    const { verdict } = traveller.situation;
    signal(decision.action === "release" ? "release" : verdict, this.shown.settings);
    if (decision.action === "release") {
      this.gone = { code: codeOf(traveller.scanned), at: Date.now() };
      this.leaving = setTimeout(() => this.shown.panel === null && this.send({ type: "next" }), RELEASED) as unknown as number;
    }
  }

  private async record(traveller: Traveller, decision: PassageInput["decision"]): Promise<void> {
    const { scanned, situation, temperature, replaces } = traveller;
    const group = this.shown.flow.group?.id ?? null;
    const stored = await this.asked(async () => {
      const { n } = await this.engine.finish({ scanned, situation, decision, temperature, group });
      this.send({ type: "recorded", n });
    });
    if (!stored) this.step({ type: "failed" });
    else if (replaces !== null) await this.asked(() => this.engine.annul(replaces));
  }

  private async makeSlip(of: number | null, slip: string): Promise<void> {
    await this.asked(async () => this.send({ type: "slip_made", number: (await this.engine.slip({ of, slip })).number }));
  }

  /** An event that leaves what went wrong on the screen. */
  private step(event: Event): void {
    this.show({ flow: follow(this.shown.flow, event, this.rules) });
  }

  private failed(flaw: unknown): void {
    if (!(flaw instanceof Trouble)) console.error(flaw instanceof Error ? flaw.name : "failed");
    const shown = flaw instanceof Trouble ? flaw.problem : problem("unexpected");
    this.show({ problem: shown });
  }

  private show(change: Partial<Shown>): void {
    this.shown = { ...this.shown, ...change };
    for (const heard of this.hearing) heard();
  }
}

const linksOf = ({ thermometer, turnstile }: Engine) => ({ thermometer: thermometer.link(), turnstile: turnstile.link() });

const codeOf = ({ cti, number }: Scanned): string => cti ?? number ?? "";

/** Why somebody is handed over, as the record says it. */
export function whyOf({ verdict, temperature }: Traveller["situation"]): HandOverReason {
  if (temperature === "fever") return "fever";
  return verdict === "red" || verdict === "yellow" || verdict === "recalled" ? verdict : "other";
}
