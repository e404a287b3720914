/** What the parts of the desk's engine share: the store, the clock, the open vault, and the view that follows from them. */

import { type Extract, extractKey, openExtract } from "../../checkpoints/extract";
import { fromHex } from "../../credential/bytes";
import { type Licence, openLicence } from "../../credential/licence";
import { Refused } from "../../credential/refusals";
import { openTrustList, TrustList } from "../../credential/trust";
import { Clock, NO_CLOCK } from "../../device/clock";
import { Turns } from "../../device/turns";
import type { World } from "../../device/world";
import { numberOf } from "./numbers";
import { problem, trouble } from "./problems";
import { Server } from "./server";
import type { Device } from "../../device/enrolment";
import type { DiaryLine, Kept, Store } from "./store";
import type { Draft, Entry, Home, Luggage, Noted, Problem, State, View } from "./types";
import { closeJson, MOST_TRIES, openJson } from "./vault";

interface Moment {
  syncing: boolean;
  reached: boolean;
  unknown: boolean;
  problem: Problem | null;
}

/** What is closed with the key of the vault. */
export type ClosedValues = { [K in "luggage" | "route" | "visited" | "draft"]?: Uint8Array | undefined };

/** What is in memory while the PIN's key is. */
interface Inside {
  readonly luggage: Luggage | null;
  readonly route: readonly Home[];
  readonly visited: View["visited"];
  readonly draft: Draft | null;
  readonly entries: readonly Entry[];
  readonly register: { readonly extract: Extract; readonly key: CryptoKey } | null;
}
const NOTHING: Inside = { luggage: null, route: [], visited: {}, draft: null, entries: [], register: null };

export class Core {
  readonly server: Server;
  vault: CryptoKey | null = null;
  trust: TrustList | null = null;
  device: Device | null = null;
  inside: Inside = NOTHING;
  private licence: Licence | null = null;
  private kept: { ended?: Kept["ended"]; enrolling: boolean; hasVault: boolean; tries: number; synced: number | null; queued: number; held: number } = {
    enrolling: false, hasVault: false, tries: 0, synced: null, queued: 0, held: 0,
  };
  private serials: { first: number; district: number; next: number; last: number }[] = [];
  private moment: Moment = { syncing: false, reached: true, unknown: false, problem: null };
  private state: View;
  private readonly heard = new Set<(view: View) => void>();
  private readonly reading = new Turns();

  private constructor(
    readonly world: World,
    readonly store: Store,
    readonly clock: Clock,
  ) {
    this.server = new Server(world, store);
    this.server.told = (reached) => {
      if (reached !== this.moment.reached) this.show({ reached });
    };
    this.state = this.made();
  }

  static async open(world: World, store: Store): Promise<Core> {
    const core = new Core(world, store, new Clock(world, (await store.get("clock")) ?? NO_CLOCK));
    await core.reload();
    return core;
  }

  view(): View {
    return this.state;
  }

  subscribe(heard: (view: View) => void): () => void {
    this.heard.add(heard);
    return () => void this.heard.delete(heard);
  }

  /** Reads everything again: an answer, another tab or we ourselves changed what is stored. */
  reload(): Promise<void> {
    return this.reading.take(() => this.read());
  }

  private async read(): Promise<void> {
    const { store } = this;
    this.device = (await store.get("device")) ?? null;
    const vault = await store.get("vault");
    const ended = await store.get("ended");
    const diary = await store.diary();
    const held = diary.filter(({ fate }) => fate === "held" || fate === "refused").length;
    const queued = await store.queued();
    const numbers = { synced: (await store.get("synced")) ?? null, queued, held, tries: vault?.tries ?? 0 };
    this.kept = { enrolling: (await store.get("enrolling")) !== undefined, hasVault: vault !== undefined, ...numbers, ...(ended && { ended }) };
    if (!vault) this.vault = null;
    await this.readSigned();
    await this.readNumbers();
    this.inside = this.vault ? await this.readInside(this.vault, diary) : NOTHING;
    this.show({});
  }

  /** Opens the vault: what it closes is in memory from here on. */
  async unlock(key: CryptoKey): Promise<void> {
    await this.reading.take(() => {
      this.vault = key;
      return this.read();
    });
  }

  /** After a change of our own: word to the other tabs too. */
  async changed(): Promise<void> {
    await this.reload();
    this.world.tell();
  }

  show(change: Partial<Moment>): void {
    this.moment = { ...this.moment, ...change };
    this.state = this.made();
    for (const each of this.heard) each(this.state);
  }

  enrolled(): Device {
    if (!this.device) throw trouble("not-enrolled");
    return this.device;
  }

  unlocked(): { key: CryptoKey; luggage: Luggage } {
    if (!this.vault) throw trouble("pin-wrong");
    if (!this.inside.luggage) throw trouble("no-luggage");
    return { key: this.vault, luggage: this.inside.luggage };
  }

  /** The next number of the oldest block that has one. */
  next(): { first: number; serial: number; number: string } | null {
    const block = this.serials.find(({ next, last }) => next <= last);
    return block ? { first: block.first, serial: block.next, number: numberOf(block.district, block.next) } : null;
  }

  /** Closes values with the vault's key, for the store. */
  async closed(values: { luggage?: Luggage; route?: readonly Home[]; visited?: View["visited"]; draft?: Draft | null }): Promise<ClosedValues> {
    if (!this.vault) throw trouble("pin-wrong");
    const found: ClosedValues = {};
    for (const [name, value] of Object.entries(values)) found[name as keyof ClosedValues] = value === null ? undefined : await closeJson(this.vault, value);
    return found;
  }

  private async readSigned(): Promise<void> {
    const bytes = await this.store.get("trust");
    const opened = bytes && this.device ? await openTrustList(bytes, this.device.root, { now: 0 }) : null;
    this.trust = opened instanceof TrustList ? opened : null;
    const licence = await this.store.get("licence");
    if (!licence || !this.trust || !this.device) return void (this.licence = null);
    const read = await openLicence(licence, { trust: this.trust, now: this.clock.seconds(), device: fromHex(this.device.id) });
    this.licence = read instanceof Refused ? null : read;
  }

  private async readNumbers(): Promise<void> {
    const [blocks, next] = [(await this.store.get("blocks")) ?? [], (await this.store.get("next")) ?? {}];
    this.serials = blocks.map(({ district, first, last }) => ({ first, district, last, next: next[first] ?? first }));
  }

  private async readInside(key: CryptoKey, diary: readonly DiaryLine[]): Promise<Inside> {
    const read = async <T>(name: keyof Kept, otherwise: T): Promise<T> => {
      const closed = (await this.store.get(name)) as Uint8Array | undefined;
      return closed ? openJson<T>(key, closed) : otherwise;
    };
    const known = new Map(this.inside.entries.map((entry) => [entry.n, entry]));
    const entries: Entry[] = [];
    for (const { n, closed, fate, told } of diary) {
      const before = known.get(n);
      const noted: Noted = before ?? (await openJson<Noted>(key, closed));
      entries.push({ ...noted, n, fate, told });
    }
    return {
      luggage: await read<Luggage | null>("luggage", null),
      route: await read<readonly Home[]>("route", []),
      visited: await read<View["visited"]>("visited", {}),
      draft: await read<Draft | null>("draft", null),
      entries,
      register: await this.readRegister(key),
    };
  }

  private async readRegister(key: CryptoKey): Promise<Inside["register"]> {
    const [bytes, closed] = [await this.store.get("extract"), await this.store.get("extractKey")];
    if (!bytes || !closed || !this.trust) return null;
    const { epoch, key: raw } = await openJson<{ epoch: number; key: number[] }>(key, closed);
    const { register } = this.inside;
    if (register && register.extract.epoch === epoch && register.extract.rows.length === bytes.length) return register;
    const extract = await openExtract(bytes, { trust: this.trust, now: this.clock.seconds() });
    if (extract instanceof Refused || extract.epoch !== epoch) return null;
    return { extract, key: await extractKey(Uint8Array.from(raw)) };
  }

  private made(): View {
    const { kept, inside, moment, licence } = this;
    const now = this.clock.seconds();
    const extract = inside.register?.extract;
    return {
      state: this.stateOf(now),
      online: moment.reached,
      syncing: moment.syncing,
      now,
      clockKnown: this.clock.state().known,
      queued: kept.queued,
      held: kept.held,
      lastSync: kept.synced,
      licenceUntil: licence?.expires ?? null,
      extract: extract ? { issued: extract.issued, expires: extract.expires, count: extract.count } : null,
      left: this.serials.reduce((all, { next, last }) => all + last - next + 1, 0),
      nextNumber: this.next()?.number ?? null,
      triesLeft: MOST_TRIES - kept.tries,
      luggage: inside.luggage,
      route: inside.route,
      visited: inside.visited,
      entries: inside.entries,
      draft: inside.draft,
      problem: kept.ended ? problem(kept.ended === "shut" ? "pin-shut" : "device-revoked") : moment.problem,
    };
  }

  private stateOf(now: number): State {
    const { kept, device, licence } = this;
    if (kept.ended) return kept.ended;
    if (!device) return kept.enrolling ? "enrolling" : "empty";
    if (!kept.hasVault) return "pin";
    if (!this.vault) return "locked";
    if (this.moment.unknown) return "unknown";
    return licence && now <= licence.expires ? "ready" : "over";
  }
}
