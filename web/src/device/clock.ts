/**
 * The city's time on a device whose own clock may be wrong or be set while we look.
 *
 * Between two answers of the server the page's steady clock counts, not the device's: setting the device's clock moves nothing.
 * A steady clock stands still while a device sleeps, so after the page was hidden the device's clock is believed when it went
 * ahead, and never when it went back.
 */

import { cityTime, learn, type Learned, NOTHING_LEARNED } from "./cityTime";

export { type Learned, NOTHING_LEARNED };

/** ms by which the clocks may part before somebody must have set one. */
const SET = 2_000;

/** What is kept of the clock, so that a restart cannot go behind it. */
export interface KeptClock {
  readonly learned: Learned;
  /** The latest city time (ms) that this scanner has been at. */
  readonly latest: number;
  readonly known: boolean;
}

export const NO_CLOCK: KeptClock = { learned: NOTHING_LEARNED, latest: 0, known: false };

export class Clock {
  private learned: Learned;
  private latest: number;
  private known: boolean;
  private own: number;
  private steady: number;
  private hidden = false;

  constructor(
    private readonly world: { time(): number; steady(): number },
    kept: KeptClock = NO_CLOCK,
  ) {
    this.learned = kept.learned;
    this.latest = kept.latest;
    this.own = world.time();
    this.steady = world.steady();
    this.known = kept.known && cityTime(this.own, kept.learned) >= kept.latest - SET;
  }

  /** ms of city time; never behind what this scanner has already been at. */
  now(): number {
    this.look();
    const now = cityTime(this.own, this.learned);
    this.latest = Math.max(this.latest, now);
    return this.latest;
  }

  seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  /** The page was away: the device may have slept since. */
  wasHidden(): void {
    this.hidden = true;
  }

  /** What an answer says about time, asked and heard at the device's own times; false where it took too long to be of use. */
  hear(said: { readonly now: number; readonly shift: number }, asked: number, heard: number): boolean {
    this.look();
    const learned = learn(said, asked, heard);
    if (!learned) return false;
    this.learned = learned;
    this.latest = cityTime(this.own, learned);
    this.known = true;
    return true;
  }

  kept(): KeptClock {
    return { learned: this.learned, latest: this.now(), known: this.known };
  }

  /** What another tab has learned since. */
  take({ learned, latest, known }: KeptClock): void {
    if (learned.at <= this.learned.at) return;
    this.look();
    this.learned = learned;
    this.latest = known ? cityTime(this.own, learned) : latest;
    this.known = known;
  }

  state(): { offset: number; known: boolean } {
    return { offset: this.learned.drift, known: this.known };
  }

  /** Notices a clock that was set, and goes on as if it had not been. */
  private look(): void {
    const [own, steady] = [this.world.time(), this.world.steady()];
    const ahead = own - this.own - (steady - this.steady);
    const slept = ahead > SET && this.hidden;
    if (Math.abs(ahead) > SET && !slept) {
      this.learned = { ...this.learned, drift: this.learned.drift - Math.round(ahead) };
      this.known = false;
    }
    [this.own, this.steady, this.hidden] = [own, steady, false];
  }
}
