/** The scanner's engine, put together: what the screens ask goes to the part that does it. */

import { Seen } from "../../credential/seen";
import { TrustList } from "../../credential/trust";
import { camera } from "./camera";
import { Core } from "./core";
import { Desk } from "./desk";
import { judged, plain } from "./judging";
import { trouble } from "./problems";
import { lookedUp } from "./register";
import { Rounds } from "./rounds";
import { ENROLMENT } from "./server";
import { Store } from "./store";
import { thermometer } from "./thermometer";
import { turnstile } from "./turnstile";
import * as unattended from "./unattended";
import type { ApplyAnswer, Colour, Decision, Engine, Scanned, Situation } from "./types";
import { mayLookUp } from "./view";
import { wedge } from "./wedge";
import { enrol } from "../../device/enrolment";
import { browserWorld, onNetwork, type World } from "../../device/world";

/** ms between two looks at ages, hours and clocks while nothing else happens. */
const TICK = 10_000;
const COLOURS: readonly unknown[] = ["green", "yellow", "red"] satisfies Colour[];
const STATES: readonly unknown[] = ["judged", "waiting", "held", "known"] satisfies ApplyAnswer["state"][];

/** Opens what this device holds. Rejects with Trouble `no-store` where the browser keeps nothing. */
export async function openEngine(world: World = browserWorld("yimatong-scan"), name = "yimatong-scan"): Promise<Engine> {
  const store = await Store.open(name).catch(() => {
    throw trouble("no-store");
  });
  const core = await Core.open(world, store);
  const rounds = new Rounds(core);
  const engine = new Scanner(core, rounds, new Desk(core, () => rounds.soon()));
  engine.start();
  return engine;
}

class Scanner implements Engine {
  readonly thermometer = thermometer();
  readonly turnstile = turnstile();
  private readonly seen = new Seen();
  readonly camera = camera;
  readonly wedge = wedge;
  readonly finish: Engine["finish"];
  readonly annul: Engine["annul"];
  readonly handOver: Engine["handOver"];
  readonly slip: Engine["slip"];
  readonly refuse: Engine["refuse"];
  readonly complain: Engine["complain"];
  readonly emergency: Engine["emergency"];
  readonly challenge: Engine["challenge"];
  readonly override: Engine["override"];
  readonly beginShift: Engine["beginShift"];
  readonly endShift: Engine["endShift"];

  constructor(
    private readonly core: Core,
    private readonly rounds: Rounds,
    private readonly desk: Desk,
  ) {
    this.finish = (passage) => desk.finish(passage);
    this.annul = (n) => desk.annul(n);
    this.handOver = (input) => desk.handOver(input);
    this.slip = (input) => desk.slip(input);
    this.refuse = (input) => desk.refuse(input);
    this.complain = (input) => desk.complain(input);
    this.emergency = (input) => desk.emergency(input);
    this.challenge = () => desk.challenge();
    this.override = (response) => desk.override(response);
    this.beginShift = (guard) => desk.beginShift(guard);
    this.endShift = (note) => desk.endShift(note);
  }

  start(): void {
    const { world } = this.core;
    world.hear(() => void this.core.reload());
    const tick = (): void => {
      this.core.show({});
      if (this.core.held.device) void this.core.store.put({ clock: this.core.clock.kept() }).catch(() => undefined);
      world.later(TICK, tick);
    };
    world.later(TICK, tick);
    if (typeof document === "object") this.listen();
    void this.rounds.now();
  }

  /** The page comes and goes, and so does the network. */
  private listen(): void {
    document.addEventListener("visibilitychange", () => {
      this.core.clock.wasHidden();
      if (!document.hidden) void this.rounds.now();
    });
    onNetwork(() => void this.rounds.now());
    // The browser may throw away what a page stored when space runs out, unless it is asked not to.
    void navigator.storage?.persist?.();
  }

  view: Engine["view"] = () => this.core.view();
  subscribe: Engine["subscribe"] = (heard) => this.core.subscribe(heard);

  async enrol(secret: string, name: string): Promise<void> {
    const { core } = this;
    await enrol(core, ENROLMENT, secret, name);
    await core.reload();
    core.show({ problem: null, unknown: false });
    core.world.tell();
    await this.rounds.now();
  }

  async judge(text: string): Promise<Scanned> {
    const { lists, clock, held } = this.core;
    const { state, override } = this.core.look();
    const now = clock.seconds();
    if (state !== "ready" || !lists.trust) return plain("stopped", now);
    const trust = override ? lasting(lists.trust, override.until) : lists.trust;
    const words = (day: number): Uint8Array | null => held.words[String(day)] ?? null;
    return judged(text, { now, trust, recall: lists.recall, cities: lists.cities, seen: this.seen, words });
  }

  async lookUp(document: string): Promise<Scanned> {
    const now = this.core.clock.seconds();
    if (!mayLookUp(this.core.look(), this.core.held, now)) return plain("stopped", now);
    const { scanned, tag } = await lookedUp(document, this.core.held, now);
    await this.desk.looked(scanned.verdict !== "nothing", tag);
    return scanned;
  }

  nothingShown(): Scanned {
    return plain(this.core.look().state === "ready" ? "nothing" : "stopped", this.core.clock.seconds());
  }

  decide(situation: Situation): Decision {
    const { policy } = this.core.lists;
    if (!policy) throw trouble("no-policy");
    return policy.decide(situation);
  }

  applyForm: Engine["applyForm"] = () => this.core.server.applyForm(this.core.device());
  divisions: Engine["divisions"] = (words) => this.core.server.divisions(this.core.device(), words);

  async apply(form: Readonly<Record<string, unknown>>): Promise<ApplyAnswer> {
    const { state, colour, name, tail, receipt } = await this.core.server.apply(this.core.device(), form);
    if (!STATES.includes(state)) throw trouble("answer-wrong");
    return {
      state: state as ApplyAnswer["state"],
      colour: COLOURS.includes(colour) ? (colour as Colour) : null,
      name: String(name ?? ""),
      tail: String(tail ?? ""),
      receipt: String(receipt ?? ""),
    };
  }

  beginGate: Engine["beginGate"] = (pin, turnstile) => unattended.begin(this.core, pin, turnstile);
  opensGate: Engine["opensGate"] = (pin) => unattended.opens(this.core, pin);
  endGate: Engine["endGate"] = () => unattended.end(this.core);

  newGroup(): string {
    return crypto.randomUUID().replaceAll("-", "");
  }

  syncNow(): Promise<void> {
    return this.rounds.now();
  }

  refreshLists(): Promise<void> {
    return this.rounds.now();
  }

  dismiss(): void {
    this.core.show({ problem: null });
  }

  async wipe(): Promise<void> {
    this.core.server.hangUp();
    await this.core.world.alone("round", () => this.core.store.wipe(null));
    await this.core.reload();
    this.core.show({ problem: null, unknown: false });
    this.core.world.tell();
  }
}

/** The trust list as the override lets it count: until then, whatever its own time. */
function lasting({ version, issued, expires, city, minIat, keys }: TrustList, until: number): TrustList {
  return new TrustList(version, issued, Math.max(expires, until), city, minIat, keys);
}
