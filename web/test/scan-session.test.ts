/** One guard's session: what the flow does with the engine, without a screen; and the sentences of the screens. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { isLikely } from "../src/scan/documents";
import { Session, whyOf } from "../src/scan/session";
import { ago } from "../src/scan/texts";
import { GREEN, played, SETTINGS } from "./played";

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

/** A session in which a green person's temperature is in. */
async function measured() {
  const world = played();
  const session = new Session(world.engine, SETTINGS);
  await session.read("code", "camera");
  world.heard(365);
  return { world, session };
}

const at = (session: Session): string => session.shown.flow.step.at;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("navigator", {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("one guard's session", () => {
  it("stores a release before it is shown, and goes back to scanning by itself", async () => {
    const { world, session } = await measured();
    session.send({ type: "document", value: "matched" });
    expect(at(session)).toBe("recording");
    await settle();
    expect(world.asked).toEqual(['finish {"action":"release"}']);
    expect(at(session)).toBe("decision");
    await vi.advanceTimersByTimeAsync(4_100);
    expect(at(session)).toBe("scan");
  });

  it("does not begin anew with the person who has just gone, and does with the next", async () => {
    const { world, session } = await measured();
    session.send({ type: "document", value: "matched" });
    await settle();
    await session.read("code", "camera");
    expect(at(session)).toBe("decision");
    world.scanned = { ...GREEN, cti: "BBBB" };
    await session.read("another", "camera");
    expect(at(session)).toBe("check");
  });

  it("lets the camera wait while somebody is asked; a hand scanner begins the next person", async () => {
    const { session, world } = await measured();
    world.scanned = { ...GREEN, name: "李*" };
    await session.read("next", "camera");
    const { step } = session.shown.flow;
    expect(step.at === "check" && step.traveller.scanned.name).toBe("王*明");
    await session.read("next", "wedge");
    const after = session.shown.flow.step;
    expect(after.at === "check" && [after.traveller.scanned.name, after.entry]).toEqual(["李*", ""]);
  });

  it("releases nobody whose passage was not stored, and stores it on a second try", async () => {
    const { world, session } = await measured();
    world.broken = true;
    session.send({ type: "document", value: "matched" });
    await settle();
    expect([at(session), session.shown.problem?.code]).toEqual(["unstored", "store-full"]);
    world.broken = false;
    session.send({ type: "go_on" });
    await settle();
    expect(at(session)).toBe("decision");
  });

  it("stores a corrected passage before the wrong one is annulled", async () => {
    const { world, session } = await measured();
    session.send({ type: "document", value: "matched" });
    await settle();
    session.send({ type: "correct" });
    world.heard(381);
    session.send({ type: "sure" });
    await settle();
    expect(world.asked).toEqual(['finish {"action":"release"}', 'finish {"action":"hand_over"}', 'annul {"n":1}']);
  });

  it("a refusal is of a passage, also where the matrix was still asking", async () => {
    const { world, session } = await measured();
    session.send({ type: "document", value: "not_shown" });
    session.send({ type: "refuse" });
    const { step } = session.shown.flow;
    if (step.at !== "refuse") throw new Error(step.at);
    await session.refuse(step, "document_not_shown");
    expect(world.asked).toEqual(['finish {"action":"ask"}', 'refuse {"of":1,"ground":"document_not_shown"}']);
  });

  it("a minute without a touch takes the person off the screen, and a touch begins it anew", async () => {
    const { session } = await measured();
    await vi.advanceTimersByTimeAsync(50_000);
    session.touched();
    await vi.advanceTimersByTimeAsync(50_000);
    expect(at(session)).toBe("check");
    await vi.advanceTimersByTimeAsync(10_100);
    expect(session.shown.flow.step).toEqual({ at: "scan", note: "hidden" });
  });

  it("shows a thermometer that is gone, and takes typed digits meanwhile", async () => {
    const { session, world } = await measured();
    world.linked("gone");
    expect(session.shown.thermometer).toBe("gone");
    session.send({ type: "measure_again" });
    for (const digit of [6, 5]) session.send({ type: "key", digit });
    session.send({ type: "document", value: "matched" });
    await settle();
    expect(world.asked).toEqual(['finish {"action":"release"}']);
    world.linked("on");
    expect(session.shown.thermometer).toBe("on");
  });

  it("says why somebody is handed over: fever before the colour", () => {
    const situation = { verdict: "yellow", temperature: "fever" } as Parameters<typeof whyOf>[0];
    expect(whyOf(situation)).toBe("fever");
    expect(whyOf({ ...situation, temperature: "normal" })).toBe("yellow");
    expect(whyOf({ ...situation, temperature: "normal", verdict: "doubtful" })).toBe("other");
  });
});

describe("what the screens say", () => {
  it("an age is told in words that get coarser", () => {
    expect([null, 30, 600, 7_200, 200_000].map((seconds) => ago("en", seconds))).toEqual(["none", "now", "10 min", "2 h", "2 d"]);
  });

  it("a mistyped resident's number is told before it is looked up; other documents are taken", () => {
    expect(isLikely("330299 19800101 0013")).toBe(isLikely("330299198001010013"));
    expect([..."0123456789X"].filter((last) => isLikely(`33029919800101001${last}`))).toHaveLength(1);
    expect([isLikely("33029919800101001"), isLikely("E12345678"), isLikely("12")]).toEqual([false, true, false]);
  });
});
