/** Keeps what the screen needs: people, passes, the city's time. Reads the list while it is seen, and asks for what is due. */

import { cityTime, learn, wasSetBack } from "../device/cityTime";
import { isDue, isLive, isUnlisted, isWanted } from "./due";
import { type Face, face, heldOf, isOver } from "./face";
import { Following, NotOurs, OFTEN, type Reading, SELDOM, SPREAD } from "./following";
import { offersOf } from "./offers";
import { afterAnswer, afterFailure, afterNothing, LONGEST_REST, NO_HINT } from "./renewal";
import { renewed } from "./renewing";
import { isReached, NoAnswer, SaidNo, type Server } from "./server";
import { firstState, type Offer, type Shown, type State } from "./state";
import type { Store } from "./store";
import { isRecalled, type Person, type Settings } from "./kept";
import { type Language, NO_CONNECTION } from "./texts";
import { Turns } from "../device/turns";

/** A list that nobody gives is asked for again after this many seconds at most. */
const LONGEST_SILENCE = 20;
/** Seconds until the second reading while another colour is expected; each wait is twice the one before, up to the usual one. */
const FIRST_WAIT = 5;
/** ms: whoever asked just now is not asked for again because the page is seen again. */
const JUST_NOW = 20_000;

/**
 * The world outside: the phone's own time in ms, chance in [0, 1), a timer, whether the page is seen; and whether something was
 * declared on this phone minutes ago, so that another colour may come. Whether there is a network is not in it: only an answer shows that.
 */
export interface World {
  readonly time: () => number;
  readonly chance: () => number;
  readonly isSeen: () => boolean;
  readonly expecting: () => boolean;
  readonly later: (seconds: number, then: () => void) => void;
}

export class Keeper {
  state: State;
  private readonly listeners = new Set<(state: State) => void>();
  private readonly following: Following;
  /** Questions and lists that were not answered in a row, and how often a first colour, or other passes, did not come. */
  private failures = 0;
  private silences = 0;
  private waits = 0;
  private readings = 0;
  /** The last reading brought a list, and with it the time by which days are asked for. */
  private isRead = false;
  /** The page was opened or seen again, and nothing was asked for since. */
  private isOpened = false;
  /** The phone's own time before which a server that did not answer is left alone. */
  private rests = 0;
  private appointments = { round: 0, reading: 0 };
  private last = 0;
  private running: Promise<void> | null = null;
  private looking: Promise<void> | null = null;
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
    roots: readonly Uint8Array[],
  ) {
    this.following = new Following(store, server, roots);
    this.state = firstState(language);
  }

  subscribe(listener: (state: State) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener(this.state);
  }

  /** Opens with what the phone holds; only then the list is read, and what is due asked for. `chosen` is newer than what is stored. */
  async start(chosen: Partial<Settings> = {}): Promise<void> {
    const [settings, learned] = [{ ...(await this.store.settings()), ...chosen }, await this.store.learned()];
    const unsure = learned.at > 0 && wasSetBack(this.world.time(), learned.at);
    await this.store.tidy((pass) => isOver(pass, this.seconds(learned)));
    this.set({ settings, language: settings.language ?? this.state.language, learned, known: await this.store.known(), unsure });
    await this.reload();
    this.set({ ready: true });
    if (this.state.people.length === 0) await this.startChoosing();
    else await this.seen();
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
    return face(person.standing, held, Math.floor(now / 1000), isRecalled(person));
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

  /** The page is opened, or seen again: everything begins anew. */
  seen(): Promise<void> {
    [this.waits, this.readings, this.isOpened] = [0, 0, true];
    return this.look();
  }

  /** It is time: reads the list, and asks for what is due; where nobody is here, for whoever can be. */
  look(): Promise<void> {
    if (this.state.people.length === 0) return this.unoffered ? this.startChoosing() : Promise.resolve();
    this.looking ??= this.read()
      .then(() => this.renew(false))
      .finally(() => {
        this.looking = null;
      });
    return this.looking;
  }

  /** The browser says that there is a network. That is a hint to ask now; whether there is one, the answer shows. */
  networkCame(): Promise<void> {
    [this.failures, this.silences, this.rests] = [0, 0, 0];
    return this.seen();
  }

  /** City time (ms) at which the server, or a list, last confirmed somebody's passes. */
  confirmed({ person }: Shown): number {
    const asOf = person.asOf ? person.asOf * 1000 : person.heard && cityTime(person.heard, this.state.learned);
    return Math.max(asOf, this.state.known * 1000);
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

  /** Reads the list, and comes back within a minute, by chance, as long as the page is seen. A list that is not right is as none. */
  private async read(): Promise<void> {
    const live = this.state.people.filter(isLive);
    if (live.length === 0) return;
    let wait = OFTEN + (SELDOM - OFTEN) * this.world.chance();
    // One phone whose owner waits is no crowd, and what it reads is no question to the application.
    if (this.world.expecting()) wait = Math.min(wait, FIRST_WAIT * 2 ** this.readings++);
    try {
      await this.take(await this.following.read(live, () => this.world.time(), this.state.learned));
      [this.silences, this.isRead] = [0, true];
      this.set({ online: true });
    } catch (problem) {
      this.isRead = false;
      if (!(problem instanceof NotOurs)) {
        this.set({ online: isReached(problem) });
        this.silences += 1;
        wait = Math.min(LONGEST_SILENCE, afterFailure(this.silences, this.world.chance()));
      }
    } finally {
      this.appoint("reading", wait);
    }
  }

  private async take({ learned, known, recalled, least, within }: Reading): Promise<void> {
    if (learned) await this.store.keepLearned(learned);
    this.set({ known, ...(learned && { learned, unsure: false }) });
    const own = this.world.time();
    for (const { person, held } of this.state.people) {
      const found = recalled.find(({ id }) => id === person.id);
      if (found && !isRecalled(person)) {
        const next = own + (found.isLate || this.world.expecting() ? 0 : 1000 * SPREAD * this.world.chance());
        await this.store.update(person.id, { recalled: person.issue ?? 0, next });
      } else if (least > (person.least ?? 0) && held.some(({ claims }) => claims.iat < least)) {
        await this.store.update(person.id, { least, next: Math.min(person.next, own + 1000 * within * this.world.chance()) });
      }
    }
    await this.reload();
  }

  /** Asks for what is due; with `all`, for everything now. One at a time. */
  async renew(all: boolean): Promise<void> {
    this.running ??= this.renewal(all).finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async renewal(wanted: boolean): Promise<void> {
    const [all, own] = [wanted || this.owed, this.world.time()];
    const due = this.state.people.filter((shown) => all || this.isFirst(shown) || isDue(shown, own, this.seconds()));
    this.isOpened = false;
    if (!wanted && own < this.rests && this.rests - own < LONGEST_REST) return;
    if (due.length === 0) return this.wake();
    this.set({ busy: true, failed: false });
    try {
      if (all || !this.isRead) await this.askTime();
      if (all || due.some(isUnlisted)) await this.server.follow();
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

  /** Somebody's page was opened just now, who wants other passes: people open their pages at different moments anyway. */
  private isFirst(shown: Shown): boolean {
    return this.isOpened && isLive(shown) && isWanted(shown) && Math.abs(this.world.time() - shown.person.heard) >= JUST_NOW;
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
    const [held, asOf] = [await this.store.passes(person.id), this.seconds()];
    const { standing, passes, hint, etags, issue, news } = await renewed(this.server, person, held, asOf);
    const heard = this.world.time();
    if (standing === "bound") await this.store.replace(person.id, passes);
    else await this.store.silence(person.id, standing !== "not-judged");
    const isStill = passes.length === 0 || isRecalled({ ...person, issue });
    this.waits = isStill ? this.waits + 1 : 0;
    const next = heard + 1000 * (isStill ? afterNothing(this.waits) : afterAnswer(hint, this.world.chance()));
    // A list may say in this very moment that they are recalled: only who has no passes is so no longer.
    await this.store.update(person.id, { standing, heard, next, hint, etags, issue, asOf, ...(news && { news }), ...(standing !== "bound" && { recalled: undefined }) });
  }

  /** Puts aside what somebody was told; it stays on their page of messages. */
  async putAside(id: string, news: number): Promise<void> {
    await this.store.update(id, { aside: news });
    await this.reload();
  }

  private answered(): void {
    [this.failures, this.rests] = [0, 0];
    this.set({ online: true, failed: false, tried: false });
  }

  /** Comes back later and later. `tried`: somebody here waits for an answer. */
  private failed(problem: unknown, tried: boolean): void {
    this.set({ online: isReached(problem), failed: true, tried });
    this.failures += 1;
    const wait = afterFailure(this.failures, this.world.chance(), problem instanceof NoAnswer ? problem.wait : 0);
    this.rests = this.world.time() + 1000 * wait;
    this.appoint("round", wait);
  }

  /** Looks again after so many seconds, where the page is then seen; of each kind one such appointment at a time, the newest. */
  private appoint(kind: "round" | "reading", seconds: number): void {
    const mine = ++this.appointments[kind];
    this.world.later(seconds, () => {
      if (mine !== this.appointments[kind] || !this.world.isSeen()) return;
      void (kind === "reading" || this.failures > 0 || this.state.people.length === 0 ? this.look() : this.renew(false));
    });
  }

  /** Comes back when other passes are due for somebody; for days that are missing the next reading is soon enough. */
  private wake(): void {
    if (this.failures > 0) return;
    const times = this.state.people.filter((shown) => isLive(shown) && isWanted(shown)).map(({ person }) => person.next);
    if (times.length > 0) this.appoint("round", Math.max(0, (Math.min(...times) - this.world.time()) / 1000));
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
      if (this.state.learned.at === 0) await this.askTime();
      const named = await this.server.people();
      this.answered();
      // Somebody who waits may have gone back to a code meanwhile.
      if (!named || !(first || this.state.choosing)) return this.set({ choosing: false });
      this.set({ choosing: true, offers: offersOf(named, this.state.people) });
    } catch (problem) {
      this.failed(problem, false);
      this.unoffered = problem instanceof NoAnswer;
      this.set({ problem: problem instanceof SaidNo ? problem.sentence : NO_CONNECTION });
    }
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
      void this.look();
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
    const live = people.filter(isLive);
    const told = await Promise.allSettled(live.map(({ person }) => this.server.unbind(person.token)));
    const lost = told.find((one) => one.status === "rejected" && !isReached(one.reason));
    if (this.state.people.length > 0) return;
    if (lost?.status !== "rejected") return this.startChoosing();
    this.unoffered = true;
    this.failed(lost.reason, false);
  }
}
