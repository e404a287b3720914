/** Work with the server that a device does by itself, as often as is useful: once a minute, at once when asked, later on a bad connection. */

import type { World } from "./world";

/** ms between two rounds, plus or minus a fifth: a thousand devices do not ask in the same second. */
const EVERY = 60_000;
/** ms from a record to the round that sends it, and between two tries on a bad connection at first and at most. */
const SOON = 1_000;
const LONGEST_WAIT = 60_000;

export class Pace {
  private failures = 0;
  private turn = 0;
  private running: Promise<void> | null = null;
  /** Something was recorded that the running round may have looked for too early. */
  private more = false;

  /** `once` says whether its round went well; null where there was none. */
  constructor(
    private readonly world: World,
    private readonly once: () => Promise<boolean | null>,
  ) {}

  /** Something was recorded: send it in a moment, and what follows with it. */
  soon(): void {
    this.more = true;
    if (this.failures === 0) this.appoint(SOON);
  }

  /** Now: opened, back online, or asked for. A round that has begun may have asked too early: one more follows it. */
  async now(): Promise<void> {
    this.failures = 0;
    await this.running;
    await this.round();
  }

  private round(): Promise<void> {
    this.running ??= this.counted().finally(() => {
      this.running = null;
      this.appoint(this.wait());
    });
    return this.running;
  }

  private async counted(): Promise<void> {
    this.more = false;
    const well = await this.once();
    if (well !== null) this.failures = well ? 0 : this.failures + 1;
  }

  private wait(): number {
    const { chance } = this.world;
    if (this.failures === 0) return this.more ? SOON : EVERY * (0.8 + 0.4 * chance());
    return Math.min(LONGEST_WAIT, 2_000 * 2 ** Math.min(this.failures, 6)) * (0.5 + 0.5 * chance());
  }

  /** One appointment at a time, the newest. */
  private appoint(ms: number): void {
    this.turn += 1;
    const mine = this.turn;
    this.world.later(ms, () => {
      if (mine === this.turn) void this.round();
    });
  }
}
