/** The unattended gate: what it does by itself, what it leaves to the guard, and who gets to the guard's screens. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { cells, type Situation } from "../src/checkpoints";
import { attended, type Rules, START, type Step } from "../src/scan/flow";
import { follow } from "../src/scan/alone";
import { Session } from "../src/scan/session";
import { GREEN, type Played, played, SETTINGS } from "./played";

const PIN = "4711";
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
const stepOf = (session: Session): Step => session.shown.flow.step;

/** A gate by itself, with its thermometer and, where wanted, a turnstile. */
async function alone(turnstile: "none" | "on" = "none") {
  const world: Played = Object.assign(played(), { thermometer: "on", turnstile } as const);
  const session = new Session(world.engine, SETTINGS);
  await session.leaveAlone(PIN);
  return { world, session };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("navigator", {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the unattended gate", () => {
  it("lets a green e-code with a normal temperature through without a touch, and waits for the next", async () => {
    const { world, session } = await alone();
    await session.read("code", "camera");
    expect(stepOf(session).at).toBe("check");
    world.heard(365);
    await settle();
    expect(world.asked).toEqual(['finish {"action":"release","document":"unattended"}']);
    expect(stepOf(session).at).toBe("decision");
    await vi.advanceTimersByTimeAsync(4_100);
    expect(stepOf(session).at).toBe("scan");
  });

  it("opens the turnstile for one passage, and goes on when somebody went through", async () => {
    const { world, session } = await alone("on");
    await session.read("code", "wedge");
    world.heard(365);
    await settle();
    expect(world.asked).toEqual(['finish {"action":"release","document":"unattended"}', "open 1"]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(stepOf(session).at).toBe("decision");
    world.turned(7, true);
    expect(stepOf(session).at).toBe("decision");
    world.turned(1, true);
    expect([stepOf(session).at, world.asked.length]).toEqual(["scan", 2]);
  });

  it.each([
    ["the turnstile says so", (world: Played) => Promise.resolve(world.turned(1, false))],
    ["its time is over", () => vi.advanceTimersByTimeAsync(15_100)],
  ])("annuls a passage that nobody walked through: %s", async (_how, happens) => {
    const { world, session } = await alone("on");
    await session.read("code", "camera");
    world.heard(365);
    await settle();
    await happens(world);
    await settle();
    expect(world.asked.slice(2)).toEqual(["close 1", 'annul {"n":1}']);
    expect(stepOf(session)).toEqual({ at: "scan", note: "annulled" });
  });

  it("releases nobody when the turnstile does not hear: annulled, and the guard is called", async () => {
    const { world, session } = await alone("on");
    await session.read("code", "camera");
    world.turnstile = "gone";
    world.heard(365);
    await settle();
    expect(world.asked).toEqual(['finish {"action":"release","document":"unattended"}', 'annul {"n":1}']);
    expect(stepOf(session).at).toBe("called");
    await session.attend(PIN);
    expect(stepOf(session)).toMatchObject({ at: "check", needs: { temperature: false, document: true }, traveller: { replaces: null } });
  });

  it("calls the guard for a fever, who measures again; nothing is recorded before", async () => {
    const { world, session } = await alone();
    await session.read("code", "camera");
    world.heard(381);
    expect([stepOf(session).at, world.asked]).toEqual(["called", []]);
    expect(await session.attend(PIN)).toBe(true);
    expect(stepOf(session)).toMatchObject({ at: "check", entry: "381" });
    session.send({ type: "sure" });
    await settle();
    expect(world.asked).toEqual(['finish {"action":"hand_over"}']);
  });

  it("sends a paper pass to the guard, who compares the document", async () => {
    const { world, session } = await alone();
    world.scanned = { ...GREEN, carrier: "paper", number: "330200-1", cti: null };
    await session.read("paper", "wedge");
    world.heard(365);
    await settle();
    expect([stepOf(session).at, world.asked]).toEqual(["called", ['finish {"action":"show_again","document":"unattended"}']]);
    await session.attend(PIN);
    session.send({ type: "document", value: "matched" });
    await settle();
    expect(world.asked.slice(1)).toEqual(['finish {"action":"release"}', 'annul {"n":1}']);
  });

  it("keeps a red person's hand-over for the guard, and shows the next person nothing of it after a minute", async () => {
    const { world, session } = await alone();
    world.scanned = { ...GREEN, verdict: "red", colour: "red" };
    await session.read("code", "camera");
    await settle();
    expect([stepOf(session).at, world.asked]).toEqual(["called", ['finish {"action":"hand_over","document":"unattended"}']]);
    await vi.advanceTimersByTimeAsync(60_100);
    expect(stepOf(session).at).toBe("scan");
    await session.read("code", "wedge");
    await settle();
    await session.attend(PIN);
    expect(stepOf(session)).toMatchObject({ at: "decision", decision: { action: "hand_over" }, n: 2 });
  });

  it("asks for a code that was not read well once more, by itself", async () => {
    const { world, session } = await alone();
    world.scanned = { ...GREEN, verdict: "again", colour: null };
    await session.read("code", "camera");
    expect(stepOf(session).at).toBe("decision");
    await vi.advanceTimersByTimeAsync(6_100);
    expect([stepOf(session).at, world.asked]).toEqual(["scan", []]);
  });

  it("calls the guard for whoever is not measured in time, and for what could not be stored", async () => {
    const { world, session } = await alone();
    await session.read("code", "camera");
    await vi.advanceTimersByTimeAsync(20_100);
    expect(stepOf(session).at).toBe("called");
    await vi.advanceTimersByTimeAsync(60_100);
    world.broken = true;
    await session.read("code", "wedge");
    world.heard(365);
    await settle();
    expect(stepOf(session).at).toBe("called");
  });

  it("hears no key, no touch and no menu; a reading before the code is nobody's", async () => {
    const { world, session } = await alone();
    world.heard(365);
    await session.read("code", "camera");
    for (const digit of [6, 5]) session.send({ type: "key", digit });
    session.send({ type: "document", value: "matched" });
    session.send({ type: "no_code" });
    session.open("menu");
    expect([stepOf(session), session.shown.panel]).toMatchObject([{ at: "check", entry: "" }, null]);
    await session.read("another", "wedge");
    expect(world.asked).toEqual([]);
  });

  it("takes no code while its thermometer is gone", async () => {
    const { world, session } = await alone();
    world.linked("gone");
    await session.read("code", "camera");
    expect([session.canBeAlone, stepOf(session).at]).toEqual([false, "scan"]);
  });

  it("opens to the right PIN alone, is by itself again with one press, and is so when the page is opened anew", async () => {
    const { world, session } = await alone();
    expect(await session.attend("0000")).toBe(false);
    session.open("menu");
    expect(session.shown.panel).toBeNull();
    await session.attend(PIN);
    session.open("menu");
    expect(session.shown.panel).toBe("menu");
    session.goAlone();
    expect(session.unattended).toBe(true);
    expect(new Session(world.engine, SETTINGS).unattended).toBe(true);
    await session.attend(PIN);
    await session.endGate();
    expect([session.unattended, world.pin]).toEqual([false, null]);
  });
});

describe("every cell of the matrix at an unattended gate", () => {
  const world = played();
  const rules: Rules = { decide: world.engine.decide, feverTenths: 373, zone: "ordinary", unattended: true };
  const walked = (verdict: Situation["verdict"], carrier: Situation["carrier"], zone: Situation["zone"], tenths: number): Step => {
    const here = { ...rules, zone };
    let flow = follow(START, { type: "scanned", scanned: { ...GREEN, verdict, carrier } }, here);
    flow = follow(flow, { type: "reading", tenths }, here);
    return (flow.step.at === "recording" ? follow(flow, { type: "recorded", n: 1 }, here) : flow).step;
  };

  it("is released by a green e-code and a normal temperature, and by nothing else", () => {
    const seen = new Set<string>();
    for (const { verdict, carrier, zone } of cells()) {
      const name = `${verdict} ${carrier} ${zone}`;
      if (seen.has(name)) continue;
      seen.add(name);
      for (const tenths of [365, 381]) {
        const step = walked(verdict, carrier, zone, tenths);
        const released = step.at === "decision" && step.decision.action === "release";
        expect(released, `${name} ${tenths}`).toBe(verdict === "green" && carrier === "code" && tenths === 365);
        if (!released) expect(step.at === "called" || (step.at === "decision" && step.decision.action === "show_again"), name).toBe(true);
      }
    }
    expect(seen.size).toBe(11 * 4 * 2);
  });

  it("is released by the guard's own questions only when the guard stands there", () => {
    const scanned = { ...GREEN };
    const flow = attended(START, { type: "scanned", scanned }, { ...rules, unattended: false });
    expect(flow.step).toMatchObject({ at: "check", needs: { temperature: true, document: true } });
  });
});
