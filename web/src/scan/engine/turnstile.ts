/**
 * A turnstile or barrier at the end of a serial cable, for the unattended gate.
 *
 * Lines of text: `OPEN 17` lets one person through, for the passage number 17; the turnstile answers `PASSED 17` when somebody
 * went through, or `CLOSED 17` when nobody did in its own time. `CLOSE 17` closes it before.
 */

import { trouble } from "./problems";
import { Cable, type Serial } from "./serial";
import type { Link, Turnstile } from "./types";

const ANSWER = /^\s*(PASSED|CLOSED) (\d{1,15})\s*$/;

export function turnstile(): Turnstile {
  const { serial } = (globalThis.navigator ?? {}) as unknown as { serial?: Serial };
  return new Plugged(serial);
}

class Plugged implements Turnstile {
  readonly available: boolean;
  private readonly answers = new Set<(n: number, passed: boolean) => void>();
  private readonly links = new Set<(link: Link) => void>();
  private cable: Cable | null = null;
  private state: Link = "none";

  constructor(private readonly serial: Serial | undefined) {
    this.available = serial !== undefined;
  }

  async connect(): Promise<void> {
    try {
      const port = await this.serial?.requestPort();
      if (!port) throw trouble("no-turnstile");
      const [before, cable] = [this.cable, new Cable(port)];
      before?.close();
      this.cable = cable;
      await cable.open((line) => this.heard(line), () => void (this.cable === cable && this.become("gone")));
      this.become("on");
    } catch {
      this.become(this.cable ? "gone" : "none");
      throw trouble("no-turnstile");
    }
  }

  forget(): void {
    const before = this.cable;
    this.cable = null;
    before?.close();
    this.become("none");
  }

  link(): Link {
    return this.state;
  }

  onLink(heard: (link: Link) => void): () => void {
    this.links.add(heard);
    return () => void this.links.delete(heard);
  }

  onAnswer(heard: (n: number, passed: boolean) => void): () => void {
    this.answers.add(heard);
    return () => void this.answers.delete(heard);
  }

  open = (n: number): Promise<void> => this.say(`OPEN ${n}`);
  close = (n: number): Promise<void> => this.say(`CLOSE ${n}`);

  private async say(line: string): Promise<void> {
    try {
      if (this.state !== "on" || !this.cable) throw trouble("no-turnstile");
      await this.cable.say(line);
    } catch {
      throw trouble("no-turnstile");
    }
  }

  private heard(line: string): void {
    const found = ANSWER.exec(line);
    if (found) for (const each of this.answers) each(Number(found[2]), found[1] === "PASSED");
  }

  private become(link: Link): void {
    if (link === this.state) return;
    this.state = link;
    for (const each of this.links) each(link);
  }
}
