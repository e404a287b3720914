/** What the guard does, as records: each is on the device's disk before it is said to be done. */

import { toBase64 } from "../../credential/bytes";
import { dayOf } from "../../credential/epochs";
import { sealTo } from "../../credential/sealing";
import type { Core } from "./core";
import { challengeOf, isAnswer, mayTry } from "./override";
import { trouble } from "./problems";
import type { With } from "./store";
import type { Body } from "./records";
import type { HandOverInput, HandOverState, PassageInput, ShiftReport, View } from "./types";
import { modeOf } from "./view";

/** Signs that nobody mixes up when a number is read aloud. */
const SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
const SLIP_SIGNS = 6;
const LONGEST_TEXT = 500;
/** The reason of a passage that was decided by a recognised city's code. */
const OF_ANOTHER_CITY = "recognised-city";
const LONGEST_NOTE = 200;
const MINUTE = 60;

export class Desk {
  /** Verdict and action of the latest passages here, so that one that is annulled counts no more. */
  private readonly passed = new Map<number, readonly [string, string]>();

  constructor(
    private readonly core: Core,
    private readonly recorded: () => void,
  ) {}

  async finish({ scanned, situation, decision, temperature, group }: PassageInput): Promise<{ n: number }> {
    const view = this.core.look();
    const n = await this.add(
      {
        kind: "passage",
        at: this.now(),
        situation,
        reason: scanned.reason ?? (scanned.city && OF_ANOTHER_CITY),
        action: decision.action,
        rule: decision.rule,
        temperature,
        epoch: scanned.epoch,
        slot: scanned.slot,
        cti: scanned.cti,
        number: scanned.number,
        policy: view.policy?.version ?? "",
        group,
        mode: modeOf(view),
        ages: secondsOf(view),
        rung: view.rung,
        licence: this.core.held.licence?.issued ?? null,
      },
      { counted: [[situation.verdict, 1], [decision.action, 1]] },
    );
    this.passed.set(n, [situation.verdict, decision.action]);
    if (this.passed.size > 100) this.passed.delete(Math.min(...this.passed.keys()));
    return { n };
  }

  async annul(of: number): Promise<void> {
    const counted = (this.passed.get(of) ?? []).map((name) => [name, -1] as const);
    this.passed.delete(of);
    await this.add({ kind: "annulled", at: this.now(), of }, { counted: [...counted, ["annulled", 1]] });
  }

  async handOver({ of, to, why, temperature, epoch, slot, cti, person }: HandOverInput): Promise<{ n: number }> {
    const at = this.now();
    const due = at + (this.core.view().policy?.acknowledgeMinutes ?? 0) * MINUTE;
    const sealed = person && (await this.seal(person));
    const waiting = (n: number): HandOverState => ({ n, at, to, why, due, acknowledged: null });
    return { n: await this.add({ kind: "hand_over", at, of, to, why, temperature, epoch, slot, cti, sealed }, { waiting }) };
  }

  async slip({ of, slip }: { of: number | null; slip: string }): Promise<{ n: number; number: string }> {
    const random = crypto.getRandomValues(new Uint8Array(SLIP_SIGNS));
    const number = Array.from(random, (byte) => SIGNS[byte % SIGNS.length]).join("");
    return { n: await this.add({ kind: "slip", at: this.now(), of, slip, number }, { counted: [["slip", 1]] }), number };
  }

  async refuse({ of, ground }: { of: number | null; ground: string }): Promise<{ n: number }> {
    return { n: await this.add({ kind: "refusal", at: this.now(), of, ground }, { counted: [["refusal", 1]] }) };
  }

  async complain({ of, complaint, text }: { of: number | null; complaint: string; text: string }): Promise<{ n: number }> {
    const body: Body = { kind: "complaint", at: this.now(), of, complaint, text: text.slice(0, LONGEST_TEXT) };
    return { n: await this.add(body, { counted: [["complaint", 1]] }) };
  }

  async emergency({ duty, temperature }: { duty: string; temperature: number }): Promise<{ n: number }> {
    const { down, policy, rung, ages } = this.core.look();
    if (!down) throw trouble("not-down");
    if (temperature >= (policy?.feverTenths ?? 0)) throw trouble("fever");
    const body: Body = { kind: "emergency", at: this.now(), duty, temperature, rung, recall: ages.recall.seconds };
    return { n: await this.add(body, { counted: [["emergency", 1]] }) };
  }

  async looked(found: boolean, tag: Uint8Array): Promise<void> {
    await this.add({ kind: "look", at: this.now(), found, tag: toBase64(tag) }, { counted: [["look", 1]] });
  }

  async beginShift(guard: string): Promise<void> {
    if (this.core.held.shift) await this.endShift("");
    const at = this.now();
    await this.add({ kind: "shift", at, event: "begin", guard, counts: {}, note: "" }, { shift: { guard, from: at, counts: {} } });
  }

  async endShift(note: string): Promise<ShiftReport> {
    await this.core.changed();
    const { guard, from, counts } = this.core.held.shift ?? { guard: "", from: this.now(), counts: {} };
    const [to, said] = [this.now(), note.slice(0, LONGEST_NOTE)];
    await this.add({ kind: "shift", at: to, event: "end", guard, counts, note: said }, { shift: null });
    return { guard, from, to, counts, note: said };
  }

  async challenge(): Promise<string> {
    const { overrideKey, override } = this.core.held;
    if (!overrideKey) throw trouble("not-enrolled");
    const challenge = await challengeOf(overrideKey, this.day(), await this.core.store.nextOverride());
    await this.core.store.put({ override: { challenge, tries: 0, until: override?.until ?? 0 } });
    await this.core.changed();
    return challenge;
  }

  /** Each challenge is good for one override, and for a few tries: eight digits are not to be guessed. */
  async override(response: string): Promise<boolean> {
    const { overrideKey, override } = this.core.held;
    if (!overrideKey || !override?.challenge) return false;
    if (!mayTry(override.tries)) throw trouble("override-locked");
    if (!(await isAnswer(overrideKey, this.day(), override.challenge, response))) {
      await this.core.store.put({ override: { ...override, tries: override.tries + 1 } });
      await this.core.changed();
      return false;
    }
    const minutes = this.core.view().policy?.overrideMinutes ?? 0;
    await this.core.store.put({ override: { challenge: "", tries: 0, until: this.now() + minutes * MINUTE } });
    await this.add({ kind: "override", at: this.now(), minutes, by: "code" }, { counted: [["override", 1]] });
    return true;
  }

  private async add(body: Body, more: With = {}): Promise<number> {
    const n = await this.core.store.add(body, more);
    await this.core.changed();
    this.recorded();
    return n;
  }

  private async seal(person: { name: string; document: string; phone: string }): Promise<string> {
    const { sealing, device } = this.core.held;
    if (!sealing || !device) throw trouble("no-sealing");
    const { name, document, phone } = person;
    const plain = new TextEncoder().encode(JSON.stringify({ name, document, phone }));
    return toBase64(await sealTo(sealing, plain, new TextEncoder().encode(`YMT1-sealed\n${device.id}`)));
  }

  private now(): number {
    return this.core.clock.seconds();
  }

  private day(): number {
    return dayOf(this.now());
  }
}

function secondsOf({ ages }: View): { trust: number | null; recall: number | null; policy: number | null } {
  return { trust: ages.trust.seconds, recall: ages.recall.seconds, policy: ages.policy.seconds };
}
