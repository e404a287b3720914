import { describe, expect, it } from "vitest";

import { degrees, place, type View } from "../src/office/placing";

const view: View = { west: 121.5, north: 29.9, across: 12_000, down: 14_000 };

describe("the map of an issuing point", () => {
  it("turns a click into degrees and back", () => {
    expect(degrees(view, 0, 0)).toEqual([121.5, 29.9]);
    const [longitude, latitude] = degrees(view, 120, 70);
    expect(longitude).toBeCloseTo(121.51, 9);
    expect(latitude).toBeCloseTo(29.895, 9);
    const [x, y] = place(view, longitude, latitude);
    expect(x).toBeCloseTo(120, 6);
    expect(y).toBeCloseTo(70, 6);
  });
});
