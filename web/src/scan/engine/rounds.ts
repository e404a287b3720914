/** What the scanner does by itself: fetch lists and send records, as often as is useful, in one tab at a time. */

import type { Core } from "./core";
import { Pace } from "../../device/pace";
import { problem } from "./problems";
import type { Device } from "../../device/enrolment";
import { Syncing } from "./syncing";
import { type Problem, Trouble } from "./types";

/** Seconds: another tab has just asked for the lists. */
const JUST_NOW = 20;

export class Rounds {
  private readonly syncing: Syncing;
  private readonly pace: Pace;

  constructor(private readonly core: Core) {
    this.syncing = new Syncing(core.store, core.server, core.lists, core.clock);
    this.pace = new Pace(core.world, () => this.once());
  }

  /** Something was recorded: send it in a moment, and what follows with it. */
  soon(): void {
    this.pace.soon();
  }

  /** Now: opened, back online, or asked for by the guard. */
  async now(): Promise<void> {
    await this.pace.now();
  }

  private async once(): Promise<boolean | null> {
    const { device } = this.core.held;
    if (!device) return null;
    this.core.show({ syncing: true });
    try {
      await this.core.world.alone("round", async () => this.work());
      return true;
    } catch (flaw) {
      await this.failed(flaw, device);
      return false;
    } finally {
      this.core.show({ syncing: false });
    }
  }

  /** Records first, because they cannot be had again; then the lists, and the register last. */
  private async work(): Promise<void> {
    const { core } = this;
    // Another tab may have wiped the device while this one waited for its turn.
    if (!(await core.store.get("device"))) return core.reload();
    await this.syncing.run(core.device());
    core.show({ unknown: false });
    const refused = await this.refresh();
    await core.changed();
    core.show({ problem: refused ?? clearedBy(core.view().problem) });
    await this.syncing.register(core.device());
    await core.changed();
  }

  private async refresh(): Promise<Problem | null> {
    const { core } = this;
    const last = await core.store.get("refreshed");
    if (last !== undefined && last !== core.lists.refreshed && core.clock.seconds() - last < JUST_NOW) {
      await core.reload();
      return null;
    }
    return core.lists.refresh(core.device().root);
  }

  private async failed(flaw: unknown, device: Device): Promise<void> {
    if (!(flaw instanceof Trouble)) throw flaw;
    const { code } = flaw.problem;
    if (code === "device-revoked") return this.wipe(device);
    if (code === "no-connection") return this.core.show({ reached: false });
    await this.core.changed();
    this.core.show({ problem: code === "device-unknown" ? problem(code) : flaw.problem, unknown: code === "device-unknown" });
  }

  /** The office has revoked this device: nothing of anybody stays on it, and no other tab's round writes after it. */
  private async wipe({ id }: Device): Promise<void> {
    const { store, world } = this.core;
    await world.alone("round", async () => {
      if ((await store.get("device"))?.id === id) await store.wipe("revoked");
    });
    await this.core.reload();
    world.tell();
  }
}

/** What a round that went well has mended. */
function clearedBy(shown: Problem | null): Problem | null {
  return shown && ["list-refused", "list-rolled-back", "answer-wrong", "device-unknown", "licence-over"].includes(shown.code) ? null : shown;
}
