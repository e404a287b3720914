/** What the desk does by itself where there is a network: send what waits, exactly once, and renew what it has with it. */

import { Refused } from "../../credential/refusals";
import { openTrustList } from "../../credential/trust";
import { Pace } from "../../device/pace";
import type { Core } from "./core";
import { problem, trouble } from "./problems";
import type { Given } from "./server";
import type { Home, Luggage } from "./types";
import { Trouble } from "./types";
import { closeJson } from "./vault";

const BATCH = 40;
/** More numbers are asked for when fewer are left. */
const FEW = 20;
const DAYS_SHOWN = 3 * 86_400;

export class Rounds {
  private readonly pace: Pace;

  constructor(private readonly core: Core) {
    this.pace = new Pace(core.world, () => this.once());
  }

  soon(): void {
    this.pace.soon();
  }

  async now(): Promise<void> {
    await this.pace.now();
  }

  /** Takes along what a day needs; rejects with Trouble where nobody answers. `route`: the homes too, and each is looked at. */
  async carry(route: boolean): Promise<void> {
    const { core } = this;
    await core.world.alone("round", async () => {
      await this.send();
      await this.lists();
      await this.luggage(route);
    });
    await core.changed();
    core.show({ problem: null, unknown: false });
  }

  private async once(): Promise<boolean | null> {
    const { core } = this;
    if (!core.device) return null;
    core.show({ syncing: true });
    try {
      await core.world.alone("round", async () => this.work());
      return true;
    } catch (flaw) {
      await this.failed(flaw);
      return false;
    } finally {
      core.show({ syncing: false });
    }
  }

  private async work(): Promise<void> {
    const { core } = this;
    await this.send();
    await core.reload();
    core.show({ unknown: false });
    if (core.view().state !== "ready" && core.view().state !== "over") return;
    await this.lists();
    if (core.inside.luggage && core.view().left < FEW) await this.luggage(false);
    await core.changed();
    core.show({ problem: null });
  }

  /** Sends what waits, oldest first, until nothing does; a record stays until the server has named its number. */
  private async send(): Promise<void> {
    const { core } = this;
    for (;;) {
      const [records, queued] = [await core.store.waiting(BATCH), await core.store.queued()];
      const answer = await core.server.sync(core.enrolled(), records, queued);
      const sent = new Set(records.map(({ n }) => n));
      const results = answer.results.filter(({ n }) => sent.has(n));
      await core.store.settle(results);
      if (answer.ended) {
        await this.end();
        if (records.length === 0 || results.length === 0) return;
        continue;
      }
      if (answer.given) await this.learn(answer.given);
      if (answer.extract !== null) this.wanted = answer.extract;
      if (results.length === 0 || (await core.store.queued()) === 0) break;
    }
    await core.store.tidy(core.clock.seconds() - DAYS_SHOWN);
  }

  private wanted: number | null = null;

  private async learn({ licence, sealing, clock }: Given): Promise<void> {
    const { core } = this;
    core.clock.hear({ now: clock.now, shift: clock.shift }, clock.asked, clock.heard);
    await core.store.put({ licence, sealing, clock: core.clock.kept(), synced: core.clock.seconds() });
  }

  /** The trust list, and with the open vault the register extract and its key. */
  private async lists(): Promise<void> {
    const { core } = this;
    const device = core.enrolled();
    const bytes = await core.server.file("trust.ymt");
    const known = core.trust;
    const opened = await openTrustList(bytes, device.root, { now: core.clock.seconds(), knownVersion: known?.version ?? 0, city: known?.city ?? null });
    if (opened instanceof Refused) throw trouble("answer-wrong");
    await core.store.put({ trust: bytes });
    if (this.wanted === null || !core.vault) return;
    const fetched = await core.server.extract(device, (await core.store.get("extractTag")) ?? "");
    if (fetched) await core.store.put({ extract: fetched.bytes, extractTag: fetched.etag });
    if (core.inside.register?.extract.epoch === this.wanted && !fetched) return;
    const { epoch, key } = await core.server.extractKey(device);
    await core.store.put({ extractKey: await closeJson(core.vault, { epoch, key: [...key] }) });
    key.fill(0);
  }

  private async luggage(route: boolean): Promise<void> {
    const { core } = this;
    const device = core.enrolled();
    const wants = core.view().left < FEW;
    let request = (await core.store.get("numbersRequest")) ?? null;
    if (wants && request === null) {
      request = crypto.randomUUID();
      // Kept before it is asked: an answer that is lost on its way leases no second block.
      await core.store.put({ numbersRequest: request });
    }
    const carried = await core.server.carry(device, request, route);
    const { luggage, blocks, used, noNumbers, route: homes } = carried;
    const next = { ...((await core.store.get("next")) ?? {}) };
    for (const block of blocks) {
      const serials = used.map((number) => Number(number.slice(7, 14))).filter((serial) => serial >= block.first && serial <= block.last);
      next[block.first] = Math.max(next[block.first] ?? block.first, ...serials.map((serial) => serial + 1));
    }
    const kept: { luggage: Luggage; route?: readonly Home[]; visited?: Record<string, never> } = { luggage: { ...luggage, at: core.clock.seconds() } };
    if (homes) Object.assign(kept, { route: homes, visited: {} });
    await core.store.put({ ...(await core.closed(kept)), blocks, next, numbersRequest: undefined });
    if (!(await core.store.get("divisions"))) await core.store.put({ divisions: await core.server.divisions(device) });
    if (noNumbers) throw trouble("no-numbers");
  }

  private async failed(flaw: unknown): Promise<void> {
    if (!(flaw instanceof Trouble)) throw flaw;
    const { core } = this;
    const { code } = flaw.problem;
    if (code === "device-revoked") return core.world.alone("round", () => this.end());
    if (code === "no-connection") return core.show({ reached: false });
    await core.reload();
    core.show({ problem: code === "device-unknown" ? problem("device-unknown") : flaw.problem, unknown: code === "device-unknown" });
  }

  /** The point has stopped this device: nothing of anybody stays on it but what is closed to the server. */
  private async end(): Promise<void> {
    const { core } = this;
    if ((await core.store.get("ended")) === undefined) await core.store.end("revoked");
    await core.reload();
    core.world.tell();
  }
}
