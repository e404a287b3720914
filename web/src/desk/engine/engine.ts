/** The offline desk's engine, put together: enrolment, PIN, looking up, issuing, the route, and the way home. */

import { lookUp } from "../../checkpoints/extract";
import { dayOf, lastSecond } from "../../device/calendar";
import { joined, toBase64 } from "../../credential/bytes";
import { Refused } from "../../credential/refusals";
import { sealTo } from "../../credential/sealing";
import { enrol } from "../../device/enrolment";
import { browserWorld, onNetwork, type World } from "../../device/world";
import { Core } from "./core";
import { fits, isDocument, plainDocument, tailOf } from "./judging";
import { readNumber } from "./numbers";
import { trouble } from "./problems";
import { Rounds } from "./rounds";
import { ENROLMENT } from "./server";
import { type Kept, Store } from "./store";
import type { Body, Document, Draft, FoundOne, Handed, Noted, Outcome, View, Whom } from "./types";
import { closeJson, MOST_TRIES, newVault, openVault, PIN } from "./vault";

const TICK = 10_000;

export interface Handing {
  readonly whom: Whom;
  readonly parent?: Document;
  /** The name as it stands on the pass, and the document's number that is printed. */
  readonly name: string;
  readonly document: string;
  readonly strokes: string;
  /** The number of a blank that was filled by hand; without it the next of the lease. */
  readonly blank?: string;
  /** The line of the route that this ticks off. */
  readonly line?: string | null;
  /** When it was, for a stub that is entered later (seconds of city time). */
  readonly at?: number;
}

/** Opens what this device holds. Rejects with Trouble `no-store` where the browser keeps nothing. */
export async function openDesk(world: World = browserWorld("yimatong-desk"), name = "yimatong-desk"): Promise<Desk> {
  const store = await Store.open(name).catch(() => {
    throw trouble("no-store");
  });
  const desk = new Desk(await Core.open(world, store));
  desk.start();
  return desk;
}

export class Desk {
  private readonly rounds: Rounds;

  constructor(private readonly core: Core) {
    this.rounds = new Rounds(core);
  }

  start(): void {
    const { world } = this.core;
    world.hear(() => void this.core.reload());
    const tick = (): void => {
      this.core.show({});
      if (this.core.device) void this.core.store.put({ clock: this.core.clock.kept() }).catch(() => undefined);
      world.later(TICK, tick);
    };
    world.later(TICK, tick);
    if (typeof document === "object") this.listen();
    void this.rounds.now();
  }

  private listen(): void {
    document.addEventListener("visibilitychange", () => {
      this.core.clock.wasHidden();
      if (!document.hidden) void this.rounds.now();
    });
    onNetwork(() => void this.rounds.now());
    void navigator.storage?.persist?.();
  }

  view = (): View => this.core.view();
  subscribe = (heard: (view: View) => void): (() => void) => this.core.subscribe(heard);
  syncNow = (): Promise<void> => this.rounds.now();
  carry = (route: boolean): Promise<void> => this.rounds.carry(route);

  async enrol(secret: string, name: string): Promise<void> {
    const { core } = this;
    await enrol(core, ENROLMENT, secret, name);
    await core.changed();
    core.show({ problem: null, unknown: false });
  }

  /** Chooses the PIN, once. */
  async choosePin(pin: string): Promise<void> {
    const { core } = this;
    if (!PIN.test(pin)) throw trouble("pin-form");
    const device = await core.store.get("deviceKey");
    if (!device || (await core.store.get("vault"))) throw trouble("not-enrolled");
    const { kept, key } = await newVault(device, pin);
    await core.store.put({ vault: kept });
    await core.unlock(key);
    core.world.tell();
    await this.rounds.now();
  }

  /** Opens what is closed; a try counts before it is made. */
  async unlock(pin: string): Promise<void> {
    const { core } = this;
    if (!PIN.test(pin)) throw trouble("pin-form");
    const [device, vault] = [await core.store.get("deviceKey"), await core.store.get("vault")];
    if (!device || !vault) throw trouble("not-enrolled");
    const tries = await core.store.tried();
    const key = await openVault(device, vault, pin);
    if (!key) {
      if (tries >= MOST_TRIES) await core.store.end("shut");
      await core.changed();
      throw trouble(tries >= MOST_TRIES ? "pin-shut" : "pin-wrong");
    }
    await core.store.put({ vault: { ...vault, tries: 0 } });
    await core.unlock(key);
    void this.rounds.now();
  }

  async lock(): Promise<void> {
    this.core.vault = null;
    await this.core.reload();
  }

  /** Looks somebody up by the document that lies there; the look is recorded. */
  async lookUp(shown: Document): Promise<FoundOne> {
    const { core } = this;
    const { register } = core.inside;
    core.unlocked();
    if (!register) throw trouble("no-register");
    const answer = await lookUp(register.extract, register.key, plainDocument(shown.id_number), core.clock.seconds());
    if (answer instanceof Refused) throw trouble(answer.reason === "list-over" ? "register-over" : "no-register");
    const document = { ...shown, id_number: plainDocument(shown.id_number) };
    await this.record({ kind: "look", at: core.clock.seconds(), document, found: answer.found }, noted("look", core.clock.seconds()));
    return answer.found ? { found: true, colour: answer.colour, name: answer.name } : { found: false, colour: null, name: "" };
  }

  /** Issues: the number is used up when this resolves, and not before. Refuses with Trouble and then nothing happened. */
  async hand(handing: Handing): Promise<Handed> {
    const { core } = this;
    const { luggage } = core.unlocked();
    core.show({});
    if (core.view().state !== "ready") throw trouble("licence-over");
    const { whom, parent, name, strokes, line, blank } = handing;
    const at = handing.at ?? core.clock.seconds();
    const kind = blank === undefined ? "card" : "blank";
    const typed = blank === undefined ? null : this.unused(blank);
    for (;;) {
      const next = typed === null ? core.next() : null;
      const number = typed ?? next?.number;
      if (!number) throw trouble("no-numbers");
      const body: Body = { kind, at, number, whom, ...(parent && { parent }), ...(strokes && { strokes }) };
      const line_ = noted(kind, at, { number, name, tail: tailOf(handing.document), child: parent !== undefined });
      const n = await this.record(body, line_, { serial: next, draft: null });
      if (n === null) continue;
      if (line) await this.visited(line, "issued", "");
      return { n, number, at, until: lastDay(at, luggage.terms.valid_days) };
    }
  }

  /** A declaration after which no pass is given. */
  async declared(whom: Whom, name: string, document: string, line: string | null = null, parent: Document | null = null): Promise<void> {
    const at = this.core.clock.seconds();
    const line_ = noted("declaration", at, { name, tail: tailOf(document), child: parent !== null });
    await this.record({ kind: "declaration", at, whom, ...(parent && { parent }) }, line_, { draft: null });
    if (line) await this.visited(line, "refused", "");
  }

  /** A blank was written wrongly, or is not there. */
  async blank(kind: "spoiled" | "lost", text: string, why: string): Promise<void> {
    const [number, at] = [this.unused(text), this.core.clock.seconds()];
    await this.record({ kind, at, number, why }, noted(kind, at, { number }));
  }

  /** Ticks a home of the route off. */
  async visited(line: string, outcome: Outcome, again: string): Promise<void> {
    const at = this.core.clock.seconds();
    const home = this.core.inside.route.find(({ id }) => id === line);
    const visited = { ...this.core.inside.visited, [line]: { outcome, again } };
    const more = await this.core.closed({ visited });
    await this.record({ kind: "visit", at, line, outcome, ...(again && { again }) }, noted("visit", at, { name: home?.name ?? "" }), { more });
  }

  /** Keeps a form as it is filled in; null: it is done with. */
  async save(draft: Draft | null): Promise<void> {
    await this.core.store.put(await this.core.closed({ draft }));
  }

  divisions = async (): Promise<readonly (readonly [number, string])[]> => (await this.core.store.get("divisions")) ?? [];
  fits = fits;
  isDocument = isDocument;

  async wipe(): Promise<void> {
    this.core.server.hangUp();
    await this.core.world.alone("round", () => this.core.store.wipe());
    this.core.vault = null;
    await this.core.changed();
    this.core.show({ problem: null, unknown: false });
  }

  private unused(text: string): string {
    const number = readNumber(text);
    if (!number) throw trouble("number-wrong");
    if (this.core.inside.entries.some((entry) => entry.number === number)) throw trouble("number-used");
    return number;
  }

  /** Closes a record to the server and its line to the clerk, and stores both; null where its number is no longer the next. */
  private async record(
    body: Body,
    line: Noted,
    { serial = null, draft, more = {} }: { serial?: { first: number; serial: number } | null; draft?: null; more?: { [K in keyof Kept]?: Kept[K] | undefined } } = {},
  ): Promise<number | null> {
    const { core } = this;
    const [device, sealing] = [core.enrolled(), await core.store.get("sealing")];
    if (!sealing || !core.vault) throw trouble("no-luggage");
    const aad = new TextEncoder().encode(`YMT1-sealed\n${device.id}`);
    const sealed = toBase64(await sealTo(sealing, joined(new TextEncoder().encode(JSON.stringify(body))), aad));
    const closed = await closeJson(core.vault, line);
    const forgets = draft === null ? { draft: undefined } : {};
    const n = await core.store.add({ kind: body.kind, at: body.at, sealed, closed, number: line.number, serial, more: { ...more, ...forgets } });
    await core.changed();
    if (n !== null) this.rounds.soon();
    return n;
  }
}

function noted(kind: Body["kind"], at: number, more: Partial<Noted> = {}): Noted {
  return { kind, at, number: "", name: "", tail: "", child: false, ...more };
}

/** The last second of a pass: the end of its last day in the city, the day of issue counting as the first. */
function lastDay(at: number, days: number): number {
  return lastSecond(dayOf(at) + days - 1);
}
