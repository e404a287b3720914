/** Keeps what the screen needs: people, passes, the city's time; renews them in the background and asks for nothing else. */

import { readCode } from "../credential/passes";
import { hex } from "../credential/bytes";
import { cityTime, learn, type Learned, NOTHING_LEARNED, wasSetBack } from "./clock";
import { type Face, face, type Held, isOver } from "./face";
import { afterAnswer, afterFailure, isUrgent, NO_HINT } from "./renewal";
import { renewed } from "./renewing";
import { isReached, NoAnswer, SaidNo, type Server } from "./server";
import { FIRST_SETTINGS, type Person, type Settings, type Store, type StoredPass } from "./store";
import type { Language } from "./texts";
import { Turns } from "../device/turns";

/** A person with their passes, read. */
export interface Shown {
  readonly person: Person;
  readonly held: readonly Held[];
}

/** Somebody who can be put on this phone. `who` is the server's word for them, `handle` the phone's own. */
export interface Offer {
  readonly who: string;
  readonly handle: string;
  readonly label: string;
  readonly self: boolean;
  readonly elsewhere: boolean;
  readonly here: boolean;
}

/** Seconds until the first question more while another colour may come; each wait is twice the one before. */
const EXPECTING_WAIT = 20;

const NO_CONNECTION = { zh: "没有连上，请再试一次。", en: "There was no connection; please try again." };

export interface State {
  readonly ready: boolean;
  readonly language: Language;
  readonly settings: Settings;
  readonly learned: Learned;
  /** The phone's clock was set back since it was checked. */
  readonly unsure: boolean;
  readonly people: readonly Shown[];
  readonly chosen: number;
  /** The last question was answered, by whatever answer; as long as nothing was asked, it can be. */
  readonly online: boolean;
  readonly busy: boolean;
  readonly failed: boolean;
  /** What somebody here asked for got no answer. */
  readonly tried: boolean;
  readonly choosing: boolean;
  readonly offers: readonly Offer[] | null;
  readonly binding: string | null;
  readonly problem: Readonly<Record<string, string>> | null;
}

/**
 * The world outside: the phone's own time in ms, chance in [0, 1), a timer; and whether something was declared on this phone
 * minutes ago, so that another colour may come. Whether there is a network is not in it: only an answer shows that.
 */
export interface World {
  readonly time: () => number;
  readonly chance: () => number;
  readonly expecting: () => boolean;
  readonly later: (seconds: number, then: () => void) => void;
}

export class Keeper {
  state: State;
  private readonly listeners = new Set<(state: State) => void>();
  private failures = 0;
  private expected = 0;
  private turn = 0;
  private last = 0;
  private running: Promise<void> | null = null;
  private offering: Promise<void> | null = null;
  /** Everything was asked for and was not answered: it stays due. */
  private owed = false;
  /** Who can be put here was asked and not answered. */
  private unoffered = false;
  private readonly reading = new Turns();

  constructor(
    private readonly store: Store,
    private readonly server: Server,
    private readonly world: World,
    language: Language,
  ) {
    this.state = {
      ready: false,
      language,
      settings: FIRST_SETTINGS,
      learned: NOTHING_LEARNED,
      unsure: false,
      people: [],
      chosen: 0,
      online: true,
      busy: false,
      failed: false,
      tried: false,
      choosing: false,
      offers: null,
      binding: null,
      problem: null,
    };
  }

  subscribe(listener: (state: State) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener(this.state);
  }

  /** Opens with what the phone holds; only then, and only if something is due, the server is asked. `chosen` is newer than what is stored. */
  async start(chosen: Partial<Settings> = {}): Promise<void> {
    const [settings, learned] = [{ ...(await this.store.settings()), ...chosen }, await this.store.learned()];
    const unsure = learned.at > 0 && wasSetBack(this.world.time(), learned.at);
    await this.store.tidy((pass) => isOver(pass, this.seconds(learned)));
    this.set({ settings, language: settings.language ?? this.state.language, learned, unsure });
    await this.reload();
    this.set({ ready: true });
    if (this.state.people.length === 0) await this.startChoosing();
    await this.renew(false);
  }

  /** The city's time in ms. */
  now(): number {
    const own = this.world.time();
    if (this.last && wasSetBack(own, this.last) && !this.state.unsure) this.set({ unsure: true });
    this.last = own;
    return cityTime(own, this.state.learned);
  }

  private seconds(learned = this.state.learned): number {
    return Math.floor(cityTime(this.world.time(), learned) / 1000);
  }

  faceOf({ person, held }: Shown, now: number): Face {
    return face(person.standing, held, Math.floor(now / 1000));
  }

  readonly keyOf = (name: string): Promise<CryptoKey | null> => this.store.key(name);

  choose(place: number): void {
    if (place >= 0 && place < this.state.people.length) this.set({ chosen: place });
  }

  change(change: Partial<Settings>): void {
    const settings = { ...this.state.settings, ...change };
    this.set({ settings, language: settings.language ?? this.state.language });
    void this.store.keepSettings(settings);
  }

  /** The page is seen again, or a wait is over: asks for what is due, and where nobody is here, again for whoever can be. */
  look(): Promise<void> {
    return this.state.people.length === 0 && this.unoffered ? this.startChoosing() : this.renew(false);
  }

  /** The browser says that there is a network. That is a hint to ask now; whether there is one, the answer shows. */
  networkCame(): Promise<void> {
    this.failures = 0;
    return this.look();
  }

  /** Until when passes are stored (ms), of the person who has them longest. */
  storedUntil(): number {
    return Math.max(0, ...this.state.people.flatMap(({ held }) => held.map(({ claims }) => (claims.exp - 600) * 1000)));
  }

  lastHeard(): number {
    const heard = Math.max(0, ...this.state.people.map(({ person }) => person.heard));
    return heard ? cityTime(heard, this.state.learned) : 0;
  }

  private reload(): Promise<void> {
    return this.reading.take(async () => {
      const people: Shown[] = [];
      for (const person of await this.store.people()) {
        const passes = await this.store.passes(person.id);
        people.push({ person, held: passes.map(heldOf).filter((held) => held !== null) });
      }
      this.set({ people, chosen: Math.max(0, Math.min(this.state.chosen, people.length - 1)) });
    });
  }

  /** Asks for what is due; with `all`, for everything now. One at a time. */
  async renew(all: boolean): Promise<void> {
    this.running ??= this.renewal(all).finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async renewal(wanted: boolean): Promise<void> {
    const all = wanted || this.owed;
    const due = this.state.people.filter((shown) => all || this.isDue(shown));
    if (due.length === 0 && !this.state.unsure) return this.rest();
    this.set({ busy: true, failed: false });
    try {
      await this.askTime();
      if (all || this.world.expecting()) await this.server.follow();
      for (const { person } of due) await this.renewOne(person);
      this.owed = false;
      this.answered();
    } catch (problem) {
      this.failed(problem, all);
      this.owed = all;
    } finally {
      await this.reload();
      this.set({ busy: false });
      this.wake();
    }
  }

  /** Whether the server is to be asked about a person: their time has come, or their passes are nearly out. */
  private isDue({ person, held }: Shown): boolean {
    if (person.standing === "moved" || person.standing === "ended") return false;
    return this.world.expecting() || person.next <= this.world.time() || isUrgent(held, this.seconds());
  }

  private async askTime(): Promise<void> {
    const asked = this.world.time();
    const said = await this.server.time();
    const learned = learn(said, asked, this.world.time());
    if (!learned) return;
    await this.store.keepLearned(learned);
    this.set({ learned, unsure: false });
  }

  private async renewOne(person: Person): Promise<void> {
    const { standing, passes, hint, etags } = await renewed(this.server, person, await this.store.passes(person.id), this.seconds());
    const heard = this.world.time();
    if (standing === "bound") await this.store.replace(person.id, passes);
    else await this.store.silence(person.id, standing !== "not-judged");
    const next = heard + 1000 * afterAnswer(hint, this.world.chance());
    await this.store.update(person.id, { standing, heard, next, hint, etags });
  }

  private answered(): void {
    this.failures = 0;
    this.set({ online: true, failed: false, tried: false });
  }

  /** Comes back later and later. `tried`: somebody here waits for an answer. */
  private failed(problem: unknown, tried: boolean): void {
    this.set({ online: isReached(problem), failed: true, tried });
    this.failures += 1;
    const wait = problem instanceof NoAnswer ? problem.wait : 0;
    this.comeBack(afterFailure(this.failures, this.world.chance(), wait));
  }

  /** Asks for what is due after so many seconds; one such appointment at a time, the newest. */
  private comeBack(seconds: number): void {
    this.turn += 1;
    const mine = this.turn;
    this.world.later(seconds, () => {
      if (mine === this.turn) void this.look();
    });
  }

  /** Nothing is due: nothing is asked. */
  private rest(): void {
    this.failures = 0;
    this.wake();
  }

  /** Comes back when the next person is due, as long as the page stays open. */
  private wake(): void {
    const times = this.state.people.filter(({ person }) => person.standing !== "ended" && person.standing !== "moved");
    if (times.length === 0 || this.failures > 0) return;
    if (this.world.expecting()) return this.comeBack(EXPECTING_WAIT * 2 ** this.expected++);
    this.expected = 0;
    const next = Math.min(...times.map(({ person }) => person.next));
    this.comeBack(Math.max(30, (next - this.world.time()) / 1000));
  }

  /** Who can be put on this phone: those whom the server names to whoever is signed in. One at a time. */
  async startChoosing(): Promise<void> {
    this.set({ choosing: this.state.people.length > 0, offers: null, problem: null });
    this.offering ??= this.offer().finally(() => {
      this.offering = null;
    });
    return this.offering;
  }

  private async offer(): Promise<void> {
    const first = this.state.people.length === 0;
    this.unoffered = false;
    try {
      const here = new Map(this.state.people.map(({ person, held }) => [person.handle, { person, held }]));
      if (this.state.learned.at === 0) await this.askTime();
      const named = await this.server.people();
      this.answered();
      // Somebody who waits may have gone back to a code meanwhile.
      if (!named || !(first || this.state.choosing)) return this.set({ choosing: false });
      const offers = named.map(({ who, name, tail, relation, bound }): Offer => {
        const handle = [who, name, tail].join(" ");
        const live = this.isLive(here.get(handle));
        return { who, handle, label: name, self: relation === "self", elsewhere: bound && !live, here: live };
      });
      this.set({ choosing: true, offers });
    } catch (problem) {
      this.failed(problem, false);
      this.unoffered = problem instanceof NoAnswer;
      this.set({ problem: problem instanceof SaidNo ? problem.sentence : NO_CONNECTION });
    }
  }

  private isLive(shown: Shown | undefined): boolean {
    return shown !== undefined && shown.person.standing !== "moved" && shown.person.standing !== "ended";
  }

  stopChoosing(): void {
    this.set({ choosing: false, problem: null });
  }

  /** Puts somebody on this phone: keys of their own, bound by a challenge that the device's key signs, then the passes. */
  async bind(offer: Offer, transfer = ""): Promise<void> {
    this.set({ binding: offer.handle, problem: null });
    try {
      const { keys, ...bound } = await this.server.bind(offer.who, offer.elsewhere, transfer);
      const id = crypto.randomUUID();
      const last = Math.max(0, ...this.state.people.map(({ person }) => person.order));
      const { handle, label, self } = offer;
      const fresh = { standing: "bound", heard: 0, next: 0, hint: NO_HINT, etags: {} } as const;
      const person: Person = { ...bound, ...fresh, id, handle, label, self, order: self ? 0 : last + 1 };
      await this.store.add(person, keys.map((key) => ({ ...key, person: id })));
      await this.reload();
      this.answered();
      await this.renew(true);
      if (!label) await this.nameFromPass(id);
      this.bound(id, handle);
    } catch (problem) {
      this.notBound(problem, offer);
    } finally {
      this.set({ binding: null });
    }
  }

  /** A desk names nobody: the name is the one in the pass. */
  private async nameFromPass(id: string): Promise<void> {
    const held = this.state.people.find(({ person }) => person.id === id)?.held[0];
    if (held) await this.store.update(id, { label: held.claims.name });
    await this.reload();
  }

  /** After the last of the offers the new person's code is on the screen. */
  private bound(id: string, handle: string): void {
    const offers = this.state.offers?.map((one) => (one.handle === handle ? { ...one, here: true, elsewhere: false } : one)) ?? null;
    const chosen = Math.max(0, this.state.people.findIndex(({ person }) => person.id === id));
    this.set({ chosen, offers, choosing: offers?.some((one) => !one.here) ?? false });
  }

  private notBound(problem: unknown, offer: Offer): void {
    this.set({ online: isReached(problem) });
    if (!(problem instanceof SaidNo)) return this.set({ problem: NO_CONNECTION });
    const offers = this.state.offers?.map((one) => ({ ...one, elsewhere: one.elsewhere || (problem.code === "bound-elsewhere" && one.handle === offer.handle) }));
    this.set({ problem: problem.sentence, offers: offers ?? null });
  }

  async remove(id: string): Promise<void> {
    const gone = this.state.people.filter(({ person }) => person.id === id);
    await this.store.remove(id);
    await this.giveUp(gone);
  }

  async forget(): Promise<void> {
    const gone = this.state.people;
    await this.store.forget();
    await this.giveUp(gone);
  }

  /** What is deleted here already is recalled by the server too, as far as it can be reached; then others may come. */
  private async giveUp(people: readonly Shown[]): Promise<void> {
    await this.reload();
    const live = people.filter((shown) => this.isLive(shown));
    const told = await Promise.allSettled(live.map(({ person }) => this.server.unbind(person.token)));
    const lost = told.find((one) => one.status === "rejected" && !isReached(one.reason));
    if (this.state.people.length > 0) return;
    if (lost?.status !== "rejected") return this.startChoosing();
    this.unoffered = true;
    this.failed(lost.reason, false);
  }
}

/** A stored pass, read; null where it cannot be (a newer form than this page knows): then it is not shown. */
export function heldOf(stored: StoredPass): Held | null {
  try {
    const { claims } = readCode(stored.pass);
    if (!claims.device) return null;
    return { claims, pass: stored.pass, secret: stored.secret, key: hex(claims.device.x) };
  } catch {
    return null;
  }
}
