import { describe, expect, it } from "vitest";

import { face, isOver, windowEnd } from "../src/code/face";
import type { Standing } from "../src/code/kept";
import { at, DAY, held, strip } from "./phone";

const valid = (standing: Standing, passes: ReturnType<typeof strip>, now: number) => {
  const shown = face(standing, passes, now);
  if (shown.kind !== "valid") throw new Error(shown.kind);
  return shown;
};

describe("what is shown", () => {
  it("is the pass of the window, at every minute of the day, its last second too", () => {
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      const { claims } = valid("bound", strip(), at(0, minute)).held;
      expect(claims.epoch).toBe(DAY * 24 + Math.floor(minute / 360) * 6);
    }
    expect(valid("bound", strip(), at(6) - 1).held.claims.epoch).toBe(DAY * 24);
    expect(valid("bound", strip(), at(6) + 1).held.claims.epoch).toBe(DAY * 24 + 6);
  });

  it("is the next pass ten minutes early and the last one ten minutes long, where its neighbour is missing", () => {
    const [, second] = strip();
    expect(face("bound", [second!], at(6) - 600).kind).toBe("valid");
    expect(face("bound", [second!], at(6) - 601).kind).toBe("early");
    expect(face("bound", [second!], at(12) + 600).kind).toBe("valid");
    expect(face("bound", [second!], at(12) + 601).kind).toBe("stale");
  });

  it("is the pass that was issued last where two are of the same window", () => {
    const older = held(DAY * 24 + 6, { colour: "green", iat: 100 });
    const newer = held(DAY * 24 + 6, { colour: "red", iat: 200 });
    for (const passes of [[older, newer], [newer, older]]) expect(valid("bound", passes, at(8)).held.claims.colour).toBe("red");
  });

  it("says until when passes follow each other, and stops at a gap", () => {
    expect(valid("bound", [...strip(), ...strip(DAY + 1)], at(8)).last).toBe(at(0, 0, DAY + 2));
    expect(valid("bound", [...strip(), ...strip(DAY + 2)], at(8)).last).toBe(at(0, 0, DAY + 1));
    expect(windowEnd(valid("bound", strip(), at(8)).held)).toBe(at(12));
  });
});

describe("without a valid pass", () => {
  it("nothing has a colour: never green by default, never red", () => {
    const empty = (["bound", "not-judged", "moved", "ended"] as const).map((standing) => face(standing, [], at(8)).kind);
    expect(empty).toEqual(["waiting", "not-judged", "moved", "ended"]);
  });

  it("passes that ran out are told with the end of the last window", () => {
    expect(face("bound", strip(), at(9, 0, DAY + 1))).toEqual({ kind: "stale", since: at(0, 0, DAY + 1) });
  });

  it("passes that begin later are told as a matter of time", () => {
    expect(face("bound", strip(DAY + 1), at(9))).toEqual({ kind: "early", from: at(0, 0, DAY + 1) - 600 });
  });

  it("a binding that was ended shows nothing, whatever is still on the phone", () => {
    expect(face("moved", strip(), at(8)).kind).toBe("moved");
    expect(face("ended", strip(), at(8)).kind).toBe("ended");
  });

  it("a pass for training is grey", () => {
    expect(face("bound", strip(DAY, { kind: 3 }), at(8)).kind).toBe("training");
  });
});

describe("an old pass", () => {
  it("is deleted two days after its end, so that its end can still be told", () => {
    expect(isOver({ expires: at(8) }, at(8) + 2 * 86_400)).toBe(false);
    expect(isOver({ expires: at(8) }, at(8) + 2 * 86_400 + 1)).toBe(true);
  });
});
