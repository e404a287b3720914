import { describe, expect, it } from "vitest";

import { against, byColour, fits, isDocument } from "../src/desk/engine/judging";
import { numberOf, readNumber } from "../src/desk/engine/numbers";
import type { Luggage } from "../src/desk/engine/types";
import { close, newDeviceKey, newVault, open, openVault } from "../src/desk/engine/vault";

const luggage = { refusals: {}, colours: { red: { zh: "红码", en: "red" } } } as unknown as Luggage;
const well = { symptoms: [], contact_symptomatic: false, contact_confirmed: false, in_city: true, elsewhere: false };

describe("a number", () => {
  it("has the check digit of the server's twin", () => {
    expect([numberOf(330_203, 1234), numberOf(330_282, 1), numberOf(330_282, 2)]).toEqual(["330203-0001234-0", "330282-0000001-0", "330282-0000002-8"]);
  });

  it("is read as people write it, and no wrong digit is taken", () => {
    expect(readNumber("330203 0001234 0")).toBe("330203-0001234-0");
    expect(readNumber("３３０２０３－０００１２３４－０")).toBe("330203-0001234-0");
    const wrong = [..."33020300012340"].map((digit, at) => ["33020300012340".slice(0, at), String((Number(digit) + 1) % 10), "33020300012340".slice(at + 1)].join(""));
    expect(wrong.map(readNumber)).toEqual(wrong.map(() => null));
    expect(["", "abc", "3302030001234"].map(readNumber)).toEqual([null, null, null]);
  });
});

describe("the vault", () => {
  it("opens with its PIN on its device alone", async () => {
    const [device, other] = [await newDeviceKey(), await newDeviceKey()];
    const { kept, key } = await newVault(device, "246810");
    const closed = await close(key, new TextEncoder().encode("王小明"));
    const opened = await openVault(device, kept, "246810");
    expect(opened && new TextDecoder().decode(await open(opened, closed))).toBe("王小明");
    expect(await openVault(device, kept, "246811")).toBeNull();
    expect(await openVault(other, kept, "246810")).toBeNull();
    expect([device.extractable, key.extractable]).toEqual([false, false]);
  });
});

describe("who gets a pass", () => {
  it("is nobody for whom something was declared that speaks against green", () => {
    expect(against(well)).toEqual([]);
    for (const change of [{ symptoms: ["fever"] }, { contact_symptomatic: true }, { contact_confirmed: true }, { elsewhere: true }, { in_city: false }]) {
      expect(against({ ...well, ...change })).toHaveLength(1);
    }
  });

  it("is somebody green; red is told so, unknown is asked to declare", () => {
    expect(byColour("green", luggage)).toBeNull();
    expect([byColour("red", luggage)?.code, byColour("unknown", luggage)?.code]).toEqual(["not-green", "not-declared"]);
  });

  it("has a document whose check digit is right, and the register's name", () => {
    expect([isDocument("resident", "330299195605170005"), isDocument("resident", "330299195605170006"), isDocument("passport", "E12345678")]).toEqual([true, false, true]);
    expect([fits("王*明", "王小明"), fits("王*明", "李小明"), fits("J* S*", "John Edward Smith"), fits("王*", "")]).toEqual([true, false, true, false]);
  });
});
