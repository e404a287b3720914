/** What the parts of the engine share: the store, the lists, the clock, and the view that follows from them. */

import { Clock, NO_CLOCK } from "../../device/clock";
import { type Held, NOTHING_HELD, readHeld } from "./held";
import { Lists } from "./lists";
import { trouble } from "./problems";
import { Server } from "./server";
import type { Device } from "../../device/enrolment";
import type { Store } from "./store";
import type { Problem, View } from "./types";
import { viewOf } from "./view";
import { Turns } from "../../device/turns";
import type { World } from "../../device/world";

export class Core {
  readonly server: Server;
  readonly lists: Lists;
  readonly clock: Clock;
  held: Held = NOTHING_HELD;
  private state: View;
  private readonly heard = new Set<(view: View) => void>();
  private moment: { syncing: boolean; reached: boolean; problem: Problem | null; unknown: boolean };
  private readonly reading = new Turns();

  private constructor(
    readonly world: World,
    readonly store: Store,
    clock: Clock,
  ) {
    this.clock = clock;
    this.server = new Server(world, store);
    this.server.told = (reached) => {
      if (reached !== this.moment.reached) this.show({ reached });
    };
    this.lists = new Lists(store, this.server, () => clock.seconds());
    this.moment = { syncing: false, reached: true, problem: null, unknown: false };
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

  /** The view of this very moment: ages, hours and network move by themselves. */
  look(): View {
    this.state = this.made();
    return this.state;
  }

  subscribe(heard: (view: View) => void): () => void {
    this.heard.add(heard);
    return () => void this.heard.delete(heard);
  }

  /** Reads everything again: another tab, or an answer, changed what is stored. */
  async reload(): Promise<void> {
    await this.reading.take(async () => {
      const device = await this.store.get("device");
      if (device) await this.lists.load(device.root);
      else this.lists.clear();
      const clock = await this.store.get("clock");
      if (clock) this.clock.take(clock);
      await this.read();
    });
  }

  /** After a change of our own: a new view here, and word to the other tabs. */
  async changed(): Promise<void> {
    await this.reading.take(() => this.read());
    this.world.tell();
  }

  private async read(): Promise<void> {
    this.held = await readHeld(this.store, this.lists, this.clock.seconds(), this.held);
    this.show({});
  }

  show(change: Partial<Core["moment"]>): void {
    this.moment = { ...this.moment, ...change };
    const seen = this.look();
    for (const each of this.heard) each(seen);
  }

  /** The enrolled device, or a rejection that says what to do. */
  device(): Device {
    if (!this.held.device) throw trouble("not-enrolled");
    return this.held.device;
  }

  private made(): View {
    const { syncing, reached, problem, unknown } = this.moment;
    const moment = { now: this.clock.seconds(), online: reached, syncing, clock: this.clock.state(), problem, unknown };
    return viewOf(this.held, this.lists, moment);
  }
}
